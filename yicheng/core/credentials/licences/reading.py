"""From rows to facts: what a version of a licence says, and how it stands on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

from django.db.models import QuerySet
from django.utils import timezone

from yicheng.core.credentials.licences.facts import (
    FieldRule,
    FieldValue,
    LicenceFacts,
    Standing,
    TypeFacts,
    Verified,
)
from yicheng.core.credentials.licences.fields import opened
from yicheng.core.credentials.models import (
    Licence,
    LicenceChange,
    LicenceField,
    LicenceType,
    LicenceVersion,
    TypeVersion,
)
from yicheng.core.kernel import clock
from yicheng.core.people.public import masked_name

WITH = ("licence__holder", "licence__organisation", "licence__type", "type_version")


def versions() -> QuerySet[LicenceVersion]:
    """Versions with everything that their facts need, in one query."""
    return LicenceVersion.objects.select_related(*WITH)


@lru_cache(maxsize=512)
def rules_of(type_version_id: int) -> tuple[FieldRule, ...]:
    """The fields of a version of a kind; remembered, for it never changes."""
    rows = LicenceField.objects.filter(version_id=type_version_id).order_by("position", "id")
    return tuple(
        FieldRule(row.key, row.name, row.name_en, row.kind, row.is_required, row.is_public) for row in rows
    )


def type_facts(kind: LicenceType, version: TypeVersion) -> TypeFacts:
    """A kind as it reads in this version."""
    return TypeFacts(
        code=kind.code,
        name=version.name,
        name_en=version.name_en,
        holder_kind=kind.holder_kind,
        authority_id=kind.authority_id,
        validity_months=version.validity_months,
        fields=rules_of(version.pk),
    )


def newest_versions(kinds: Iterable[LicenceType]) -> dict[int, TypeVersion]:
    """By kind the version that new licences get. One query."""
    rows = TypeVersion.objects.filter(type__in=[kind.pk for kind in kinds])
    return {row.type_id: row for row in rows.order_by("type_id", "-number").distinct("type_id")}


def standing(licence: Licence, version: LicenceVersion, today: date | None = None) -> Standing:
    """How this paper stands: what was revoked stays revoked, whatever else it is."""
    today = today or timezone.localdate(clock.now())
    if licence.status == Licence.Status.REVOKED:
        return "revoked"
    if version.replaced_at is not None:
        return "replaced"
    if licence.status == Licence.Status.SUSPENDED:
        return "suspended"
    if version.valid_until is not None and version.valid_until < today:
        return "expired"
    return "not_yet" if version.valid_from > today else "valid"


def facts_of(version: LicenceVersion) -> LicenceFacts:
    """Everything; the caller has checked who asks."""
    licence, words = version.licence, version.type_version
    return LicenceFacts(
        id=licence.pk,
        number=licence.number,
        type_code=licence.type.code,
        type_name=words.name,
        type_name_en=words.name_en,
        version=version.number,
        version_id=version.pk,
        code=version.code,
        holder_id=licence.holder_id,
        holder_kind=licence.holder.kind,
        holder_name=licence.holder.name,
        organisation_id=licence.organisation_id,
        organisation=licence.organisation.name,
        organisation_en=licence.organisation.name_en,
        division_code=licence.division_code,
        standing=standing(licence, version),
        valid_from=version.valid_from,
        valid_until=version.valid_until,
        issued_at=version.issued_at,
        fields=opened(version.fields_sealed, rules_of(version.type_version_id)),
    )


def verified(version: LicenceVersion) -> Verified:
    """What anyone with the paper may know."""
    licence, words = version.licence, version.type_version
    stands = standing(licence, version)
    return Verified(
        number=licence.number,
        type_code=licence.type.code,
        type_name=words.name,
        type_name_en=words.name_en,
        holder_kind=licence.holder.kind,
        holder=public_name(version),
        organisation=licence.organisation.name,
        organisation_en=licence.organisation.name_en,
        standing=stands,
        since=_since(version, stands),
        valid_from=version.valid_from,
        valid_until=version.valid_until,
        fields=public_fields(version),
        checked_at=clock.now(),
    )


def public_name(version: LicenceVersion) -> str:
    """A company's name as its register has it; of a person's only the first letter."""
    holder = version.licence.holder
    return holder.name if holder.kind == "company" else masked_name(holder.name)


def public_fields(version: LicenceVersion) -> tuple[FieldValue, ...]:
    """The fields that stand open on the wall of a shop; unsealed only where there are any."""
    rules = [rule for rule in rules_of(version.type_version_id) if rule.is_public]
    if not rules:
        return ()
    return tuple(field for field in opened(version.fields_sealed, rules) if field.value)


def _since(version: LicenceVersion, stands: Standing) -> datetime | None:
    """When it came to stand so, where somebody did something."""
    if stands == "replaced":
        return version.replaced_at
    if stands not in ("revoked", "suspended"):
        return None
    rows = LicenceChange.objects.filter(licence_id=version.licence_id, kind=stands).order_by("-id")
    return rows.values_list("happened_at", flat=True).first()
