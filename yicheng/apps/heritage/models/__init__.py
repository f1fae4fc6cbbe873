"""The tables of heritage: sites stand where they are, relics can be moved."""

from yicheng.apps.heritage.models.relics import Component, ConditionCheck, KeepingPlace, Relic
from yicheng.apps.heritage.models.sites import Site, SiteDoubt
from yicheng.apps.heritage.models.sources import RelicStatement, SiteStatement

__all__ = [
    "Component",
    "ConditionCheck",
    "KeepingPlace",
    "Relic",
    "RelicStatement",
    "Site",
    "SiteDoubt",
    "SiteStatement",
]
