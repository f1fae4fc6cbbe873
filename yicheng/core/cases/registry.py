"""Brings drawn processes and declared kinds of tasks together: which kind a drawn step is, compiled versions."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from functools import cache
from threading import Lock

from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.declare import PROCESSES, ProcessType, TaskKind
from yicheng.core.cases.engine.checking import Handler, Handlers, check, short_id
from yicheng.core.cases.engine.findings import Finding
from yicheng.core.cases.engine.specification import Specification, compile_files
from yicheng.core.cases.models import ProcessVersion
from yicheng.core.kernel.errors import Conflict, NotFound
from yicheng.core.kernel.slots import UnknownDeclaration

KEPT_VERSIONS = 64

#: variables that every process has from the case itself
CASE_VARIABLES = ("application", "class_code", "severity", "source", "division_code")

_compiled: OrderedDict[int, Specification] = OrderedDict()
_lock = Lock()


def process_type(key: str) -> ProcessType:
    """The declared process, or the family that a drawing belongs to; raises ``NotFound`` when its part is absent."""
    try:
        return PROCESSES.get(key)
    except UnknownDeclaration:
        family = family_of(key)
        if family is None:
            raise NotFound(_("There is no process “%(process)s”."), process=key) from None
        return family


def family_of(key: str) -> ProcessType | None:
    """The family whose drawing ``services.restaurant`` is; None for the key of a declared process."""
    if key in PROCESSES:
        return None
    application = key.partition(".")[0]
    return next((one for one in PROCESSES if one.is_family and one.application == application), None)


@cache
def _kinds(process: str) -> Mapping[str, TaskKind]:
    return {kind.key.rpartition(".")[2]: kind for kind in process_type(process).tasks}


def kind_of(process: str, element_id: str) -> TaskKind:
    """The kind of task that a drawn step is: ``dispatch__second`` is the kind ``<application>.dispatch``."""
    kind = _kinds(process).get(short_id(element_id))
    if kind is None:
        raise Conflict(
            _("The process stands at “%(step)s”, which no installed application does."), step=element_id
        )
    return kind


@cache
def kinds_by_key() -> Mapping[str, TaskKind]:
    """Every declared kind of task by its key."""
    return {kind.key: kind for process in PROCESSES for kind in process.tasks}


def handlers(process: str) -> Handlers:
    """What the process offers to those who draw it."""
    declared = process_type(process)
    steps = {
        short: Handler(kind.title, {outcome.key: outcome.title for outcome in kind.outcomes})
        for short, kind in _kinds(process).items()
    }
    example = dict.fromkeys(CASE_VARIABLES, "") | {"severity": 2}
    return Handlers(steps, {**example, **declared.variables}, declared.messages)


def findings_of(process: str, files: Mapping[str, str]) -> list[Finding]:
    """What a check says about files drawn for a process."""
    return check(as_bytes(files), handlers(process))


def specification(version_id: int) -> Specification:
    """A published version, compiled once per process of the server."""
    with _lock:
        found = _compiled.get(version_id)
        if found is not None:
            _compiled.move_to_end(version_id)
            return found
    files = ProcessVersion.objects.values_list("files", flat=True).get(pk=version_id)
    compiled = compile_files(as_bytes(files))
    with _lock:
        _compiled[version_id] = compiled
        while len(_compiled) > KEPT_VERSIONS:
            _compiled.popitem(last=False)
    return compiled


def forget_versions() -> None:
    """Compile every version anew; for tests, whose databases come and go under one process."""
    with _lock:
        _compiled.clear()


def as_bytes(files: Mapping[str, str]) -> dict[str, bytes]:
    """Files as a version's row keeps them, as the engine reads them."""
    return {name: source.encode() for name, source in files.items()}
