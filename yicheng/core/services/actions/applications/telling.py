"""What follows from every turn of an application: the trail, the event, a message to whoever follows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yicheng.core.events.public import publish
from yicheng.core.journal.public import record
from yicheng.core.notices.public import notify
from yicheng.core.people.public import Viewer
from yicheng.core.services.events import ApplicationMoved
from yicheng.core.services.models import Application


def note(viewer: Viewer, application: Application, verb: str, **detail: Any) -> None:
    """A line of the audit trail; no personal data."""
    record(
        viewer,
        action=f"services.{verb}_application",
        subject=f"serviceapplication/{application.pk}",
        division=application.division_code,
        detail=detail,
    )


def tell(application: Application, fact: str, *, is_on_time: bool | None = None) -> None:
    """The event ``services.application_<fact>``; the application's version and item are loaded."""
    payload = ApplicationMoved(
        application_id=application.pk,
        number=application.number or "",
        item=application.version.item.code,
        item_version_id=application.version_id,
        organisation_id=application.organisation_id,
        hall_id=application.hall_id,
        window_id=application.window_id,
        source=application.source,
        case_id=application.case_id,
        party_id=application.party_id,
        account_id=application.applicant_id,
        status=application.status,
        decision=application.decision,
        is_on_time=is_on_time,
    )
    publish(
        f"services.application_{fact}",
        payload,
        subject=f"serviceapplication/{application.pk}",
        division=application.division_code,
    )


def write_to_applicant(
    application: Application, kind: str, *, once: str = "", values: Mapping[str, Any] | None = None
) -> None:
    """A message in the applicant's inbox; ``once`` tells turns of the same kind apart."""
    if application.applicant_id is None:
        return
    subject = f"serviceapplication/{application.pk}" + (f"/{once}" if once else "")
    known = {"number": application.number or "", "item": application.version.name}
    notify(
        f"services.{kind}",
        [application.applicant_id],
        subject=subject,
        link=f"/applying/{application.pk}/",
        values={**known, **(values or {})},
    )
