"""The steps of filling in an application: those of its form, then materials, then the check; and where one stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yicheng.core.services.forms.kept import visible_steps
from yicheng.core.services.models import Application
from yicheng.core.services.queries.forms import form_for

MATERIALS, CHECK = "materials", "check"


@dataclass(frozen=True, slots=True)
class Stop:
    """One page of the way."""

    key: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Course:
    """All pages of a draft in order, and which one is shown."""

    stops: Sequence[Stop]
    at: int

    @property
    def steps(self) -> list[dict[str, str]]:
        """For the row of steps."""
        return [
            {"title": stop.title, "state": "done" if n < self.at else "now" if n == self.at else ""}
            for n, stop in enumerate(self.stops)
        ]

    @property
    def now(self) -> Stop:
        return self.stops[self.at]

    @property
    def before(self) -> Stop | None:
        return self.stops[self.at - 1] if self.at else None

    @property
    def after(self) -> Stop:
        return self.stops[min(self.at + 1, len(self.stops) - 1)]


def course_of(draft: Application, answers: Mapping[str, Any], key: str, *, face: str = "portal") -> Course:
    """The way of a draft with these answers; an unknown key leads to the first page."""
    stops = [
        Stop(step.key, step.title, reverse(f"{face}.apply_step", args=[draft.pk, step.key]))
        for step in (visible_steps(form_for(draft.version.form_id), answers) if draft.version.form_id else ())
    ]
    stops.append(Stop(MATERIALS, _("Materials"), reverse(f"{face}.apply_materials", args=[draft.pk])))
    stops.append(Stop(CHECK, _("Check and hand in"), reverse(f"{face}.apply_check", args=[draft.pk])))
    keys = [stop.key for stop in stops]
    return Course(stops, keys.index(key) if key in keys else 0)
