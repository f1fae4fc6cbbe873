"""Plays the demonstration's cases: every step by the same actions as people's, each at its own moment.

A case's life is a generator: it says when it wants to go on, and goes on when the clock
stands there. All lives run beside each other, in the order of time, so that numbers, due
times, timers, escalations and messages come out as they would have.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from yicheng.apps.urban.actions.rating import dispute, rate
from yicheng.apps.urban.actions.report import Report, Reported, report
from yicheng.apps.urban.classes import is_part
from yicheng.apps.urban.demo.cast import Cast
from yicheng.apps.urban.demo.photos import photo
from yicheng.apps.urban.demo.plan import Plan
from yicheng.apps.urban.demo.shards import Life
from yicheng.apps.urban.queries.dispatching import suggested_body
from yicheng.apps.urban.queries.follow import followed
from yicheng.apps.urban.queries.parts import parts_nearby
from yicheng.core.cases.public import (
    Done,
    ask_extension,
    ask_pause,
    complete_task,
    decide_clock_change,
    open_tasks,
    resume_case,
)
from yicheng.core.journal.public import receive_file
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Refusal
from yicheng.core.people.public import STRANGER, SYSTEM, Viewer

if TYPE_CHECKING:
    from yicheng.core.cases.models import Case, Task
    from yicheng.core.journal.public import Received


Way = tuple[str, dict[str, Any], str]

#: hours between a step's opening and its end, shortest and longest, where nothing is late
PACE_H = {
    "urban.verify": (0.2, 1.6),
    "urban.file": (0.1, 0.8),
    "urban.dispatch": (0.1, 0.8),
    "urban.feed_back": (0.2, 1.8),
    "urban.check": (0.4, 3.5),
    "urban.close": (0.2, 1.8),
}
#: how far from the place of a report the part it is about may stand
NEAR_M = 150
MOST_STEPS = 24
DAY_BEGINS, DAY_ENDS = 8, 21


@dataclass
class Stage:
    """What all lives share: people, photos received once, and earlier cases to be the same as."""

    cast: Cast
    received: dict[tuple[str, int, bool], Received] = field(default_factory=dict)
    earlier: dict[str, str] = field(default_factory=dict)

    def photo(self, plan: Plan, *, solved: bool) -> Received:
        """The drawn photo of this case, kept once however often it is used."""
        key = (plan.row.scene, plan.variant, solved)
        if key not in self.received:
            name = f"{plan.row.scene}-{'after' if solved else 'before'}.jpg"
            content = photo(plan.row.scene, plan.variant, solved=solved)
            self.received[key] = receive_file(SYSTEM, SimpleUploadedFile(name, content, "image/jpeg"))
        return self.received[key]


def life(stage: Stage, plan: Plan) -> Life:
    """A case from its report to its rating."""
    chance = plan.chance
    yield plan.opened_at
    sent = _report(stage, plan, chance)
    case, tasks, passed = sent.case, sent.open_tasks, dict[str, int]()
    for _step in range(MOST_STEPS):
        if not tasks:
            break
        task = tasks[0]
        yield _when(task, plan, chance)
        if task.kind == "urban.handle" and not passed.get(task.kind):
            yield from _clock(stage, plan, case, task, chance)
        passed[task.kind] = passed.get(task.kind, 0) + 1
        done = _do(stage, plan, case, task, times=passed[task.kind], chance=chance)
        case, tasks = (done.case, done.open_tasks) if done else (case, open_tasks(case.pk))
    if case.status == "closed" and plan.rating is not None:
        yield from _rate(sent, plan, chance)


def _report(stage: Stage, plan: Plan, chance: random.Random) -> Reported:
    row, spot = plan.row, plan.spot
    sender: Viewer = STRANGER
    if plan.source == "inspector":
        sender = stage.cast.collector("", chance)
    elif plan.source == "portal" and chance.random() < 0.7:
        sender = chance.choice(stage.cast.residents)
    new = Report(
        class_code=row.class_code,
        title=row.title,
        words=row.words.format(spot=spot.address),
        lon=spot.lon,
        lat=spot.lat,
        address=spot.address,
        source=plan.source,
        photos=[stage.photo(plan, solved=False)] if plan.has_photo else [],
        part_id=_part(sender, plan),
    )
    return report(sender, new)


def _part(sender: Viewer, plan: Plan) -> int | None:
    """The part that stands there, if the report is about one and the census knows it."""
    if not is_part(plan.row.class_code):
        return None
    near = parts_nearby(sender, plan.spot.lon, plan.spot.lat, class_code=plan.row.class_code, within_m=NEAR_M)
    return near[0].id if near else None


def _do(
    stage: Stage, plan: Plan, case: Case, task: Task, *, times: int, chance: random.Random
) -> Done | None:
    """End a step as the plan has it; None when it was done or withdrawn meanwhile."""
    outcome, data, note = _way(stage, plan, case, task, times=times, chance=chance)
    viewer = _doer(stage.cast, task, chance)
    try:
        done = complete_task(viewer, task.pk, outcome=outcome, data=data, note=note)
    except Conflict:
        return None
    if task.kind == "urban.file" and outcome == "file":
        stage.earlier[plan.row.class_code] = case.number
    return done


def _way(stage: Stage, plan: Plan, case: Case, task: Task, *, times: int, chance: random.Random) -> Way:
    """Outcome, form and words of a step."""
    first, fate = times == 1, plan.fate
    if task.kind == "urban.verify":
        return (
            "not_found" if fate == "not_found" else "confirmed",
            {"photos": _photos(stage, plan, chance)},
            "",
        )
    if task.kind == "urban.file":
        return _filing(stage, plan, case)
    if task.kind == "urban.dispatch":
        return _dispatching(plan, case, first, stage.cast, chance)
    if task.kind == "urban.handle" and first and fate == "not_ours":
        return ("not_ours", {}, _("Not our road section: please dispatch to the owner."))
    if task.kind in ("urban.handle", "urban.lead", "urban.assist"):
        return (
            "done",
            {"photos": [stage.photo(plan, solved=True)] if plan.has_photo else []},
            plan.row.result,
        )
    if task.kind == "urban.feed_back":
        again = first and fate == "rework"
        return (
            "rework" if again else "accept",
            {},
            _("The photo does not show the whole spot.") if again else "",
        )
    if task.kind == "urban.check":
        return ("failed" if first and fate == "failed_check" else "passed", {}, "")
    again = first and fate == "failed_check"
    return ("rework" if again else "close", {}, _("The collector found it unsolved.") if again else "")


def _filing(stage: Stage, plan: Plan, case: Case) -> Way:
    original = stage.earlier.get(plan.row.class_code)
    if plan.fate == "duplicate" and original and original != case.number:
        return ("duplicate", {"original": original}, _("Somebody reported the same before you."))
    if plan.fate in ("refused", "not_found"):
        reason = "not_found" if plan.fate == "not_found" else "not_ours"
        words = {
            "not_found": _(
                "The collector went there and found nothing. Please report again if it comes back."
            ),
            "not_ours": _("This is a matter of the property management; we told them."),
        }
        return ("refuse", {"refusal": reason}, words[reason])
    return ("file", {"class_code": case.case_class_id, "severity": case.severity, "is_public": True}, "")


def _dispatching(plan: Plan, case: Case, first: bool, cast: Cast, chance: random.Random) -> Way:  # noqa: FBT001
    if first and plan.fate == "sent_back":
        return ("send_back", {}, _("The place is unclear. Please ask the reporter."))
    lead = suggested_body(case) or next(iter(cast.handlers))
    if plan.fate == "joint":
        other = chance.choice([body for body in cast.handlers if body != lead])
        return ("joint", {"organisation_id": lead, "assisting_id": other}, "")
    return ("dispatch", {"organisation_id": lead}, "")


def _clock(stage: Stage, plan: Plan, case: Case, task: Task, chance: random.Random) -> Life:
    """The department asks for a pause or for more time, and somebody else grants it."""
    if plan.fate not in ("pause", "more_time"):
        return
    viewer = _doer(stage.cast, task, chance)
    try:
        if plan.fate == "more_time":
            asked = ask_extension(
                viewer, case.pk, amount=Decimal(2), unit="work_day", reason=_("Spare parts are on their way.")
            )
            yield clock.now() + timedelta(hours=chance.uniform(0.3, 2))
            decide_clock_change(stage.cast.manager, asked, grant=chance.random() < 0.8)
            return
        asked = ask_pause(
            viewer, case.pk, reason=_("Heavy rain: the surface cannot be laid before it is dry.")
        )
        yield clock.now() + timedelta(hours=chance.uniform(0.3, 2))
        decide_clock_change(stage.cast.manager, asked, grant=True)
        yield clock.now() + timedelta(days=chance.uniform(1.5, 6))
        resume_case(viewer, case.pk)
    except Refusal:
        return


def _rate(sent: Reported, plan: Plan, chance: random.Random) -> Life:
    yield clock.now() + timedelta(hours=chance.uniform(1, 40))
    words = {
        5: _("Quick and well done."),
        1: _("It looks just as it did before."),
        2: _("It took far too long."),
    }
    found = followed(STRANGER, sent.token)
    level = plan.rating or 5
    rate(STRANGER, found, level=level, words=words.get(level, "") if chance.random() < 0.6 else "")
    if level == 1 and chance.random() < 0.5:
        yield clock.now() + timedelta(hours=chance.uniform(1, 10))
        dispute(STRANGER, followed(STRANGER, sent.token), reason=_("It broke again the day after."))


def _doer(cast: Cast, task: Task, chance: random.Random) -> Viewer:
    """Whoever does this step: the collector it is for, somebody of the centre or department it lies with."""
    if task.kind in ("urban.verify", "urban.check"):
        own = [v for found in cast.collectors.values() for v in found if v.account_id == task.assignee_id]
        return own[0] if own else cast.collector(task.division_code, chance)
    desks = {
        "urban.file": cast.clerks,
        "urban.close": cast.clerks,
        "urban.dispatch": cast.dispatchers,
        "urban.feed_back": cast.dispatchers,
    }
    found = desks.get(task.kind, cast.handlers).get(task.organisation_id or 0)
    return found or SYSTEM


def _photos(stage: Stage, plan: Plan, chance: random.Random) -> Sequence[Received]:
    return [stage.photo(plan, solved=False)] if chance.random() < 0.15 else []


def _when(task: Task, plan: Plan, chance: random.Random) -> datetime:
    """When the step is done: within its limit, unless the plan has it late; in the day."""
    now = clock.now()
    if task.kind in PACE_H:
        return _in_the_day(now + timedelta(hours=chance.uniform(*PACE_H[task.kind])), chance)
    room = (task.due_at - now) if task.due_at else timedelta(days=2)
    share = chance.uniform(1.05, 2.2) if plan.is_late else chance.betavariate(2, 2.6)
    return _in_the_day(now + max(room, timedelta(hours=1)) * share, chance)


def _in_the_day(moment: datetime, chance: random.Random) -> datetime:
    """Nobody goes out at night: what falls there is done the next morning."""
    local = timezone.localtime(moment)
    if DAY_BEGINS <= local.hour < DAY_ENDS:
        return moment
    if local.hour >= DAY_ENDS:
        local += timedelta(days=1)
    return local.replace(hour=DAY_BEGINS, minute=chance.randint(0, 50))
