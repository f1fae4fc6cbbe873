"""How a level of satisfaction looks: its face and its words, the same on every face of the platform."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.functional import Promise

from yicheng.core.services.models import Rating
from yicheng.core.services.queries.ratings import reason_words
from yicheng.core.services.ratings.levels import Satisfaction

register = template.Library()
ICONS = {5: "laugh", 4: "smile", 3: "meh", 2: "frown", 1: "angry"}


@register.filter
def level_icon(level: int | str) -> str:
    """The face of a level."""
    return ICONS[int(level)]


@register.filter
def level_name(level: int | str) -> str:
    """The words of a level."""
    return str(Satisfaction(int(level)).label)


@register.simple_tag
def rating_levels() -> Sequence[int]:
    """The levels, the best first."""
    return sorted(Satisfaction.values, reverse=True)


@register.filter
def reasons(rating: Rating) -> Sequence[str | Promise]:
    """The reasons that were ticked, in words."""
    return reason_words(rating)
