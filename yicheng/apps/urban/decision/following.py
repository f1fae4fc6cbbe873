"""What keeps the decision pages' counts up to date: reactions to what happens to cases, and jobs by the clock."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yicheng.apps.urban.decision import facts, rollups
from yicheng.apps.urban.events import CASE_RATED
from yicheng.core.events.declare import Event, Job, Reaction
from yicheng.core.kernel import clock

PROCESS = "urban.case"
TASK_COMPLETED = "cases.task_completed"
CASE_EVENTS = ("cases.case_started", TASK_COMPLETED, "cases.case_closed", "cases.case_changed")


def follow(events: Sequence[Event]) -> None:
    """Facts of the cases that moved; days on which posts did something."""
    ours = [event for event in events if getattr(event.payload, "process", PROCESS) == PROCESS]
    facts.refresh(event.payload.case_id for event in ours)
    days = {timezone.localdate(event.occurred_at) for event in ours if event.key == TASK_COMPLETED}
    if days:
        rollups.mark_days(days)


def count() -> None:
    """Cases that came without events, months that are over, posts' days."""
    facts.catch_up()
    rollups.count_months(timezone.localdate(clock.now()))
    rollups.count_posts()


def compare() -> None:
    """Nightly: every fact against its case."""
    facts.reconcile()


REACTIONS = (Reaction("urban.follow_decisions", (*CASE_EVENTS, CASE_RATED), follow),)
JOBS = (
    Job("urban.count_decisions", _("Count cases and posts for the decision pages"), "*/2 * * * *", count),
    Job(
        "urban.compare_decisions",
        _("Compare the decision pages' counts with the cases"),
        "50 2 * * *",
        compare,
    ),
)
