"""What other parts may call of the catalogue.

Finding: ``find``, ``entry``. Reading rows: ``readable(key).query(viewer, …)``, conditions from ``filters``. Bringing
data in: ``register_data_set``, ``begin_version``, ``copy_rows`` (or SQL into ``version.table``), ``publish_version``;
single rows of what is published: ``change_rows``.
"""

from __future__ import annotations

from yicheng.core.catalogue import filters
from yicheng.core.catalogue.actions.data_sets import change_data_set, register_data_set
from yicheng.core.catalogue.actions.rows import change_rows, take_back_rows
from yicheng.core.catalogue.actions.syncing import sync_entries
from yicheng.core.catalogue.actions.taking import Download, Still, download, file_of, formats, guarded
from yicheng.core.catalogue.actions.versions import (
    begin_version,
    copy_rows,
    discard_version,
    drop_old_versions,
    publish_version,
    restore_version,
)
from yicheng.core.catalogue.categories import CATEGORIES, CYCLES, LICENCES, SHARE_TYPES
from yicheng.core.catalogue.declare import Attribute, Resource
from yicheng.core.catalogue.events import DataSetChanged, RowsChanged, VersionPublished
from yicheng.core.catalogue.facts import (
    Count,
    Edition,
    Entry,
    Field,
    Found,
    NewDataSet,
    SchemaChange,
    Version,
)
from yicheng.core.catalogue.queries.entries import entry, find, keywords, providers
from yicheng.core.catalogue.queries.readable import (
    Order,
    Query,
    Readable,
    RowPage,
    readable,
    readable_of,
    stream,
)
from yicheng.core.catalogue.queries.versions import changed_rows, changes, version, versions

__all__ = [
    "CATEGORIES",
    "CYCLES",
    "LICENCES",
    "SHARE_TYPES",
    "Attribute",
    "Count",
    "DataSetChanged",
    "Download",
    "Edition",
    "Entry",
    "Field",
    "Found",
    "NewDataSet",
    "Order",
    "Query",
    "Readable",
    "Resource",
    "RowPage",
    "RowsChanged",
    "SchemaChange",
    "Still",
    "Version",
    "VersionPublished",
    "begin_version",
    "change_data_set",
    "change_rows",
    "changed_rows",
    "changes",
    "copy_rows",
    "discard_version",
    "download",
    "drop_old_versions",
    "entry",
    "file_of",
    "filters",
    "find",
    "formats",
    "guarded",
    "keywords",
    "providers",
    "publish_version",
    "readable",
    "readable_of",
    "register_data_set",
    "restore_version",
    "stream",
    "sync_entries",
    "take_back_rows",
    "version",
    "versions",
]
