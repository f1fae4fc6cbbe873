"""What follows when data come, fail to come, or are corrected: people are told, the campaign counts the delivery."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from yicheng.apps.data import events, notices
from yicheng.apps.data.actions.bases import follow_data_set
from yicheng.apps.data.actions.campaign import count_delivery
from yicheng.apps.data.queries.bases import provider_of, shown_field
from yicheng.core.events.declare import Event, Reaction
from yicheng.core.notices.public import notify
from yicheng.core.people.public import account_ids_holding


def tell_stopped(batch: Sequence[Event]) -> None:
    """The keepers of the department learn that their data stand still, with the reason."""
    for event in batch:
        told = event.payload
        notify(
            notices.STOPPED,
            account_ids_holding("data.bring_in", organisation_ids=[told.organisation_id]),
            subject=f"load/{told.load_id}",
            link=reverse("data.load", args=[told.load_id]),
            values={"title": told.title, "reason": told.reason},
        )


def count_deliveries(batch: Sequence[Event]) -> None:
    """A published load answers what its department owes, and brings the base databases up to date."""
    for event in batch:
        count_delivery(event.payload.load_id)
        follow_data_set(event.payload.key)


def tell_corrected(batch: Sequence[Event]) -> None:
    """The correction flows back to the department whose data disagreed."""
    for event in batch:
        told = event.payload
        body = provider_of(told.other_data_set)
        if body is not None:
            notify(
                notices.CORRECTED,
                account_ids_holding("data.bring_in", organisation_ids=[body]),
                subject=f"record/{told.record_id}/{told.field}/{event.id}",
                link=reverse("data.conflicts"),
                values={"field": shown_field(told.base, told.field)},
            )


def tell_settled(batch: Sequence[Event]) -> None:
    """The department that delivered learns the verdict."""
    for event in batch:
        told = event.payload
        notify(
            notices.SETTLED,
            account_ids_holding("data.bring_in", organisation_ids=[told.organisation_id]),
            subject=f"demand/{told.demand_id}/{event.id}",
            link=reverse("data.owed"),
            values={"title": told.title},
        )


REACTIONS = (
    Reaction("data.tell_stopped", (events.LOAD_STOPPED,), tell_stopped),
    Reaction("data.count_deliveries", (events.LOAD_PUBLISHED,), count_deliveries),
    Reaction("data.tell_corrected", (events.RECORD_CORRECTED,), tell_corrected),
    Reaction("data.tell_settled", (events.DEMAND_SETTLED,), tell_settled),
)
