"""Counts of stores and halls: begun with what the register says, filled by a reader or by eye, closed with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.apps.heritage.kinds import RELIC
from yicheng.apps.heritage.models import CountLine, KeepingPlace, Relic, StockCount, UnknownTag
from yicheng.apps.heritage.models.custody import Status
from yicheng.apps.heritage.permissions import COUNT
from yicheng.apps.heritage.queries.counts import sheet_of
from yicheng.apps.heritage.queries.relics import relics
from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid, NotFound
from yicheng.core.people.public import Viewer
from yicheng.core.sensing.public import devices_borne_by

#: tags taken in at once
MOST_TAGS = 20_000
_TAG_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of tags that were read: relics found now, found before, registered elsewhere; tags nobody knows."""

    found: int
    again: int
    strangers: int
    unknown: int


def open_count(viewer: Viewer, place_id: int) -> StockCount:
    """Begin to count a place: what should be there is written down now. Raises ``Conflict`` when one stands open."""
    with transaction.atomic():
        place = KeepingPlace.objects.select_for_update().filter(pk=place_id).first()
        if place is None:
            wrong = _("Choose a place.")
            raise Invalid(wrong, fields={"place_id": wrong})
        viewer.require(COUNT, organisation_id=place.organisation_id, division=place.division_code)
        if StockCount.objects.filter(place=place, closed_at=None).exists():
            raise Conflict(_("A count of this place stands open already. Go on with that one."))
        count = StockCount.objects.create(
            place=place,
            organisation_id=place.organisation_id,
            division_code=place.division_code,
            opened_by_id=viewer.account_id,
            opened_at=clock.now(),
        )
        there = Relic.objects.filter(place=place).exclude(movements__status=Status.OUT)
        CountLine.objects.bulk_create(
            [
                CountLine(count=count, relic_id=pk, is_expected=True)
                for pk in there.values_list("pk", flat=True)
            ],
            batch_size=2000,
        )
        _recorded(viewer, count, "open_count", {"place": place.code})
    return count


def take_in_tags(viewer: Viewer, count_id: int, tags: Iterable[str]) -> Taken:
    """What a handheld reader heard: numbers of chips or of relics, in any order, as often as they come.

    A printed label's address counts as the number at its end. Raises ``Invalid``, ``Conflict``.
    """
    heard = _cleaned(tags)
    if not heard:
        wrong = _("There is no number in it. Read at least one label or chip.")
        raise Invalid(wrong, fields={"tags": wrong})
    with transaction.atomic():
        count = _open(viewer, count_id)
        known = _relics_of(viewer, heard)
        taken = _mark(count, known.values(), how=CountLine.How.READER)
        unknown = [tag for tag in heard if tag not in known]
        now = clock.now()
        UnknownTag.objects.bulk_create(
            [UnknownTag(count=count, tag=tag, read_at=now) for tag in unknown], ignore_conflicts=True
        )
        _recorded(viewer, count, "take_in_tags", {"tags": len(heard), "unknown": len(unknown)})
    return Taken(*taken, len(unknown))


def see_relics(viewer: Viewer, count_id: int, relic_ids: Sequence[int]) -> int:
    """Say that one has seen these relics with one's own eyes; answers how many were new."""
    with transaction.atomic():
        count = _open(viewer, count_id)
        lines = count.lines.filter(relic_id__in=list(relic_ids), found_at=None)
        done = lines.update(found_at=clock.now(), how=CountLine.How.EYE)
        _recorded(viewer, count, "see_relics", {"seen": done})
    return done


def close_count(viewer: Viewer, count_id: int, *, words: str = "") -> StockCount:
    """End a count; differences must be explained. Raises ``Invalid``, ``Conflict``."""
    with transaction.atomic():
        count = _open(viewer, count_id)
        sheet = sheet_of(count)
        if sheet.has_differences and len(words.strip()) < 4:
            wrong = _("Say where the differences come from and what is done about them.")
            raise Invalid(wrong, fields={"words": wrong})
        count.closed_at, count.closed_by_id, count.words = clock.now(), viewer.account_id, words.strip()[:400]
        count.save(update_fields=["closed_at", "closed_by", "words"])
        detail = {
            "expected": sheet.expected,
            "found": sheet.found,
            "strangers": len(sheet.strangers),
            "unknown": len(sheet.unknown),
        }
        _recorded(viewer, count, "close_count", detail)
    return count


def _cleaned(tags: Iterable[str]) -> list[str]:
    """Each once, in order; of an address its last part."""
    found: dict[str, None] = {}
    for raw in tags:
        tag = raw.strip().strip("\ufeff\"'").rstrip("/").rsplit("/", 1)[-1].replace("\x00", "")[:_TAG_LENGTH]
        if tag:
            found[tag] = None
        if len(found) >= MOST_TAGS:
            break
    return list(found)


def _relics_of(viewer: Viewer, tags: Sequence[str]) -> Mapping[str, int]:
    """Tag → relic that the viewer may see, by the chips they bear and by their own numbers. Three queries."""
    borne = dict(devices_borne_by((RELIC,)).filter(number__in=tags).values_list("number", "bearer_id"))
    seen = set(relics(viewer).filter(pk__in=borne.values()).values_list("pk", flat=True))
    chips = {tag: pk for tag, pk in borne.items() if pk in seen}
    return chips | dict(relics(viewer).filter(number__in=tags).values_list("number", "pk"))


def _mark(count: StockCount, relic_ids: Iterable[int], *, how: str) -> tuple[int, int, int]:
    """(found now, found before, registered elsewhere and new)."""
    wanted, now = set(relic_ids), clock.now()
    lines = count.lines.filter(relic_id__in=wanted)
    known = set(lines.values_list("relic_id", flat=True))
    found = lines.filter(found_at=None).update(found_at=now, how=how)
    strangers = wanted - known
    CountLine.objects.bulk_create(
        CountLine(count=count, relic_id=pk, is_expected=False, found_at=now, how=how) for pk in strangers
    )
    return found, len(known) - found, len(strangers)


def _open(viewer: Viewer, count_id: int) -> StockCount:
    count = StockCount.objects.select_for_update().filter(pk=count_id).first()
    if count is None:
        raise NotFound(_("There is no such count, or none that you may see."))
    viewer.require(COUNT, organisation_id=count.organisation_id, division=count.division_code)
    if count.closed_at is not None:
        raise Conflict(_("This count is closed. Begin a new one."))
    return count


def _recorded(viewer: Viewer, count: StockCount, verb: str, detail: Mapping[str, object]) -> None:
    record(
        viewer,
        action=f"heritage.{verb}",
        subject=f"stockcount/{count.pk}",
        division=count.division_code,
        detail=detail,
    )
