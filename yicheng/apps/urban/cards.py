"""A case as a card for the public: one picture, one word for where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from yicheng.apps.urban.models import UrbanCase
from yicheng.apps.urban.photos import pictures
from yicheng.apps.urban.stages import STAGES

if TYPE_CHECKING:
    from yicheng.core.journal.public import Shown

TONES = {"closed": "good", "suspended": "warn", "cancelled": "outline", "merged": "outline"}


@dataclass(frozen=True, slots=True)
class Card:
    """What the templates need."""

    urban: UrbanCase
    words: str
    tone: str
    picture: Shown | None = None

    @property
    def case(self) -> Any:
        return self.urban.case


def cards(rows: Iterable[UrbanCase]) -> Sequence[Card]:
    """Cards of these cases; one query for all pictures."""
    found = list(rows)
    shown = pictures([urban.pk for urban in found])
    return [
        Card(
            urban,
            case_words(urban),
            TONES.get(urban.case.status, "info"),
            next(iter([*shown[urban.pk].after[:1], *shown[urban.pk].before]), None),
        )
        for urban in found
    ]


def case_words(urban: UrbanCase) -> str:
    """Where a case stands, in a word for the public."""
    case = urban.case
    if case.status == "closed":
        return _("Solved")
    if case.status == "suspended":
        return _("Clock stopped")
    if case.status == "cancelled":
        return _("Not filed")
    if case.status == "merged":
        return _("Joined another case")
    return str(STAGES.get(case.stage, case.stage))
