"""The base databases in one table: which model holds which, what a field is called, what is personal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import DateField, DecimalField, FloatField, PositiveIntegerField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yicheng.apps.data.models import (
    Base,
    EconomicFigure,
    GeoPlace,
    LegalEntity,
    LicenceRecord,
    Person,
    TwoTimes,
)
from yicheng.core.people.public import seal, unseal

SEALED = "_sealed"


@dataclass(frozen=True, slots=True)
class BaseInfo:
    """A base database: its model, its fields with their titles, what the key is."""

    base: Base
    model: type[TwoTimes]
    key_title: str | Promise
    fields: Mapping[str, str | Promise]
    icon: str
    is_personal: bool = False

    def column(self, field: str) -> str:
        """The column that holds a field."""
        return field + SEALED if self.is_personal else field

    def stored(self, field: str, text: str) -> Any:
        """A value as its column holds it, from text. Raises ``ValueError``."""
        if self.is_personal:
            return seal(text)
        column = self.model._meta.get_field(field)  # noqa: SLF001  Django's own name for it
        if not text:
            return None if column.null else ""
        if isinstance(column, DateField):
            return date.fromisoformat(text[:10])
        if isinstance(column, DecimalField):
            return Decimal(text)
        if isinstance(column, PositiveIntegerField):
            return int(float(text))
        if isinstance(column, FloatField):
            return float(text)
        return text[: getattr(column, "max_length", None)]

    def shown(self, record: TwoTimes, field: str) -> str:
        """A field's value as text, opened where it is sealed: for those who may see it."""
        value = getattr(record, self.column(field))
        if self.is_personal:
            return unseal(value)
        if value is None:
            return ""
        if isinstance(value, Decimal | float):
            return f"{value:f}".rstrip("0").rstrip(".") if value else "0"
        return str(value)


BASES: Mapping[str, BaseInfo] = {
    one.base.value: one
    for one in (
        BaseInfo(
            Base.POPULATION, Person, _("Identity number"),
            {"name": _("Name"), "birth_date": _("Born on"), "address": _("Address"), "insurance": _("Social insurance")},
            "users", is_personal=True,
        ),
        BaseInfo(
            Base.LEGAL_ENTITIES, LegalEntity, _("Unified social credit code"),
            {"name": _("Name"), "status": _("Status"), "address": _("Address"), "industry": _("Industry"),
             "registered_on": _("Registered on"), "employees": _("Insured employees")},
            "building-2",
        ),
        BaseInfo(
            Base.GEOGRAPHY, GeoPlace, _("Place code"),
            {"name": _("Name"), "kind": _("Kind"), "division": _("Division"), "lon": _("Longitude"),
             "lat": _("Latitude"), "area_m2": _("Area (m²)")},
            "map",
        ),
        BaseInfo(
            Base.LICENCES, LicenceRecord, _("Licence number"),
            {"title": _("Licence"), "holder_code": _("Holder's credit code"), "holder_name": _("Holder"),
             "status": _("Status"), "issued_on": _("Issued on"), "expires_on": _("Expires on")},
            "badge-check",
        ),
        BaseInfo(
            Base.ECONOMY, EconomicFigure, _("Indicator and period"),
            {"indicator": _("Indicator"), "period": _("Time span"), "value": _("Value of the figure"), "unit": _("Unit")},
            "chart-column",
        ),
    )
}  # fmt: skip
