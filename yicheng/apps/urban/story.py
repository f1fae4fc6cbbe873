"""A case's history in plain words, as its reporter reads it: no jargon, no names of staff."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yicheng.apps.urban.stages import STAGES

if TYPE_CHECKING:
    from yicheng.core.cases.models import Case, CaseStep

Tone = Literal["", "now", "bad"]

#: (task kind, outcome) → what it means to the reporter; what is not here is of no interest to them
SENTENCES: dict[tuple[str, str], tuple[str | Promise, Tone]] = {
    ("urban.verify", "confirmed"): (_("An inspector went there and saw it."), ""),
    ("urban.verify", "not_found"): (_("An inspector went there and did not find it."), "bad"),
    ("urban.file", "file"): (_("The supervision centre filed it as a case."), ""),
    ("urban.file", "refuse"): (_("It was not filed as a case."), "bad"),
    ("urban.file", "duplicate"): (_("It is the same as an earlier report and joined that case."), ""),
    ("urban.dispatch", "dispatch"): (_("The command centre gave it to %(organisation)s."), ""),
    ("urban.dispatch", "joint"): (
        _("The command centre gave it to two departments; %(organisation)s leads."),
        "",
    ),
    ("urban.dispatch", "send_back"): (
        _("The command centre asked the supervision centre to look again."),
        "",
    ),
    ("urban.handle", "done"): (_("The department says it is done."), ""),
    ("urban.handle", "not_ours"): (_("It belongs to another department; it is dispatched anew."), ""),
    ("urban.lead", "done"): (_("The leading department says it is done."), ""),
    ("urban.assist", "done"): (_("The assisting department did its share."), ""),
    ("urban.feed_back", "rework"): (_("The command centre asked the department to do it again."), "bad"),
    ("urban.check", "passed"): (_("An inspector went there: it is solved."), ""),
    ("urban.check", "failed"): (_("An inspector went there: it is not solved yet."), "bad"),
    ("urban.close", "close"): (_("The case was closed."), ""),
    ("urban.close", "rework"): (_("The supervision centre asked for it to be done again."), "bad"),
}
#: steps whose words are meant for the reporter; what centres and departments write to each other stays inside
NOTES_SHOWN = {
    ("urban.file", "refuse"),
    ("urban.file", "duplicate"),
    ("urban.handle", "done"),
    ("urban.lead", "done"),
    ("urban.assist", "done"),
    ("urban.close", "close"),
}
ACTIONS: dict[str, tuple[str | Promise, Tone]] = {
    "started": (_("We received your report."), ""),
    "reopened": (_("The case was opened again."), "bad"),
    "suspended": (_("The clock stands still for now."), "bad"),
    "resumed": (_("The clock runs again."), ""),
    "extended": (_("More time was given."), ""),
    "split": (_("It was split between departments."), ""),
    "transferred": (_("It was handed to another department."), ""),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the story."""

    at: datetime
    text: str
    note: str = ""
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """One of the seven stages, for the row of steps."""

    title: str | Promise
    state: Literal["", "now", "done"]


def story(steps: Iterable[CaseStep], *, organisation: str) -> list[Line]:
    """The lines of a case's public history, latest first."""
    lines = [line for step in steps if (line := _line(step, organisation))]
    return lines[::-1]


def stages(case: Case) -> Sequence[Stage]:
    """The seven stages with how far the case has come."""
    keys = list(STAGES)
    here = (
        keys.index("assess")
        if case.status == "closed"
        else keys.index(case.stage)
        if case.stage in keys
        else 0
    )
    return [
        Stage(STAGES[key], "done" if i < here else "now" if i == here else "") for i, key in enumerate(keys)
    ]


def _line(step: CaseStep, organisation: str) -> Line | None:
    found = SENTENCES.get((step.task_kind, step.outcome)) if step.task_kind else None
    found = found or ACTIONS.get(step.action)
    if found is None:
        return None
    text, tone = found
    sentence = str(text) % {"organisation": organisation or _("a department")}
    is_told = step.is_public and (step.task_kind, step.outcome) in NOTES_SHOWN
    return Line(step.at, sentence, step.note if is_told else "", tone)
