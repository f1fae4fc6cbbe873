"""What documents take from a city pack: letterheads; and what is laid down with it: class and process of documents.

``letterheads.csv``: organisation, heading (the red words), word (before the year in numbers), seal (its code).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.coming_along import AFTER, OwnProcess
from yicheng.core.credentials.documents.course import CASE_CLASS, PROCESS
from yicheng.core.credentials.models import Letterhead
from yicheng.core.kernel.pack import CityPack, Finding, PackSection, Table, Tally, column
from yicheng.core.people.models import Organisation

DOCUMENTS = OwnProcess(
    PROCESS,
    application="credentials",
    class_code=CASE_CLASS,
    class_name="公文",
    class_name_en="Official document",
    drawing=Path(__file__).parent.parent / "drawings" / "credentials_document.bpmn",
)


@dataclass(frozen=True)
class LetterheadRow:
    line: int
    organisation: str = column(ref="organisations.csv:code")
    heading: str = column(max_length=80)
    word: str = column(max_length=20)
    seal: str = column(max_length=60, default="")


LETTERHEADS = Table("letterheads.csv", LetterheadRow, key=("organisation",), optional=True)


def check(pack: CityPack) -> Iterator[Finding]:
    """The table's own faults."""
    yield from pack.findings(LETTERHEADS)


def load(pack: CityPack) -> Tally:
    """Letterheads, the class, and the drawing unless the pack has its own."""
    return _letterheads(pack) + DOCUMENTS.lay_down(pack)


def _letterheads(pack: CityPack) -> Tally:
    bodies = dict(Organisation.objects.values_list("code", "pk"))
    tally = Tally()
    for row in pack.rows(LETTERHEADS):
        _row, is_new = Letterhead.objects.update_or_create(
            organisation_id=bodies[row.organisation],
            defaults={"heading": row.heading, "word": row.word, "seal_code": row.seal},
        )
        tally += Tally(created=1) if is_new else Tally(unchanged=1)
    return tally


DOCUMENT_SECTIONS = (
    PackSection(
        "credentials.documents",
        _("Official documents"),
        files=(LETTERHEADS.file,),
        check=check,
        load=load,
        after=(*AFTER, "people.organisations"),
    ),
)
