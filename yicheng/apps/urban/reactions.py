"""What follows, in urban management, from what happened: people are told, the decision pages' counts are kept."""

from yicheng.apps.urban import messages
from yicheng.apps.urban.decision import following

REACTIONS = (*messages.REACTIONS, *following.REACTIONS)
