"""Opens content of unknown kind: what the bytes are decides, never the file's name."""

from __future__ import annotations

import gzip
import io
import zlib

from django.utils.translation import gettext_lazy as _

from yicheng.apps.data.intake.csvfile import read_csv
from yicheng.apps.data.intake.geojson import read_geojson
from yicheng.apps.data.intake.parquet import read_parquet
from yicheng.apps.data.intake.sheet import Sheet
from yicheng.apps.data.intake.workbook import read_workbook
from yicheng.core.kernel.sheets.records import Unreadable

LARGEST_BYTES = 512 * 1024 * 1024
BLOCK = 1 << 20


def open_sheet(content: bytes) -> Sheet:
    """The table in CSV (also gzipped), XLSX, GeoJSON or Parquet content. Raises ``Unreadable``."""
    if len(content) > LARGEST_BYTES:
        raise _too_large()
    if content.startswith(b"PAR1"):
        return read_parquet(content)
    if content.startswith(b"PK\x03\x04"):
        return read_workbook(content)
    if content.startswith(b"\x1f\x8b"):
        return read_csv(_unpacked(content))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(
            _("This is an old XLS workbook or one with a password: save it as XLSX without a password.")
        )
    if content[:512].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return read_geojson(content)
    if content.startswith(b"%PDF"):
        raise Unreadable(_("A PDF is no table: send the table that it was made from."))
    return read_csv(content)


def _unpacked(content: bytes) -> bytes:
    """Unpacked up to the limit: a bomb is stopped while it unfolds."""
    found, length = [], 0
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
            while block := packed.read(BLOCK):
                length += len(block)
                if length > LARGEST_BYTES:
                    raise _too_large()
                found.append(block)
    except (OSError, EOFError, zlib.error):
        raise Unreadable(_("The packed file is damaged: pack and send it again.")) from None
    return b"".join(found)


def _too_large() -> Unreadable:
    return Unreadable(_("The file is larger than %(limit)d MB: split it."), limit=LARGEST_BYTES >> 20)
