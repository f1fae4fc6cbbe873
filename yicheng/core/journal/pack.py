"""What the journal takes from a city pack: how the numbers of each series look.

``numbering.csv``  series, pattern: ``UC{date}{number:05}``; see ``numbering``
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yicheng.core.journal.models import NumberSeries
from yicheng.core.journal.numbering import forget, placeholders
from yicheng.core.kernel.pack import CityPack, Finding, PackSection, Table, Tally, column
from yicheng.core.kernel.upsert import sync


@dataclass(frozen=True)
class SeriesRow:
    line: int
    series: str = column(max_length=40)
    pattern: str = column(max_length=80)


NUMBERING = Table("numbering.csv", SeriesRow, key=("series",), optional=True)


def check(pack: CityPack) -> Iterable[Finding]:
    """Every fault of the patterns."""
    yield from pack.findings(NUMBERING)
    for row in pack.rows(NUMBERING):
        try:
            placeholders(row.pattern)
        except ValueError:
            reason = _(
                "“%(pattern)s” is no pattern: it holds {number:05} and may hold {date}, {year}, {month}, {day}, {division}."
            )
            yield Finding(NUMBERING.file, row.line, reason % {"pattern": row.pattern})


def load(pack: CityPack) -> Tally:
    """The patterns as the pack says them; other series go back to the usual pattern."""
    rows = [{"code": row.series, "pattern": row.pattern} for row in pack.rows(NUMBERING)]
    tally = sync(NumberSeries.objects.all(), rows, key=("code",), retire=lambda gone: gone.delete()[0])
    forget()
    return tally


PACK_SECTIONS = (
    PackSection(
        "journal.numbering", gettext_lazy("Numbering"), files=("numbering.csv",), check=check, load=load
    ),
)
