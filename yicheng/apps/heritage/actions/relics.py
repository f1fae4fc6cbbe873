"""Keeps the register of relics: entries, components, looks at their condition."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.apps.heritage.events import RELIC_REGISTERED, RelicRegistered
from yicheng.apps.heritage.models import Component, ConditionCheck, KeepingPlace, Relic, RelicStatement
from yicheng.apps.heritage.models.relics import Preservation, Wholeness
from yicheng.apps.heritage.permissions import KEEP_RELICS
from yicheng.core.events.public import publish
from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid, NotFound
from yicheng.core.people.public import Viewer

#: fields of a new relic that get a statement with their source
STATED = ("name", "era", "category", "material", "grade", "pieces", "origin", "wholeness", "preservation")


@dataclass(frozen=True, slots=True)
class NewRelic:
    """A relic as a keeper enters it; lengths in cm, weight in kg. ``components``: (name, material) in order."""

    number: str
    name: str
    era: str
    category: str
    material: str
    grade: str
    origin: str
    wholeness: str
    preservation: str
    place_id: int
    source: str
    name_en: str = ""
    material_note: str = ""
    pieces: int = 1
    height_cm: Decimal | None = None
    width_cm: Decimal | None = None
    depth_cm: Decimal | None = None
    weight_kg: Decimal | None = None
    found_at_id: int | None = None
    acquired_year: int | None = None
    story: str = ""
    story_en: str = ""
    components: Sequence[tuple[str, str]] = field(default=())


def register_relic(viewer: Viewer, new: NewRelic) -> Relic:
    """Enter a relic, kept by the organisation of its place. Raises ``Forbidden``, ``Conflict`` for a number that
    is taken, ``Invalid``."""
    _check(new)
    with transaction.atomic():
        place = KeepingPlace.objects.filter(pk=new.place_id).first()
        if place is None:
            raise Invalid(_("Choose where it is kept."), fields={"place_id": _("Choose a place.")})
        viewer.require(KEEP_RELICS, organisation_id=place.organisation_id, division=place.division_code)
        if Relic.objects.filter(number=new.number.strip()).exists():
            raise Conflict(
                _("The number %(number)s is taken by another relic: look it up first."),
                number=new.number.strip(),
            )
        relic = _write(new, place)
        _state(viewer, relic, new.source)
        Component.objects.bulk_create(
            Component(relic=relic, number=at, name=name[:80], material=material)
            for at, (name, material) in enumerate(new.components, start=1)
        )
        told = RelicRegistered(relic.pk, relic.number, relic.grade)
        publish(RELIC_REGISTERED, told, subject=f"relic/{relic.pk}", division=relic.division_code)
        _recorded(viewer, relic, "heritage.register_relic", {"number": relic.number, "grade": relic.grade})
    return relic


def check_condition(
    viewer: Viewer, relic_id: int, *, wholeness: str, preservation: str, words: str = ""
) -> ConditionCheck:
    """Write down what somebody found who looked at a relic. Raises ``NotFound``, ``Forbidden``, ``Invalid``."""
    if wholeness not in Wholeness.values or preservation not in Preservation.values:
        raise Invalid(_("Choose both states."))
    with transaction.atomic():
        relic = relic_to_keep(viewer, relic_id)
        now = clock.now()
        relic.wholeness, relic.preservation, relic.updated_at = wholeness, preservation, now
        relic.save(update_fields=["wholeness", "preservation", "updated_at"])
        check = ConditionCheck.objects.create(
            relic=relic,
            checked_at=now,
            checked_by_id=viewer.account_id,
            wholeness=wholeness,
            preservation=preservation,
            words=words.strip(),
        )
        _recorded(viewer, relic, "heritage.check_condition", {"preservation": preservation})
    return check


def relic_to_keep(viewer: Viewer, relic_id: int) -> Relic:
    """The relic, locked for the caller's transaction. Raises ``NotFound``, ``Forbidden``."""
    relic = Relic.objects.select_for_update().filter(pk=relic_id).first()
    if relic is None:
        raise NotFound(_("There is no such relic, or none that you may see."))
    viewer.require(KEEP_RELICS, organisation_id=relic.organisation_id, division=relic.division_code)
    return relic


def _check(new: NewRelic) -> None:
    needed = {
        "number": new.number,
        "name": new.name,
        "era": new.era,
        "category": new.category,
        "source": new.source,
    }
    empty = {name: _("Fill this in.") for name, value in needed.items() if not value.strip()}
    for name in ("height_cm", "width_cm", "depth_cm", "weight_kg"):
        value = getattr(new, name)
        if value is not None and value <= 0:
            empty[name] = _("Must be more than nothing.")
    if new.acquired_year is not None and not 1900 <= new.acquired_year <= clock.now().year:
        empty["acquired_year"] = _("Between 1900 and this year.")
    if new.pieces < 1:
        empty["pieces"] = _("At least one.")
    if empty:
        raise Invalid(_("Some fields need another look."), fields=empty)


def _write(new: NewRelic, place: KeepingPlace) -> Relic:
    now = clock.now()
    return Relic.objects.create(
        number=new.number.strip(),
        name=new.name.strip(),
        name_en=new.name_en.strip(),
        era=new.era.strip(),
        category=new.category.strip(),
        material=new.material,
        material_note=new.material_note.strip(),
        grade=new.grade,
        pieces=new.pieces,
        height_cm=new.height_cm,
        width_cm=new.width_cm,
        depth_cm=new.depth_cm,
        weight_kg=new.weight_kg,
        origin=new.origin,
        found_at_id=new.found_at_id,
        acquired_year=new.acquired_year,
        wholeness=new.wholeness,
        preservation=new.preservation,
        organisation_id=place.organisation_id,
        division_code=place.division_code,
        place=place,
        story=new.story.strip(),
        story_en=new.story_en.strip(),
        registered_at=now,
        updated_at=now,
    )


def _state(viewer: Viewer, relic: Relic, source: str) -> None:
    say_relic(viewer, relic, [(name, str(getattr(relic, name))) for name in STATED], source=source)


def say_relic(viewer: Viewer, relic: Relic, said: Iterable[tuple[str, str]], *, source: str) -> None:
    """Keep who said what of a relic, in the caller's transaction."""
    now = clock.now()
    RelicStatement.objects.bulk_create(
        RelicStatement(
            relic=relic,
            field=name,
            value=value[:400],
            source=source.strip()[:200],
            said_by_id=viewer.account_id,
            said_at=now,
        )
        for name, value in said
    )


def _recorded(viewer: Viewer, relic: Relic, action: str, detail: dict[str, str]) -> None:
    record(viewer, action=action, subject=f"relic/{relic.pk}", division=relic.division_code, detail=detail)
