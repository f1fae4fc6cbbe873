"""Drawn processes as those who draw them see them: versions, remarks, examples, a case's way through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.declare import PROCESSES
from yicheng.core.cases.engine.checking import Handler
from yicheng.core.cases.engine.documents import local_name, read_documents
from yicheng.core.cases.engine.drawing import read_drawing
from yicheng.core.cases.engine.findings import DrawingRefused, Finding, has_errors
from yicheng.core.cases.engine.reading import OutlineLine, following_steps, outline
from yicheng.core.cases.engine.specification import compile_files, main_processes
from yicheng.core.cases.engine.trial import Answer, Trace, try_out
from yicheng.core.cases.models import Case, ProcessVersion, Task
from yicheng.core.cases.registry import (
    as_bytes,
    family_of,
    findings_of,
    handlers,
    process_type,
    specification,
)
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import NotFound
from yicheng.core.people.public import Viewer


@dataclass(frozen=True, slots=True)
class ProcessInfo:
    """A declared process. ``published`` is the version new cases follow."""

    key: str
    title: str | Promise
    application: str
    published: ProcessVersion | None
    versions: int


@dataclass(frozen=True, slots=True)
class VersionDetail:
    """A version as its page shows it. ``outline`` says in words what the picture shows."""

    version: ProcessVersion
    title: str | Promise
    findings: Sequence[Finding]
    outline: Sequence[OutlineLine]
    steps: Mapping[str, Handler]
    variables: Mapping[str, Any]

    @property
    def is_sound(self) -> bool:
        """Whether it may be published."""
        return not has_errors(self.findings)


@dataclass(frozen=True, slots=True)
class Course:
    """A case's way through its process: (element id, words) passed, now, and what may come next."""

    passed: Sequence[tuple[str, str]]
    now: Sequence[tuple[str, str]]
    next: Sequence[tuple[str, str]]


def processes(viewer: Viewer) -> list[ProcessInfo]:
    """Every process that an installed part declares."""
    viewer.require("cases.view_process")
    rows = ProcessVersion.objects.defer("files").order_by("version")
    by_process: dict[str, list[ProcessVersion]] = {}
    for row in rows:
        by_process.setdefault(row.process, []).append(row)
    drawn = sorted(key for key in by_process if family_of(key) is not None)
    keys = [*(process.key for process in PROCESSES), *drawn]
    return [_info(key, by_process.get(key, [])) for key in keys]


def _info(key: str, versions: Sequence[ProcessVersion]) -> ProcessInfo:
    declared = process_type(key)
    published = next((row for row in versions if row.status == ProcessVersion.Status.PUBLISHED), None)
    return ProcessInfo(key, declared.title, declared.application, published, len(versions))


def process_versions(viewer: Viewer, process: str) -> tuple[ProcessInfo, list[ProcessVersion]]:
    """A process and its versions, newest first."""
    viewer.require("cases.view_process")
    rows = ProcessVersion.objects.defer("files").filter(process=process)
    versions = list(rows.select_related("created_by").order_by("-version")[:200])
    return _info(process, versions), versions


def process_version(viewer: Viewer, version_id: int) -> VersionDetail:
    """One version with everything the check says about it."""
    version = _version(viewer, version_id)
    offered = handlers(version.process)
    return VersionDetail(
        version=version,
        title=process_type(version.process).title,
        findings=findings_of(version.process, version.files),
        outline=_outline(version.files),
        steps=offered.steps,
        variables=offered.variables,
    )


def _outline(files: Mapping[str, str]) -> Sequence[OutlineLine]:
    try:
        return outline(compile_files(as_bytes(files)).drawing)
    except DrawingRefused:
        return ()


def main_drawing(viewer: Viewer, version_id: int) -> str:
    """The BPMN source of a version, for the picture."""
    return main_source(_version(viewer, version_id).files)


def main_source(files: Mapping[str, str]) -> str:
    """The source of the file that holds the process which begins; "" when there is none."""
    drawn = {name: source for name, source in sorted(files.items()) if name.endswith(".bpmn")}
    try:
        roots = read_documents(as_bytes(drawn))
    except DrawingRefused:
        return ""
    mains = main_processes(read_drawing(roots))
    for name, root in roots.items():
        if any(child.get("id") in mains for child in root if local_name(child) == "process"):
            return drawn[name]
    return ""


def try_version(
    viewer: Viewer, version_id: int, answers: Sequence[Answer], *, variables: Mapping[str, Any] | None = None
) -> Trace:
    """Go through a version on an example; nothing is stored. Raises ``DrawingRefused``, ``StepRefused``."""
    version = _version(viewer, version_id)
    example = {**handlers(version.process).variables, **(variables or {})}
    return try_out(as_bytes(version.files), answers, variables=example, moment=_this_minute())


def _this_minute() -> datetime:
    return clock.now().replace(second=0, microsecond=0)


def _version(viewer: Viewer, version_id: int) -> ProcessVersion:
    viewer.require("cases.view_process")
    found = ProcessVersion.objects.select_related("created_by").filter(pk=version_id).first()
    if found is None or (found.process not in PROCESSES and family_of(found.process) is None):
        raise NotFound(_("There is no such version."))
    return found


def course(case: Case) -> Course | None:
    """The way of a case through its process; the caller has checked that it may be seen. None: no process."""
    if case.version_id is None:
        return None
    drawing = specification(case.version_id).drawing
    tasks = list(Task.objects.filter(case_id=case.pk, part_of=None).order_by("id"))
    done = [task.element_id for task in tasks if task.status == Task.Status.DONE]
    now = list(dict.fromkeys(task.element_id for task in tasks if task.status == Task.Status.OPEN))
    coming = [node.id for node in following_steps(drawing, now)]

    def named(ids: Sequence[str]) -> list[tuple[str, str]]:
        return [(element_id, drawing.name(element_id) or element_id) for element_id in ids]

    return Course(named(done), named(now), named(coming))
