"""What the pack says of known answers: which field of a licence or of shared data answers which question.

``shared_records.csv``  code, title, title_en, data_set, consumer, party (person, company), key
``known_answers.csv``   source (a kind of licence, or a code of shared_records.csv), field, answer (``person.address``)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yicheng.apps.government.models import KnownAnswer, SharedRecord
from yicheng.core.kernel.pack import CityPack, Finding, PackSection, Table, Tally, column
from yicheng.core.kernel.upsert import sync
from yicheng.core.people.public import organisation_ids


@dataclass(frozen=True)
class RecordRow:
    line: int
    code: str = column(max_length=60, pattern=r"[a-z][a-z0-9_]*")
    title: str = column(max_length=80)
    data_set: str = column(max_length=80)
    consumer: str = column(ref="organisations.csv:code")
    party: str = column(choices=("person", "company"))
    key: str = column(max_length=80)
    title_en: str = column(max_length=120, default="")


@dataclass(frozen=True)
class AnswerRow:
    line: int
    source: str = column(max_length=60)
    field: str = column(max_length=80)
    answer: str = column(max_length=80, pattern=r"[a-z][a-z0-9_.]*")


RECORDS = Table("shared_records.csv", RecordRow, key=("code",), optional=True)
ANSWERS = Table("known_answers.csv", AnswerRow, key=("source", "answer"), optional=True)


def check(pack: CityPack) -> Iterable[Finding]:
    """Columns, and sources that the pack has."""
    yield from pack.findings(RECORDS)
    yield from pack.findings(ANSWERS)
    known = {row.code for row in pack.rows(RECORDS)} | pack.values("licence_types.csv", "code")
    for row in pack.rows(ANSWERS):
        if row.source not in known:
            reason = _("“%(source)s” is neither a kind of licence nor a shared record of this pack.")
            yield Finding(ANSWERS.file, row.line, reason % {"source": row.source})


def load(pack: CityPack) -> Tally:
    """Both tables as the pack says them."""
    return _load_records(pack) + _load_answers(pack)


def _load_records(pack: CityPack) -> Tally:
    bodies = organisation_ids()
    rows = [
        {
            "code": row.code,
            "title": row.title,
            "title_en": row.title_en,
            "data_set": row.data_set,
            "consumer_id": bodies[row.consumer],
            "party_kind": row.party,
            "key_field": row.key,
            "is_active": True,
        }
        for row in pack.rows(RECORDS)
    ]
    return sync(
        SharedRecord.objects.all(),
        rows,
        key=("code",),
        retire=lambda gone: gone.filter(is_active=True).update(is_active=False),
    )


def _load_answers(pack: CityPack) -> Tally:
    return sync(
        KnownAnswer.objects.all(),
        list(_answers(pack)),
        key=("source", "answer"),
        retire=lambda gone: gone.delete()[0],
    )


def _answers(pack: CityPack) -> Iterator[dict[str, object]]:
    for position, row in enumerate(pack.rows(ANSWERS), start=1):
        yield {"source": row.source, "field": row.field, "answer": row.answer, "position": position}


PACK_SECTIONS = (
    PackSection(
        "government.known",
        gettext_lazy("What the city knows already"),
        files=(RECORDS.file, ANSWERS.file),
        check=check,
        load=load,
        after=("people.organisations", "credentials.licence_types"),
    ),
)
