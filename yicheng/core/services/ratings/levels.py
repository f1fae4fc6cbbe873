"""The five levels of satisfaction and the reasons one may tick: the words of the national rating of services (GB/T 39735)."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Satisfaction(models.IntegerChoices):
    """How somebody found it; the two low ones count as bad."""

    VERY_GOOD = 5, _("Very satisfied")
    GOOD = 4, _("Satisfied")
    FAIR = 3, _("Fair")
    POOR = 2, _("Dissatisfied")
    VERY_POOR = 1, _("Very dissatisfied")


#: at and below this level a rating opens a rectification
LOW = 2

#: what one may tick at the upper levels
PRAISES: Mapping[str, str | Promise] = {
    "quick": _("Quick"),
    "friendly": _("Friendly and patient"),
    "clear": _("Clearly explained at once"),
    "one_visit": _("Done in one visit or none"),
    "few_papers": _("Few papers asked"),
    "easy": _("Easy to do on line"),
}
#: what one may tick at the two low ones
FAULTS: Mapping[str, str | Promise] = {
    "slow": _("Took too long"),
    "unfriendly": _("Unfriendly or impatient"),
    "unclear": _("Not told everything at once"),
    "many_visits": _("Sent from one place to another"),
    "extra_papers": _("Papers asked that the guide does not name"),
    "hard": _("Hard to do on line"),
    "wrong": _("The result is wrong"),
    "extra_fee": _("Fees that the guide does not name"),
}
REASONS: Mapping[str, str | Promise] = {**PRAISES, **FAULTS}


def reasons_of(level: int) -> Mapping[str, str | Promise]:
    """The reasons that fit a level."""
    return FAULTS if level <= LOW else PRAISES


def is_low(level: int) -> bool:
    """Whether this level opens a rectification."""
    return level <= LOW
