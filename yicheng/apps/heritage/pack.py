"""What heritage takes from a city pack."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yicheng.apps.heritage.demo import tables
from yicheng.core.kernel.pack import PackSection

PACK_SECTIONS = (
    PackSection(
        "heritage.demo",
        _("Heritage for the demonstration"),
        files=tuple(table.file for table in tables.TABLES),
        check=tables.check,
        load=tables.load,
        after=("places.divisions", "people.organisations"),
    ),
)
