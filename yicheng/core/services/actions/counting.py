"""Keeps the counts of a month beside the ratings: one statement each, whatever their number."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from yicheng.core.kernel import statements
from yicheng.core.services.models import Rating, RatingInvitation
from yicheng.core.services.ratings.levels import Satisfaction

COLUMNS = {level.value: level.name.lower() for level in Satisfaction}


def count_invitation(row: RatingInvitation) -> None:
    """One more was invited."""
    _add(row, "invited", month_of(row.invited_at), by=1)


def count(rating: Rating, *, by: int) -> None:
    """One more rating of its level, or one less that turned out to be unfounded."""
    _add(rating.invitation, COLUMNS[rating.level], month_of(rating.rated_at), by=by)


def month_of(moment: datetime) -> date:
    """The first day of the month, by the city's clock."""
    return timezone.localdate(moment).replace(day=1)


def _add(row: RatingInvitation, column: str, month: date, *, by: int) -> None:
    """``column`` is one of our own names; the row stands once an invitation was counted in that month."""
    statements.run(
        f"""
        INSERT INTO services_ratingmonth AS m (
            month, organisation_id, item_id, window_id,
            invited, very_good, good, fair, poor, very_poor
        ) VALUES (%(month)s, %(body)s, %(item)s, %(window)s, {_zeros(column)})
        ON CONFLICT (month, organisation_id, item_id, window_id)
        DO UPDATE SET {column} = m.{column} + %(by)s
        """,  # noqa: S608
        {
            "month": month.isoformat(),
            "body": row.organisation_id,
            "item": row.item_id,
            "window": row.window_id,
            "by": by,
        },
    )


def _zeros(column: str) -> str:
    """The six counts of a new row: all nought but the one that begins."""
    names = ("invited", *(COLUMNS[level] for level in (5, 4, 3, 2, 1)))
    return ", ".join("greatest(%(by)s, 0)" if name == column else "0" for name in names)
