"""Opens a file of unknown kind. The content decides what it is, never its name."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import replace
from typing import BinaryIO, cast

from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.sheets.csvfile import open_csv
from yicheng.core.kernel.sheets.geojsonfile import open_geojson
from yicheng.core.kernel.sheets.records import Sheet, Unreadable
from yicheng.core.kernel.sheets.xlsxfile import open_xlsx


def open_sheet(file: BinaryIO) -> Sheet:
    """Columns and records of a CSV (also gzipped), XLSX or GeoJSON file. Raises ``Unreadable``.

    Errors further down a CSV are raised while its records are read.
    """
    sheet = _open(file)
    twice = sorted({name for name in sheet.columns if name and sheet.columns.count(name) > 1})
    if twice:
        raise Unreadable(_("The column “%(name)s” is there twice."), name=twice[0])
    return replace(sheet, records=(record for record in sheet.records if any(record.cells)))


def _open(file: BinaryIO) -> Sheet:
    file.seek(0)
    start = file.read(512)
    if start.startswith(b"\x1f\x8b"):
        return _open_gzipped(file)
    if start.startswith(b"PK\x03\x04"):
        return open_xlsx(file)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(
            _("This is an old XLS workbook or one with a password: save it as XLSX without a password.")
        )
    if start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return open_geojson(file)
    return open_csv(file)


def _open_gzipped(file: BinaryIO) -> Sheet:
    file.seek(0)
    try:
        return open_csv(cast("BinaryIO", gzip.GzipFile(fileobj=file)))
    except (OSError, EOFError, zlib.error):
        raise Unreadable(_("The packed file is damaged: pack and send it again.")) from None
