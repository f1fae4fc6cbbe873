"""Base databases: what they hold now, what was known when, whose word counts, where sources disagree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yicheng.apps.data.bases import BASES, BaseInfo
from yicheng.apps.data.models import Base, DataConflict, FieldAuthority, Person, Source, TwoTimes
from yicheng.core.kernel.errors import Invalid, NotFound
from yicheng.core.people.public import Viewer, number_digest, scoped

SEE = "data.see_bases"
SEE_PERSONS = "data.see_persons"


@dataclass(frozen=True, slots=True)
class BaseCount:
    """A base database at a glance."""

    info: BaseInfo
    records: int
    fields: int
    open_conflicts: int


def base_of(key: str) -> BaseInfo:
    """A base database by its key. Raises ``NotFound``."""
    if key not in BASES:
        raise NotFound(_("There is no such base database."))
    return BASES[key]


def base_counts(viewer: Viewer) -> list[BaseCount]:
    """All five, in order. Seven queries, however much they hold."""
    viewer.require(SEE)
    sourced = dict(
        FieldAuthority.objects.filter(is_authoritative=True).values_list("base").annotate(n=Count("id"))
    )
    disputed = dict(DataConflict.objects.filter(status="open").values_list("base").annotate(n=Count("id")))
    return [
        BaseCount(info, now(info).count(), sourced.get(key, 0), disputed.get(key, 0))
        for key, info in BASES.items()
    ]


def now(info: BaseInfo) -> QuerySet[Any]:
    """The states that hold now, as the city knows them now."""
    rows: QuerySet[Any] = info.model._default_manager.filter(recorded_to=None, valid_to=None)
    return rows


def records(viewer: Viewer, info: BaseInfo, *, words: str = "") -> QuerySet[Any]:
    """What a base database holds now; never of persons: those are looked up one by one, for a purpose."""
    viewer.require(SEE)
    if info.is_personal:
        return now(info).none()
    rows = now(info)
    if words:
        found = Q(key__startswith=words)
        for name in ("name", "title", "indicator", "holder_name"):
            if name in info.fields:
                found |= Q(**{f"{name}__icontains": words})
        rows = rows.filter(found)
    return rows


def known_at(info: BaseInfo, key: str, *, known: datetime, valid: date) -> TwoTimes | None:
    """What the city knew at ``known`` about the state on the day ``valid``."""
    rows = info.model._default_manager.filter(key=key, recorded_from__lte=known, valid_from__lte=valid)
    rows = rows.filter(Q(recorded_to=None) | Q(recorded_to__gt=known)).filter(
        Q(valid_to=None) | Q(valid_to__gt=valid)
    )
    return rows.order_by("-valid_from", "-recorded_from").first()


def story(viewer: Viewer, info: BaseInfo, key: str) -> list[Any]:
    """Every state of a record, the newest knowledge first. Raises ``NotFound``, and ``Forbidden`` for persons."""
    viewer.require(SEE_PERSONS if info.is_personal else SEE)
    rows = list(info.model._default_manager.filter(key=key).order_by("-recorded_from", "-valid_from")[:100])
    if not rows:
        raise NotFound(_("There is no such record."))
    return rows


def person_key(number: str) -> str:
    """The key of a person, from the identity number. Raises ``Invalid``."""
    found = number_digest(number.strip().upper().replace(" ", ""))
    if not found:
        raise Invalid(_("Write an identity number."), fields={"number": _("Write an identity number.")})
    return found


def own_record(viewer: Viewer) -> Person | None:
    """The viewer's own record in the population base, where it is linked to their account."""
    if viewer.account_id is None:
        return None
    return Person.objects.filter(account_id=viewer.account_id, recorded_to=None, valid_to=None).first()


def authorities(base: str) -> Sequence[FieldAuthority]:
    """Whose word counts for each field of a base database, and who is compared with it."""
    return list(FieldAuthority.objects.filter(base=base).order_by("field", "-is_authoritative", "data_set"))


def titles_of(data_sets: Sequence[str]) -> Mapping[str, tuple[str, str]]:
    """Data set → its title and department, in one query."""
    rows = Source.objects.filter(key__in=data_sets).select_related("organisation")
    return {row.key: (row.title, row.organisation.short_name or row.organisation.name) for row in rows}


def provider_of(data_set: str) -> int | None:
    """The department that brings a data set in."""
    return Source.objects.filter(key=data_set).values_list("organisation_id", flat=True).first()


def shown_field(base: str, field: str) -> str:
    """A field's title with its base's, in the reader's language."""
    info = BASES.get(base)
    if info is None:
        return field
    return f"{Base(base).label} · {info.fields.get(field, field)}"


def conflicts(viewer: Viewer) -> QuerySet[DataConflict]:
    """Conflicts that this viewer's department decides, or all for those who see all."""
    rows = DataConflict.objects.select_related("organisation", "case")
    return scoped(rows, viewer, SEE, organisation="organisation_id", division="")
