"""What faces may call about drawn processes and time limits; part of ``public``. Bodies: ``actions``, ``queries``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from yicheng.core.cases.engine.trial import Answer

if TYPE_CHECKING:
    from yicheng.core.cases.engine.trial import Trace
    from yicheng.core.cases.models import Case, LimitTable, ProcessVersion
    from yicheng.core.cases.queries.limits import LimitLine
    from yicheng.core.cases.queries.processes import Course, ProcessInfo, VersionDetail
    from yicheng.core.people.public import Viewer

__all__ = [
    "Answer",
    "case_course",
    "limit_lines",
    "limit_tables",
    "limits_file",
    "process_drawing",
    "process_version",
    "process_versions",
    "processes",
    "publish_process",
    "put_limits",
    "save_process",
    "try_process",
]


def processes(viewer: Viewer) -> list[ProcessInfo]:
    """Every process that an installed part declares, with its published version."""
    from yicheng.core.cases.queries import processes as drawn

    return drawn.processes(viewer)


def process_versions(viewer: Viewer, process: str) -> tuple[ProcessInfo, list[ProcessVersion]]:
    """A process and its versions, newest first; ``NotFound`` when no part declares it."""
    from yicheng.core.cases.queries import processes as drawn

    return drawn.process_versions(viewer, process)


def process_version(viewer: Viewer, version_id: int) -> VersionDetail:
    """One version: what the check says of it, what it says in words, who does its steps."""
    from yicheng.core.cases.queries import processes as drawn

    return drawn.process_version(viewer, version_id)


def process_drawing(viewer: Viewer, version_id: int) -> str:
    """The BPMN source of a version, for its picture."""
    from yicheng.core.cases.queries import processes as drawn

    return drawn.main_drawing(viewer, version_id)


def try_process(
    viewer: Viewer, version_id: int, answers: Sequence[Answer], *, variables: Mapping[str, Any] | None = None
) -> Trace:
    """Go through a version on an example; nothing is stored. Raises ``Invalid`` or ``Conflict`` where it can't go on."""
    from yicheng.core.cases.queries import processes as drawn

    return drawn.try_version(viewer, version_id, answers, variables=variables)


def save_process(viewer: Viewer, process: str, *, files: Mapping[str, str], note: str = "") -> ProcessVersion:
    """Keep drawn files as a new draft; ``Invalid`` (with ``findings``) when they can't be read at all."""
    from yicheng.core.cases.actions.processes import save_version

    return save_version(viewer, process, files=files, note=note)


def publish_process(viewer: Viewer, version_id: int) -> ProcessVersion:
    """Let new cases follow this version; running ones finish on theirs. ``Invalid`` while the check finds errors."""
    from yicheng.core.cases.actions.processes import publish_version

    return publish_version(viewer, version_id)


def case_course(case: Case) -> Course | None:
    """Steps passed, open and next of a case that the viewer may see; None where it follows no process."""
    from yicheng.core.cases.queries import processes as drawn

    return drawn.course(case)


def limit_tables(viewer: Viewer) -> list[LimitTable]:
    """The versions of the time limits, the one in force first."""
    from yicheng.core.cases.queries import limits

    return limits.limit_tables(viewer)


def limit_lines(viewer: Viewer, version: int) -> Sequence[LimitLine]:
    """The lines of a version in words."""
    from yicheng.core.cases.queries import limits

    return limits.limit_lines(viewer, version)


def limits_file(viewer: Viewer, version: int) -> str:
    """A version as the CSV file that would lay it down."""
    from yicheng.core.cases.queries import limits

    return limits.limits_file(viewer, version)


def put_limits(viewer: Viewer, content: bytes, *, note: str = "") -> LimitTable:
    """Put a CSV file of limits in force as a new version; ``Invalid`` (with ``findings``) when it has faults."""
    from yicheng.core.cases.actions.limits import put_limits

    return put_limits(viewer, content, note=note)
