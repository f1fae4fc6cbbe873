"""The tables of data sharing, by subject; foreign keys point to the core only."""

from yicheng.apps.data.models.base import (
    Base,
    DataConflict,
    EconomicFigure,
    FieldAuthority,
    GeoPlace,
    LegalEntity,
    LicenceRecord,
    Person,
    TwoTimes,
)
from yicheng.apps.data.models.campaign import Campaign, Delivery, Demand, ScoreLine
from yicheng.apps.data.models.intake import KeptFile, Load, LoadReason, RefusedRow, Source, SourceField

__all__ = [
    "Base",
    "Campaign",
    "DataConflict",
    "Delivery",
    "Demand",
    "EconomicFigure",
    "FieldAuthority",
    "GeoPlace",
    "KeptFile",
    "LegalEntity",
    "LicenceRecord",
    "Load",
    "LoadReason",
    "Person",
    "RefusedRow",
    "ScoreLine",
    "Source",
    "SourceField",
    "TwoTimes",
]
