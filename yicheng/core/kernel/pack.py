"""City packs: everything that makes a city this city is data, checked before it is loaded.

A pack is a folder: ``city.toml`` (name, code, time zone, centre …), CSV and GeoJSON
tables, ``processes/``. A part says what it takes in its own ``pack.py``::

    PACK_SECTIONS = (
        PackSection("streets", _("Streets"), files=("streets.csv",), check=check, load=load, after=("places",)),
    )

``check(pack)`` yields every fault as a ``Finding`` and changes nothing. ``load(pack)``
writes and answers a ``Tally``; all sections load in one transaction, in the order of
``after``, only if no section found an error. Loading the same pack twice changes
nothing; what a newer pack no longer holds is retired, not deleted, where anything
refers to it (``kernel.upsert.sync`` does both).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar, cast

from django.conf import settings
from django.db import connection, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from yicheng.core.kernel.city import CitySettings, read_city
from yicheng.core.kernel.slots import FaultyDeclaration, Slot
from yicheng.core.kernel.tables import Content, Finding, Table, column, column_values, read_table

__all__ = [
    "SECTIONS",
    "CityPack",
    "CitySettings",
    "FaultyPack",
    "Finding",
    "PackSection",
    "Table",
    "Tally",
    "check_pack",
    "column",
    "load_pack",
    "open_pack",
    "pack_of_city",
]

R = TypeVar("R")

#: files that belong to people, not to sections
FREE_FILES = ("README*", "LICENSE*", "NOTICE*")
LOAD_LOCK = 0x59C17  # advisory lock: one load at a time


@dataclass(frozen=True)
class Tally:
    """What loading a section did to the rows."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    retired: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.created + other.created,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.retired + other.retired,
        )


@dataclass(frozen=True)
class PackSection:
    """What one part takes from a pack.

    ``files`` are glob patterns inside the pack, ``settings`` names of tables in
    ``city.toml``; anything in a pack that no section names is told as a warning.
    ``after`` names sections that must be loaded before (a name that no installed part
    declares is ignored; ``"*"``: after all others that do not say so).
    """

    key: str
    title: str | Promise
    files: tuple[str, ...]
    check: Callable[[CityPack], Iterable[Finding]]
    load: Callable[[CityPack], Tally]
    after: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()


SECTIONS: Slot[PackSection] = Slot(
    "kernel.pack_sections", PackSection, module="pack", attribute="PACK_SECTIONS"
)


class FaultyPack(Exception):
    """A pack with errors was to be loaded; ``findings`` holds them, nothing was changed."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        super().__init__("\n".join(str(finding) for finding in findings))


@dataclass
class CityPack:
    """A pack's folder, opened: tables are read once however many sections ask."""

    root: Path
    #: what loading did so far, by section
    tallies: dict[str, Tally] = field(default_factory=dict)
    _tables: dict[Table[Any], Content[Any]] = field(default_factory=dict)
    _read: dict[Hashable, Any] = field(default_factory=dict)
    _values: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    @cached_property
    def parsed(self) -> tuple[CitySettings | None, Mapping[str, Any], tuple[Finding, ...]]:
        """``city.toml``: the settings (None where faulty), all its tables, what is wrong."""
        return read_city(self.root)

    @property
    def city(self) -> CitySettings:
        """The city's own settings; only to be asked for when the pack has no faults there."""
        settings = self.parsed[0]
        if settings is None:
            raise FaultyPack(self.parsed[2])
        return settings

    def settings(self, name: str) -> Mapping[str, Any]:
        """The table ``[name]`` of ``city.toml``, empty where there is none."""
        table = self.parsed[1].get(name, {})
        return table if isinstance(table, dict) else {}

    def rows(self, table: Table[R]) -> tuple[R, ...]:
        """The table's sound rows."""
        return self.read(table).rows

    def findings(self, table: Table[Any]) -> tuple[Finding, ...]:
        """Everything wrong with the table."""
        return self.read(table).findings

    def read(self, table: Table[R]) -> Content[R]:
        if table not in self._tables:
            self._tables[table] = read_table(self.root, table, reference=self.values)
        return self._tables[table]

    def values(self, file: str, name: str) -> frozenset[str]:
        """Every value of one column of any table: what references are held against."""
        if (file, name) not in self._values:
            self._values[file, name] = column_values(self.root, file, name)
        return self._values[file, name]

    def files(self, pattern: str) -> list[Path]:
        """The pack's files that match a glob pattern, in order of name."""
        return sorted(path for path in self.root.glob(pattern) if path.is_file())

    def once(self, key: Hashable, read: Callable[[], R]) -> R:
        """What ``read`` answers, asked for only once: for files that are no tables."""
        if key not in self._read:
            self._read[key] = read()
        return cast("R", self._read[key])

    def fingerprint(self) -> str:
        """SHA-256 over every file's name and bytes: says which pack was loaded."""
        digest = sha256()
        for path in self.files("**/*"):
            digest.update(path.relative_to(self.root).as_posix().encode())
            digest.update(sha256(path.read_bytes()).digest())
        return digest.hexdigest()


