"""The tables of data sharing, by subject; foreign keys point to the core only."""

from yicheng.apps.data.models.base import BaseFact, BaseRecord, DataConflict, FieldAuthority
from yicheng.apps.data.models.campaign import Campaign, Delivery, Demand, ScoreLine
from yicheng.apps.data.models.intake import KeptFile, Load, LoadReason, RefusedRow, Source, SourceField

__all__ = [
    "BaseFact",
    "BaseRecord",
    "Campaign",
    "DataConflict",
    "Delivery",
    "Demand",
    "FieldAuthority",
    "KeptFile",
    "Load",
    "LoadReason",
    "RefusedRow",
    "ScoreLine",
    "Source",
    "SourceField",
]
