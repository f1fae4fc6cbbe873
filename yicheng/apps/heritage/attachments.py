"""Who sees the photos of a round: those who see the round."""

from __future__ import annotations

from yicheng.apps.heritage.permissions import PATROL
from yicheng.apps.heritage.queries.patrols import rounds
from yicheng.core.journal.declare import AttachmentRule
from yicheng.core.people.public import Viewer


def _may_see(viewer: Viewer, key: str) -> bool:
    return key.isdecimal() and viewer.may(PATROL) and rounds(viewer).filter(pk=int(key)).exists()


ATTACHMENT_RULES = (AttachmentRule("patrolround", _may_see),)
