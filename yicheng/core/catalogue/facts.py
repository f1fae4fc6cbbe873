"""What the catalogue says about data, as others receive it: entries, fields, versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from psycopg import sql

ShareType = Literal["unconditional", "conditional", "not_shared"]
EntryKind = Literal["resource", "data_set"]
FieldKind = Literal["text", "code", "integer", "number", "decimal", "boolean", "date", "datetime", "geometry"]
VersionStatus = Literal["staging", "current", "kept", "dropped"]
#: the schema of the database that holds the tables of data sets
SCHEMA = "datasets"
#: the number of a row in its table, in every table of a data set
ROW_ID = "_id"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an entry (GB/T 21063.3 信息项). ``unit`` is a UCUM code, ``term`` the element of a standard.

    ``sensitivity``: 1 open, 2 staff, 3 sensitive (a right of its own, or a grant), 4 never leaves.
    Fields with ``is_key`` together name a row over all versions. A ``geometry`` is GeoJSON in WGS 84.
    """

    key: str
    title: str
    kind: FieldKind = "text"
    unit: str = ""
    term: str = ""
    sensitivity: int = 1
    description: str = ""
    is_key: bool = False
    title_en: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the catalogue: a declared resource, or a data set that a department registered.

    ``point`` names the fields of longitude and latitude, ``geometry`` the field that holds shapes; ``rows`` is an
    estimate for resources. ``version`` is the number of the version that is read now, 0 where there is none yet.
    """

    id: int
    key: str
    kind: EntryKind
    title: str
    summary: str
    title_en: str
    summary_en: str
    provider_id: int | None
    provider: str
    provider_code: str
    share_type: ShareType
    legal_basis: str
    share_terms: str
    is_open: bool
    category: str
    update_cycle: str
    keywords: tuple[str, ...]
    fields: tuple[Field, ...]
    point: tuple[str, str] | None
    geometry: str
    rows: int
    version: int
    version_id: int | None
    licence: str
    registered_at: datetime
    updated_at: datetime

    @property
    def key_fields(self) -> tuple[str, ...]:
        """The fields that name a row over all versions."""
        return tuple(one.key for one in self.fields if one.is_key)


@dataclass(frozen=True, slots=True)
class NewDataSet:
    """A data set as a department registers it. ``key`` has words with dots between: ``civil.shelters``.

    ``provider_id`` is the organisation that answers for it; ``legal_basis`` is needed where it is not shared
    without conditions. ``is_open`` puts it before the public and needs the share type ``unconditional``.
    """

    key: str
    title: str
    provider_id: int
    share_type: ShareType
    summary: str = ""
    title_en: str = ""
    summary_en: str = ""
    legal_basis: str = ""
    share_terms: str = ""
    is_open: bool = False
    category: str = ""
    update_cycle: str = "on_demand"
    keywords: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    point: tuple[str, str] | None = None
    geometry: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class SchemaChange:
    """What a version did to one field: ``added``, ``removed``, or ``changed`` in what ``before`` and ``after`` say."""

    field: str
    change: Literal["added", "removed", "changed"]
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a data set. Its rows stand in a table of their own from ``begin_version`` on.

    ``edition`` counts the times that single rows of it were changed since it was published.
    """

    id: int
    entry_id: int
    key: str
    number: int
    status: VersionStatus
    rows: int
    note: str
    fields: tuple[Field, ...]
    schema_changes: tuple[SchemaChange, ...]
    begun_at: datetime
    published_at: datetime | None
    edition: int = 0

    @property
    def table(self) -> sql.Identifier:
        """The table of its rows; besides its fields it has the column ``_id``, which numbers them by itself."""
        return sql.Identifier(SCHEMA, f"ds_{self.entry_id}_v{self.number}")


@dataclass(frozen=True, slots=True)
class Edition:
    """What one call changed in the rows of a version."""

    number: int
    inserted: int
    updated: int
    deleted: int

    @property
    def count(self) -> int:
        return self.inserted + self.updated + self.deleted


@dataclass(frozen=True, slots=True)
class Count:
    """How many of the found entries have this value. ``title`` is for people."""

    value: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class Found:
    """Entries that fit a search: one page of them, how many there are in all, and how they spread.

    ``facets``: ``provider``, ``category``, ``share_type``, ``is_open``, ``kind``. ``next`` marks the page after.
    """

    entries: Sequence[Entry]
    total: int
    facets: Mapping[str, Sequence[Count]] = field(default_factory=dict)
    next: str | None = None
