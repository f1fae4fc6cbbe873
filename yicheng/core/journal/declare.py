"""What a part may declare about records: who may see the attachments of its rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from yicheng.core.kernel.slots import Slot
from yicheng.core.people.public import Viewer


@dataclass(frozen=True, slots=True)
class AttachmentRule:
    """Who may see what is attached to ``<key>/<id>``: ``may_see(viewer, id)``, asked when neither
    publication nor a signed address opens it. Without a rule only those who keep the records may."""

    key: str
    may_see: Callable[[Viewer, str], bool]


ATTACHMENT_RULES: Slot[AttachmentRule] = Slot(
    "journal.attachment_rules", AttachmentRule, module="attachments", attribute="ATTACHMENT_RULES"
)
