"""What filters and forms of the desk offer to choose from."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise

from yicheng.core.cases.declare import PROCESSES
from yicheng.core.cases.public import case_classes
from yicheng.core.people.public import Viewer, account_ids_holding, account_names, bodies_holding
from yicheng.core.places.public import divisions
from yicheng.faces.desk.wording import SEVERITIES, STATUSES

Choices = Iterable[tuple[str, str | Promise]]
COUNTY = 2


def kinds(viewer: Viewer) -> Choices:
    """The steps this viewer may do."""
    return [
        (kind.key, kind.title) for process in PROCESSES for kind in process.tasks if viewer.may(kind.right)
    ]


def stages(_viewer: Viewer) -> Choices:
    """Every stage of every process, each title once."""
    return list(dict(pair for process in PROCESSES for pair in process.stages.items()).items())


def classes(_viewer: Viewer) -> Choices:
    """Classes of every application, those below indented."""
    applications = dict.fromkeys(process.application for process in PROCESSES)
    return [
        (info.code, f"  {name}" if info.parent_code else name)
        for application in applications
        for info in case_classes(application)
        if (name := info.name)
    ]


def counties(_viewer: Viewer) -> Choices:
    """Counties and districts in pinyin order."""
    return [(info.code, info.name) for info in divisions(COUNTY)]


def severities(_viewer: Viewer) -> Choices:
    """Urgent to minor."""
    return [(str(key), title) for key, (title, _tone) in SEVERITIES.items()]


def statuses(_viewer: Viewer) -> Choices:
    """Open to merged."""
    return [(key, title) for key, (title, _tone) in STATUSES.items()]


def bodies(right: str, *, without: int | None = None) -> list[tuple[int, str]]:
    """Bodies that could take a task which needs this right."""
    return [(body.id, body.name) for body in bodies_holding(right) if body.id != without]


def colleagues(right: str, organisation_id: int | None) -> list[tuple[int, str]]:
    """Staff of a body who could do a task which needs this right, by name."""
    wanted = None if organisation_id is None else [organisation_id]
    names = account_names(account_ids_holding(right, organisation_ids=wanted))
    return sorted(names.items(), key=lambda pair: pair[1])