def open_pack(root: Path | str) -> CityPack:
    """Open a pack's folder; nothing is read yet."""
    return CityPack(Path(root))


def pack_of_city(code: str) -> CityPack | None:
    """The pack among the project's ``cities/`` whose city has this code, opened; None when there is none."""
    for path in sorted((settings.PROJECT / "cities").glob("*/city.toml")):
        pack = open_pack(path.parent)
        if pack.city.code == code:
            return pack
    return None


def check_pack(pack: CityPack) -> tuple[Finding, ...]:
    """Every fault of the whole pack, by file and line. Changes nothing."""
    if not pack.root.is_dir():
        return (Finding(str(pack.root), 0, _("There is no such folder.")),)
    findings: list[Finding] = list(pack.parsed[2])
    if any(finding.severity == "error" for finding in findings):
        return tuple(findings)
    for section in ordered_sections():
        findings += section.check(pack)
    return tuple(sorted({*findings, *_unclaimed(pack)}))


def load_pack(pack: CityPack) -> dict[str, Tally]:
    """Check everything, then load every section in one transaction; raises ``FaultyPack``."""
    errors = tuple(finding for finding in check_pack(pack) if finding.severity == "error")
    if errors:
        raise FaultyPack(errors)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOAD_LOCK])
        for section in ordered_sections():
            pack.tallies[section.key] = section.load(pack)
    return pack.tallies


def ordered_sections() -> list[PackSection]:
    """The declared sections, each after those it names."""
    last = {section.key for section in SECTIONS if "*" in section.after}
    first = {section.key for section in SECTIONS} - last
    graph = {
        section.key: (
            {key for key in section.after if key in SECTIONS} | (first if section.key in last else set())
        )
        for section in SECTIONS
    }
    try:
        return [SECTIONS.get(key) for key in TopologicalSorter(graph).static_order()]
    except CycleError as error:
        raise FaultyDeclaration(f"pack sections wait for each other: {' → '.join(error.args[1])}") from error


def _unclaimed(pack: CityPack) -> Iterable[Finding]:
    patterns = [pattern for section in SECTIONS for pattern in section.files]
    claimed = {path for pattern in ("city.toml", *FREE_FILES, *patterns) for path in pack.root.glob(pattern)}
    for path in pack.files("**/*"):
        if path not in claimed:
            name = path.relative_to(pack.root).as_posix()
            yield Finding(name, 0, _("No installed part takes this file."), "warning")
    known = {"city", *(name for section in SECTIONS for name in section.settings)}
    for name in pack.parsed[1]:
        if name not in known:
            reason = _("No installed part takes the table [%(name)s].") % {"name": name}
            yield Finding("city.toml", 0, reason, "warning")
