"""Whoever's application has come to its end is asked to rate it: delivered, refused, or not accepted."""

from __future__ import annotations

from collections.abc import Sequence

from yicheng.core.events.declare import Event
from yicheng.core.people.public import SYSTEM
from yicheng.core.services.actions.ratings import invite_rating
from yicheng.core.services.models import Application
from yicheng.core.services.ratings.facts import Invited, NewInvitation

DELIVERED, DECIDED = "services.application_delivered", "services.application_decided"


def ended(batch: Sequence[Event]) -> None:
    """Invite those whose application ended. A granted one is rated once it is handed over."""
    for event in batch:
        if event.key == DELIVERED or event.payload.decision != Application.Decision.GRANTED:
            invite_to_rate(event.payload.application_id)


def invite_to_rate(application_id: int) -> Invited:
    """The invitation of an application; asked again, the same one."""
    rows = Application.objects.select_related("version")
    application = rows.get(pk=application_id)
    new = NewInvitation(
        subject=f"application/{application.pk}",
        title=application.version.name,
        organisation_id=application.organisation_id,
        item_id=application.version.item_id,
        window_id=application.window_id,
        division_code=application.division_code,
        account_id=application.applicant_id,
    )
    return invite_rating(SYSTEM, new)
