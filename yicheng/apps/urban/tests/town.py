"""Tinytown with its staff at work: what the tests of a case's life act in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from yicheng.apps.urban import alarms, assignment
from yicheng.apps.urban.actions.report import Report, Reported, report
from yicheng.apps.urban.demo.cast import Cast, cast
from yicheng.apps.urban.demo.photos import photo
from yicheng.apps.urban.queries import dispatching
from yicheng.core.cases import classes, current
from yicheng.core.cases.public import Done, complete_task, open_tasks
from yicheng.core.journal.public import receive_file
from yicheng.core.kernel.pack import load_pack, open_pack
from yicheng.core.people.models import Organisation
from yicheng.core.people.public import STRANGER, SYSTEM, Viewer
from yicheng.core.places import atlas
from yicheng.core.web.city import forget_city

TINYTOWN = Path(__file__).resolve().parents[4] / "tests" / "cities" / "tinytown"
#: a place in Oak Subdistrict, East District
PLACE = (160.022, 20.005)
FAR_AWAY = (100.0, 10.0)
HOLE = Report(
    class_code="E0101", words="A deep hole in the road. Somebody will fall.", lon=PLACE[0], lat=PLACE[1]
)


@dataclass(frozen=True)
class Town:
    """Everybody in it, and where a case stands."""

    cast: Cast
    bodies: Mapping[str, int]

    def handler(self, code: str) -> Viewer:
        return self.cast.handlers[self.bodies[code]]

    @property
    def clerk(self) -> Viewer:
        return self.cast.clerks[self.bodies["watch"]]

    @property
    def dispatcher(self) -> Viewer:
        return self.cast.dispatchers[self.bodies["switchboard"]]

    @property
    def collector(self) -> Viewer:
        return self.cast.collectors["990101"][0]

    @property
    def resident(self) -> Viewer:
        return self.cast.residents[0]

    def report(self, viewer: Viewer = STRANGER, *, key: str = "", **changes: Any) -> Reported:
        return report(viewer, replace(HOLE, **changes), idempotency_key=key)

    def step(
        self,
        viewer: Viewer,
        case_id: int,
        outcome: str,
        data: Mapping[str, Any] | None = None,
        *,
        note: str = "",
    ) -> Done:
        """End the first open step of the case."""
        return complete_task(viewer, open_tasks(case_id)[0].pk, outcome=outcome, data=data or {}, note=note)

    def file(self, case_id: int, **data: Any) -> Done:
        return self.step(self.clerk, case_id, "file", {"severity": 2, "is_public": True, **data})

    def dispatch(self, case_id: int, body: str = "roads") -> Done:
        return self.step(self.dispatcher, case_id, "dispatch", {"organisation_id": self.bodies[body]})

    def handle(self, case_id: int, body: str = "roads", *, photos: Sequence[Any] = ()) -> Done:
        return self.step(self.handler(body), case_id, "done", {"photos": photos}, note="Filled with asphalt.")

    def close(self, case_id: int) -> Done:
        """From dispatch to the end."""
        self.dispatch(case_id)
        self.handle(case_id)
        self.step(self.dispatcher, case_id, "accept")
        self.step(self.collector, case_id, "passed")
        return self.step(self.clerk, case_id, "close")

    def solved(self, viewer: Viewer = STRANGER, **changes: Any) -> Reported:
        """A case from its report to its close."""
        sent = self.report(viewer, **changes)
        self.file(sent.case.pk)
        self.close(sent.case.pk)
        return sent


def build_town() -> Town:
    """Load the pack and take everybody on."""
    load_pack(open_pack(TINYTOWN))
    forget()
    return Town(cast((), seed=1, city="990100"), dict(Organisation.objects.values_list("code", "pk")))


def forget() -> None:
    """What is remembered of another test's town, in the cache's table too."""
    cache.clear()
    forget_memory()


def forget_memory() -> None:
    """What this process remembers of another test's town."""
    forget_city()
    atlas.forget()
    classes.forget()
    current.forget()
    alarms.forget()
    assignment.forget()
    dispatching.forget()


def upload(*, solved: bool = False) -> SimpleUploadedFile:
    """A drawn photo as a browser sends it."""
    return SimpleUploadedFile("street.jpg", photo("pothole", 0, solved=solved), "image/jpeg")


def received(*, solved: bool = False) -> Any:
    """A drawn photo, checked and stored."""
    return receive_file(SYSTEM, upload(solved=solved))
