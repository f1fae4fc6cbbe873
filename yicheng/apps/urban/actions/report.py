"""Reporting: a resident, a stranger, an inspector or another system says what is wrong in the street."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.apps.urban import contact, photos
from yicheng.apps.urban.actions.parts import bind_case
from yicheng.apps.urban.alarms import alarm_word
from yicheng.apps.urban.classes import class_named
from yicheng.apps.urban.queries.nearby import count_similar
from yicheng.apps.urban.queries.parts import owner_of
from yicheng.apps.urban.tokens import digest_of, new_token
from yicheng.core.cases.public import NewCase, start_case
from yicheng.core.kernel import statements
from yicheng.core.kernel.errors import Invalid
from yicheng.core.places.public import Place, division, locate

if TYPE_CHECKING:
    from yicheng.core.cases.models import Case, Task
    from yicheng.core.journal.public import Received
    from yicheng.core.people.public import Viewer

TITLE_LENGTH = 40
_REMEMBER = """
INSERT INTO urban_urbancase (case_id, reporter_id, contact_sealed, follow_hash, refusal, supporters_count)
VALUES (%s, %s, %s, %s, '', 0) ON CONFLICT (case_id) DO NOTHING RETURNING case_id
"""


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody reports. Without coordinates ``division`` says which street or town it is in.

    ``part_id``: what it is about, if known; the case goes to its owner by itself.
    """

    class_code: str
    words: str
    lon: float | None = None
    lat: float | None = None
    datum: str = "wgs84"
    division: str = ""
    address: str = ""
    source: str = "portal"
    severity: int = 2
    title: str = ""
    photos: Sequence[Received] = ()
    contact_name: str = ""
    contact_phone: str = ""
    part_id: int | None = None


@dataclass(frozen=True, slots=True)
class Reported:
    """The case as it now stands, the token that follows it, and the steps that wait."""

    case: Case
    token: str
    open_tasks: Sequence[Task] = ()


@transaction.atomic
def report(viewer: Viewer, new: Report, *, idempotency_key: str = "") -> Reported:
    """Open a case from a report. The same key again leads to the same case and token, and changes nothing.

    Raises ``Invalid`` for an unknown class and a place outside the city, ``Forbidden`` for an inspector's report
    by anybody else.
    """
    viewer.require("urban.inspect" if new.source == "inspector" else "urban.report_case")
    about = class_named(new.class_code)
    place = _place(new)
    owner_id = owner_of(new.part_id) if new.part_id is not None else None
    token = new_token(idempotency_key)
    done = start_case(
        viewer,
        NewCase(
            process="urban.case",
            class_code=about.code,
            title=new.title.strip() or _title(new.words) or about.name,
            description=new.words,
            source=new.source,
            severity=new.severity,
            organisation_id=owner_id,
            division_code=place.division_code,
            cell_code=place.cell_code,
            lon=place.lon if new.lon is not None else None,
            lat=place.lat if new.lat is not None else None,
            datum=new.datum,
            address=new.address,
            variables={
                "kind": about.kind,
                "alarm_word": alarm_word(new.words),
                "owner_known": owner_id is not None,
                "reports_nearby": count_similar(about.code, place) if new.lon is not None else 0,
            },
        ),
        idempotency_key=idempotency_key,
    )
    _remember(viewer, done.case, new, token=token)
    return Reported(done.case, token, done.open_tasks)


def _remember(viewer: Viewer, case: Case, new: Report, *, token: str) -> None:
    """Our own row and the photos, unless this report was sent before."""
    own = [
        case.pk,
        viewer.account_id,
        contact.sealed(new.contact_name, new.contact_phone),
        digest_of(token),
    ]
    if not statements.run(_REMEMBER, own):
        return
    if new.part_id is not None:
        bind_case(case.pk, new.part_id)
    photos.keep(viewer, case, new.photos, stage=photos.BEFORE)


def _place(new: Report) -> Place:
    if new.lon is None or new.lat is None:
        return _division(new.division)
    place = locate(new.lon, new.lat, datum=new.datum)
    if place is None:
        text = _("This place lies outside the city. Choose a point inside it.")
        raise Invalid(text, fields={"address": text})
    return place


def _division(code: str) -> Place:
    known = division(code) if code else None
    if known is None:
        text = _("Please say where: choose the point on the map, or the street or town.")
        raise Invalid(text, fields={"division": text})
    return Place(lon=0.0, lat=0.0, division_code=code, cell_code="", division_name=known.name)


def _title(words: str) -> str:
    """The first sentence, cut to what a list shows."""
    first = words.strip().splitlines()[0] if words.strip() else ""
    for mark in "。！？；!?;":
        first = first.partition(mark)[0]
    return first.strip()[:TITLE_LENGTH]
