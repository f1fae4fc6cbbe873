"""Drawn processes in a city pack: which files draw which process, checked and published.

``processes/urban_case.bpmn`` draws the process ``urban.case``. The tables and processes it
refers to are found among the other files by their ids, so they may be shared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from django.utils.translation import gettext as _

from yicheng.core.cases.actions.processes import publish_version, save_version
from yicheng.core.cases.declare import PROCESSES
from yicheng.core.cases.engine.documents import Element, is_bpmn, local_name, read_documents
from yicheng.core.cases.engine.drawing import read_drawing
from yicheng.core.cases.engine.elements import called_process, decision_id
from yicheng.core.cases.engine.findings import DrawingRefused
from yicheng.core.cases.models import ProcessVersion
from yicheng.core.cases.registry import family_of, findings_of
from yicheng.core.kernel.pack import CityPack, Finding, Tally
from yicheng.core.people.public import SYSTEM

FOLDER = "processes"


def check_processes(pack: CityPack) -> Iterator[Finding]:
    """Every drawing against the process it draws; files that draw nothing are told."""
    roots: dict[str, Element] = {}
    for path in _files(pack):
        yield from _read(path, roots)
    used: set[str] = set()
    for process, names in _sets(roots).items():
        used |= set(names)
        yield from _drawing_findings(process, {name: _text(pack, name) for name in names})
    for name in roots.keys() - used:
        reason = _("No installed part's process is drawn in this file, and none refers to it.")
        yield Finding(f"{FOLDER}/{name}", 0, reason, "warning")


def load_processes(pack: CityPack) -> Tally:
    """Publish each drawing that differs from the published one."""
    roots: dict[str, Element] = {}
    for path in _files(pack):
        list(_read(path, roots))
    tally = Tally()
    for process, names in _sets(roots).items():
        tally += _publish(process, {name: _text(pack, name) for name in names}, note=pack.root.name)
    return tally


def _publish(process: str, files: Mapping[str, str], *, note: str) -> Tally:
    published = ProcessVersion.objects.filter(process=process, status="published").first()
    if published is not None and published.files == files:
        return Tally(unchanged=1)
    publish_version(SYSTEM, save_version(SYSTEM, process, files=files, note=note).pk)
    return Tally(changed=1) if published else Tally(created=1)


def _files(pack: CityPack) -> list[Path]:
    return [*pack.files(f"{FOLDER}/*.bpmn"), *pack.files(f"{FOLDER}/*.dmn")]


def _text(pack: CityPack, name: str) -> str:
    return (pack.root / FOLDER / name).read_text(encoding="utf-8")


def _read(path: Path, roots: dict[str, Element]) -> Iterator[Finding]:
    try:
        content = path.read_bytes()
        content.decode("utf-8")
        roots |= read_documents({path.name: content})
    except UnicodeDecodeError:
        yield Finding(f"{FOLDER}/{path.name}", 0, _("The file is not UTF-8: save it as UTF-8."))
    except DrawingRefused as refused:
        for finding in refused.findings:
            yield Finding(f"{FOLDER}/{path.name}", 0, str(finding))


def _drawing_findings(process: str, files: Mapping[str, str]) -> Iterator[Finding]:
    main = f"{FOLDER}/{_main_file(process)}"
    for finding in findings_of(process, files):
        if finding.severity != "info":
            reason = f"{finding.where}: {finding}" if finding.where else str(finding)
            yield Finding(main, 0, reason, "error" if finding.severity == "error" else "warning")


def _main_file(process: str) -> str:
    return f"{process.replace('.', '_')}.bpmn"


def _sets(roots: Mapping[str, Element]) -> dict[str, list[str]]:
    """Process key → the files that draw it, the main one first."""
    holders = _holders(roots)
    declared = [process.key for process in PROCESSES if _main_file(process.key) in roots]
    return {
        key: _with_references(_main_file(key), roots, holders) for key in [*declared, *_of_families(roots)]
    }


def _of_families(roots: Mapping[str, Element]) -> list[str]:
    """``services_restaurant.bpmn`` draws ``services.restaurant`` where the part's processes are a family."""
    keys = (
        name.removesuffix(".bpmn").replace("_", ".", 1) for name in sorted(roots) if name.endswith(".bpmn")
    )
    return [key for key in keys if family_of(key) is not None]


def _holders(roots: Mapping[str, Element]) -> dict[str, str]:
    """Id of a process or decision → the file that holds it."""
    return {
        child.get("id", ""): name
        for name, root in roots.items()
        for child in root
        if local_name(child) in ("process", "decision")
    }


def _with_references(main: str, roots: Mapping[str, Element], holders: Mapping[str, str]) -> list[str]:
    found, waiting = [], [main]
    while waiting:
        name = waiting.pop(0)
        if name in found:
            continue
        found.append(name)
        waiting += [holders[wanted] for wanted in _references(roots[name]) if wanted in holders]
    return found


def _references(root: Element) -> list[str]:
    if not is_bpmn(root):
        return []
    nodes = read_drawing({"": root}).nodes.values()
    called = [called_process(node) for node in nodes if node.kind == "callActivity"]
    return called + [decision_id(node) for node in nodes if node.kind == "businessRuleTask"]
