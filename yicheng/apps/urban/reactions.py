"""What follows, in urban management, from what happened."""

from yicheng.apps.urban.decision import following

REACTIONS = following.REACTIONS
