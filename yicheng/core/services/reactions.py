"""What follows in government services from what happened: people are told of ratings and of what became of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.urls import reverse

from yicheng.core.events.declare import Event, Reaction
from yicheng.core.notices.public import notify
from yicheng.core.people.public import account_ids_holding
from yicheng.core.services import asking_to_rate, events, notices
from yicheng.core.services.models import Rectification
from yicheng.core.services.ratings.levels import is_low
from yicheng.core.services.ratings.tokens import code_of
from yicheng.core.services.rectification import RECTIFICATION


def rated(batch: Sequence[Event]) -> None:
    """A low rating goes to the rated body at once."""
    low = {event.payload.rating_id: event for event in batch if is_low(event.payload.level)}
    for row in _rows(rating_id__in=low):
        event = low[row.pk]
        people = account_ids_holding(
            "services.rectify_ratings", organisation_ids=[row.rating.organisation_id]
        )
        _tell(notices.RATED_LOW, people, event, row, link=_desk(row), level=event.payload.level)


def closed(batch: Sequence[Event]) -> None:
    """The rectification is over: whoever rated may read the answer."""
    over = {event.payload.case_id: event for event in batch if event.payload.process == RECTIFICATION.key}
    for row in _rows(case_id__in=over):
        invitation = row.rating.invitation
        if invitation.account_id is not None and row.answer:
            link = reverse("portal.rate", args=[code_of(invitation.subject)])
            _tell(notices.RATING_ANSWERED, [invitation.account_id], over[row.case_id or 0], row, link=link)


def appealed(batch: Sequence[Event]) -> None:
    """An appeal goes to the service office."""
    found = {event.payload.rating_id: event for event in batch}
    people = account_ids_holding("services.judge_ratings") if found else []
    for row in _rows(rating_id__in=found):
        _tell(notices.RATING_APPEALED, people, found[row.pk], row, link=_desk(row))


def _rows(**narrow: Mapping[int, Event]) -> Sequence[Rectification]:
    """Rectifications with what is said of them."""
    rows = Rectification.objects.filter(**{key: list(ids) for key, ids in narrow.items()})
    return list(rows.select_related("rating__invitation", "rating__organisation"))


def _tell(
    kind: str, people: Sequence[int], event: Event, row: Rectification, *, link: str, level: int = 0
) -> None:
    values = {"title": row.rating.invitation.title, "organisation": str(row.rating.organisation)}
    subject = f"service_rating/{row.pk}/{event.id}"
    notify(kind, people, subject=subject, link=link, values={**values, **({"level": level} if level else {})})


def _desk(row: Rectification) -> str:
    return reverse("desk.case", args=[row.case_id]) if row.case_id else reverse("desk.rating", args=[row.pk])


REACTIONS: tuple[Reaction, ...] = (
    Reaction(
        "services.ask_to_rate", (asking_to_rate.DELIVERED, asking_to_rate.DECIDED), asking_to_rate.ended
    ),
    Reaction("services.tell_of_rating", (events.RATED,), rated),
    Reaction("services.tell_of_answer", ("cases.case_closed",), closed),
    Reaction("services.tell_of_appeal", (events.RATING_APPEALED,), appealed),
)
