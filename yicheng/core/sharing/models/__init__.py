"""Tables of sharing: the log of receipts, agreements, subscriptions."""

from yicheng.core.sharing.models.grants import Grant, GrantField, GrantUse, Request
from yicheng.core.sharing.models.receipts import (
    Checkpoint,
    ExchangeDay,
    Lodgement,
    LodgingPlace,
    LogState,
    QueuedReceipt,
    ReceiptCount,
    ReceiptEntry,
    SigningKey,
    Tile,
)
from yicheng.core.sharing.models.subscriptions import Subscription, Undelivered

__all__ = [
    "Checkpoint",
    "ExchangeDay",
    "Grant",
    "GrantField",
    "GrantUse",
    "Lodgement",
    "LodgingPlace",
    "LogState",
    "QueuedReceipt",
    "ReceiptCount",
    "ReceiptEntry",
    "Request",
    "SigningKey",
    "Subscription",
    "Tile",
    "Undelivered",
]
