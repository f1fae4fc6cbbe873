"""Tells people what became of their case: the reporter and those who joined, the department, the centres."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from yicheng.apps.urban import events, notices
from yicheng.apps.urban.models import Supporter, UrbanCase
from yicheng.core.events.declare import Event, Reaction
from yicheng.core.notices.public import notify
from yicheng.core.people.public import account_ids_holding

if TYPE_CHECKING:
    from yicheng.core.cases.models import Case

PROCESS = "urban.case"
POOR = 2

#: (task kind, outcome) → what the reporter is told
TOLD: Mapping[tuple[str, str], str] = {
    ("urban.file", "file"): notices.REPORT_FILED,
    ("urban.file", "refuse"): notices.REPORT_REFUSED,
    ("urban.file", "duplicate"): notices.REPORT_MERGED,
    ("urban.dispatch", "dispatch"): notices.REPORT_DISPATCHED,
    ("urban.dispatch", "joint"): notices.REPORT_DISPATCHED,
    ("urban.handle", "done"): notices.REPORT_HANDLED,
    ("urban.lead", "done"): notices.REPORT_HANDLED,
}


#: who is to be told that a case lies with them again
RIGHT_OF = {
    "urban.dispatch": "urban.dispatch_case",
    "urban.handle": "urban.handle_case",
    "urban.lead": "urban.handle_case",
}


@dataclass
class Batch:
    """The cases of a batch of events with everybody who follows them, read in two queries."""

    events: Sequence[Event]
    _staff: dict[tuple[str, int], list[int]] = field(default_factory=dict)

    @cached_property
    def urban(self) -> Mapping[int, UrbanCase]:
        ids = {event.payload.case_id for event in self.events}
        rows = UrbanCase.objects.filter(pk__in=ids).select_related("case__organisation")
        return {row.pk: row for row in rows.defer("case__search", "case__description")}

    @cached_property
    def supporters(self) -> Mapping[int, list[int]]:
        found: dict[int, list[int]] = {}
        rows = Supporter.objects.filter(urban_case_id__in=self.urban, account__isnull=False)
        for case_id, account_id in rows.values_list("urban_case_id", "account_id"):
            found.setdefault(case_id, []).append(account_id or 0)
        return found

    def followers(self, case_id: int) -> list[int]:
        """The reporter's account, if they have one and are no inspector at work, and those who joined."""
        urban = self.urban[case_id]
        own = [urban.reporter_id] if urban.reporter_id and urban.case.source != "inspector" else []
        return [*own, *self.supporters.get(case_id, ())]

    def staff(self, right: str, organisation_id: int | None) -> list[int]:
        """Who holds a right in a body; asked once in a batch."""
        key = (right, organisation_id or 0)
        if key not in self._staff:
            self._staff[key] = account_ids_holding(right, organisation_ids=[key[1]]) if key[1] else []
        return self._staff[key]


def task_completed(batch: Sequence[Event]) -> None:
    """A step ended: tell the reporter what it means; tell the department when it got work."""
    found = Batch([event for event in batch if event.payload.process == PROCESS and _matters(event)])
    for event in found.events:
        urban = found.urban.get(event.payload.case_id)
        if urban is None:
            continue
        kind = TOLD[event.payload.task_kind, event.payload.outcome]
        _tell(kind, found.followers(urban.pk), event, urban.case, link=_own(urban.case))
        if kind == notices.REPORT_DISPATCHED:
            people = found.staff("urban.handle_case", urban.case.organisation_id)
            people += found.staff("urban.handle_case", urban.assisting_id)
            _tell(notices.WORK_DISPATCHED, people, event, urban.case, link=_desk(urban.case))


def case_closed(batch: Sequence[Event]) -> None:
    """The case is closed: ask for a rating."""
    found = Batch([event for event in batch if event.payload.process == PROCESS])
    for event in found.events:
        urban = found.urban.get(event.payload.case_id)
        if urban is not None:
            _tell(notices.REPORT_CLOSED, found.followers(urban.pk), event, urban.case, link=_own(urban.case))


def case_disputed(batch: Sequence[Event]) -> None:
    """The reporter disagrees: whoever the case lies with again must take it up."""
    found = Batch(batch)
    for event in batch:
        urban = found.urban.get(event.payload.case_id)
        if urban is None:
            continue
        task = urban.case.tasks.filter(status="open").order_by("id").first()
        if task is None:
            continue
        people = found.staff(RIGHT_OF.get(task.kind, "urban.close_case"), task.organisation_id)
        _tell(notices.WORK_DISPUTED, people, event, urban.case, link=_desk(urban.case))


def case_rated(batch: Sequence[Event]) -> None:
    """A poor rating goes to the head of the department."""
    poor = Batch([event for event in batch if event.payload.level <= POOR])
    for event in poor.events:
        urban = poor.urban.get(event.payload.case_id)
        if urban is not None:
            people = poor.staff("urban.handle_case", event.payload.organisation_id)
            _tell(
                notices.POORLY_RATED,
                people,
                event,
                urban.case,
                link=_desk(urban.case),
                level=event.payload.level,
            )


def _matters(event: Event) -> bool:
    return (event.payload.task_kind, event.payload.outcome) in TOLD


def _tell(kind: str, people: Sequence[int], event: Event, case: Case, *, link: str, **more: Any) -> None:
    """One message about one event: the event's own number keeps it from being told twice."""
    values = {
        "number": case.number,
        "title": case.title,
        "organisation": str(case.organisation or "–"),
        **more,
    }
    notify(kind, people, subject=f"case/{case.pk}/{event.id}", link=link, values=values)


def _own(case: Case) -> str:
    return reverse("urban.own", args=[case.number])


def _desk(case: Case) -> str:
    return reverse("desk.case", args=[case.pk])


REACTIONS: tuple[Reaction, ...] = (
    Reaction("urban.tell_of_steps", ("cases.task_completed",), task_completed),
    Reaction("urban.tell_of_close", ("cases.case_closed",), case_closed),
    Reaction("urban.tell_of_dispute", (events.CASE_DISPUTED,), case_disputed),
    Reaction("urban.tell_of_rating", (events.CASE_RATED,), case_rated),
)
