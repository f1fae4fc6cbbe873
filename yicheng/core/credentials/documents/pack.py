"""What documents take from a city pack: letterheads; and what is laid down with it: class and process of documents.

``letterheads.csv``: organisation, heading (the red words), word (before the year in numbers), seal (its code).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from yicheng.core.cases import classes, current
from yicheng.core.cases.actions.processes import publish_version, save_version
from yicheng.core.cases.models import CaseClass, ProcessVersion
from yicheng.core.credentials.documents.course import CASE_CLASS, PROCESS
from yicheng.core.credentials.models import Letterhead
from yicheng.core.kernel.pack import CityPack, Finding, PackSection, Table, Tally, column
from yicheng.core.people.models import Organisation
from yicheng.core.people.public import SYSTEM

DRAWING = "credentials_document.bpmn"
DRAWN = Path(__file__).parent.parent / "drawings" / DRAWING


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
    tally = lay_down_class() + _letterheads(pack)
    return tally if pack.files(f"processes/{DRAWING}") else tally + lay_down_process()


def lay_down_class() -> Tally:
    """The class of the cases that documents are; no table of the pack names it."""
    _row, is_new = CaseClass.objects.update_or_create(
        code=CASE_CLASS,
        defaults={
            "application": "credentials",
            "kind": "event",
            "name": "公文",
            "name_en": "Official document",
            "is_active": False,  # nobody picks it by hand
            "is_public": False,
        },
    )
    classes.forget()
    current.changed()
    return Tally(created=1) if is_new else Tally(unchanged=1)


def lay_down_process() -> Tally:
    """The drawing that comes with the package, published unless it is already."""
    files = {DRAWING: DRAWN.read_text(encoding="utf-8")}
    published = ProcessVersion.objects.filter(process=PROCESS, status="published").first()
    if published is not None and published.files == files:
        return Tally(unchanged=1)
    saved = save_version(SYSTEM, PROCESS, files=files, note=str(_("comes with the platform")))
    publish_version(SYSTEM, saved.pk)
    return Tally(changed=1) if published else Tally(created=1)


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
        after=("cases.classes", "cases.processes", "people.organisations", "people.roles", "cases.limits"),
    ),
)
