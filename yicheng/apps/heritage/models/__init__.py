"""The tables of heritage: sites stand where they are, relics can be moved."""

from yicheng.apps.heritage.models.counts import CountLine, StockCount, UnknownTag
from yicheng.apps.heritage.models.custody import CustodyEntry, Movement
from yicheng.apps.heritage.models.patrols import PatrolAnswer, PatrolPlan, PatrolPoint, PatrolRound
from yicheng.apps.heritage.models.relics import Component, ConditionCheck, KeepingPlace, Relic
from yicheng.apps.heritage.models.sites import Site, SiteDoubt
from yicheng.apps.heritage.models.sources import RelicStatement, SiteStatement

__all__ = [
    "Component",
    "ConditionCheck",
    "CountLine",
    "CustodyEntry",
    "KeepingPlace",
    "Movement",
    "PatrolAnswer",
    "PatrolPlan",
    "PatrolPoint",
    "PatrolRound",
    "Relic",
    "RelicStatement",
    "Site",
    "SiteDoubt",
    "SiteStatement",
    "StockCount",
    "UnknownTag",
]
