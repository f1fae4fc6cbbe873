"""What other parts may call of sharing: asking, granting, receipts, counts."""

from __future__ import annotations

from yicheng.core.sharing.actions.asking import ask
from yicheng.core.sharing.actions.giving import narrow, revoke
from yicheng.core.sharing.actions.lodging import add_place, end_place
from yicheng.core.sharing.actions.subscribing import resume, subscribe, unsubscribe
from yicheng.core.sharing.facts import NewRequest, Terms
from yicheng.core.sharing.gateway.looking import Found, look_up
from yicheng.core.sharing.masks import MASKS
from yicheng.core.sharing.queries.agreements import (
    GivenField,
    Use,
    fields_of,
    given_fields,
    grant,
    grants,
    proven,
    read_receipt,
    receipts,
    request,
    requests,
    signed,
    subscriptions,
    undelivered,
    use,
)
from yicheng.core.sharing.queries.exchange import Exchange, calls_of, exchange
from yicheng.core.sharing.queries.log import Place, checkpoints, places, state
from yicheng.core.sharing.receipts.tiles import tile

__all__ = [
    "MASKS",
    "Exchange",
    "Found",
    "GivenField",
    "NewRequest",
    "Place",
    "Terms",
    "Use",
    "add_place",
    "ask",
    "calls_of",
    "checkpoints",
    "end_place",
    "exchange",
    "fields_of",
    "given_fields",
    "grant",
    "grants",
    "look_up",
    "narrow",
    "places",
    "proven",
    "read_receipt",
    "receipts",
    "request",
    "requests",
    "resume",
    "revoke",
    "signed",
    "state",
    "subscribe",
    "subscriptions",
    "tile",
    "undelivered",
    "unsubscribe",
    "use",
]
