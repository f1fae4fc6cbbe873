"""What the steps of an application's process write: acceptance, opinions, the decision, results, delivery."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.models import Case, Task
from yicheng.core.cases.public import count_anew
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid
from yicheng.core.people.public import SYSTEM, Viewer
from yicheng.core.services.actions.applications.telling import note, tell, write_to_applicant
from yicheng.core.services.declare import RESULTS
from yicheng.core.services.models import Application, Opinion, Result
from yicheng.core.services.opening import answers_of
from yicheng.core.services.queries.applications import facts_of

#: outcomes that say no need a reason: the applicant reads it
SAYS_NO = ("refuse", "disagree", "fail")


def accepted(viewer: Viewer, case: Case, task: Task, outcome: str, data: Mapping[str, Any]) -> None:
    """Accepted: the clock of the item begins now. Refused: the applicant reads why."""
    application = _of(case)
    _give_opinion(viewer, application, task, outcome, data)
    if outcome == "refuse":
        application.status, application.decision_note = Application.Status.REJECTED, _words(data)
        application.decided_at = clock.now()
        application.save(update_fields=["status", "decision_note", "decided_at"])
        write_to_applicant(application, "rejected", values={"reason": application.decision_note})
        tell(application, "decided")
        return
    application.status, application.accepted_at = Application.Status.ACCEPTED, clock.now()
    application.save(update_fields=["status", "accepted_at"])
    count_anew(case)
    write_to_applicant(application, "accepted", values={"due": case.due_at} if case.due_at else {"due": "–"})
    tell(application, "accepted")


def reviewed(viewer: Viewer, case: Case, task: Task, outcome: str, data: Mapping[str, Any]) -> None:
    """One body's opinion, side by side with the others'."""
    _give_opinion(viewer, _of(case), task, outcome, data)


def decided(viewer: Viewer, case: Case, task: Task, outcome: str, data: Mapping[str, Any]) -> None:
    """The decision. Granted against a body's opinion, or refused, it needs a reason."""
    application = _of(case)
    _refuse_own(viewer, application)
    against = application.opinions.filter(outcome__in=("disagree", "fail")).exists()
    if outcome == "grant" and against and not _words(data):
        text = _("A department did not agree: give the reason for granting all the same.")
        raise Invalid(text, fields={"opinion": text})
    _give_opinion(viewer, application, task, outcome, data)
    is_granted = outcome == "grant"
    application.status = Application.Status.DECIDED
    application.decision = Application.Decision.GRANTED if is_granted else Application.Decision.REFUSED
    application.decided_at, application.decision_note = clock.now(), _words(data)
    application.save(update_fields=["status", "decision", "decided_at", "decision_note"])
    note(viewer, application, "decide", decision=application.decision)
    write_to_applicant(
        application,
        "granted" if is_granted else "refused",
        values={"reason": application.decision_note or "–"},
    )
    tell(application, "decided", is_on_time=task.is_on_time)


def issued(viewer: Viewer, case: Case, task: Task, outcome: str, data: Mapping[str, Any]) -> None:
    """What was granted is issued, in this transaction."""
    application = _of(case)
    if application.decision != Application.Decision.GRANTED:
        raise Conflict(_("Nothing was granted, so nothing can be issued."))
    issue_results(viewer, application)
    tell(application, "issued")


def delivered(viewer: Viewer, case: Case, task: Task, outcome: str, data: Mapping[str, Any]) -> None:
    """Handed over: in the account, at the window, by post."""
    application = _of(case)
    application.status, application.delivered_at = Application.Status.DELIVERED, clock.now()
    application.save(update_fields=["status", "delivered_at"])
    note(viewer, application, "deliver", way=application.delivery)
    write_to_applicant(application, "delivered")
    tell(application, "delivered", is_on_time=case.is_on_time)


def closed(case: Case) -> None:
    """The process is over: what a drawing without a step of issuing granted is issued now."""
    application = Application.objects.select_related("version__item", "party").filter(case_id=case.pk).first()
    if application is None or application.decision != Application.Decision.GRANTED:
        return
    if not application.results.exists():
        issue_results(SYSTEM, application)


def issue_results(viewer: Viewer, application: Application) -> None:
    """Let every source issue what this application leads to; again: nothing more happens."""
    if application.results.exists():
        return
    facts, answers = facts_of(application), answers_of(application)
    found = [issued for source in RESULTS for issued in source.issue(viewer, facts, answers)]
    Result.objects.bulk_create(
        Result(
            application=application,
            kind=one.kind[:30],
            title=one.title[:200],
            reference=one.reference[:80],
            link=one.link[:300],
            issued_at=clock.now(),
        )
        for one in found
    )
    note(viewer, application, "issue", results=len(found))
    if found:
        write_to_applicant(application, "issued", values={"title": found[0].title})


def _give_opinion(
    viewer: Viewer, application: Application, task: Task, outcome: str, data: Mapping[str, Any]
) -> None:
    if outcome in SAYS_NO and not _words(data):
        text = _("Give the reason in words that the applicant understands.")
        raise Invalid(text, fields={"opinion": text})
    Opinion.objects.create(
        application=application,
        kind=task.kind.rpartition(".")[2],
        element=task.element_id,
        organisation_id=task.organisation_id,
        account_id=viewer.account_id,
        outcome=outcome,
        note=_words(data),
        given_at=clock.now(),
    )


def _refuse_own(viewer: Viewer, application: Application) -> None:
    if viewer.account_id is not None and viewer.account_id in (
        application.applicant_id,
        application.party.account_id,
    ):
        raise Forbidden(_("Somebody else must decide on your own application."))


def _words(data: Mapping[str, Any]) -> str:
    return str(data.get("opinion") or "").strip()[:2000]


def _of(case: Case) -> Application:
    """The application of a case whose row is locked; the application's own row is locked too."""
    rows = Application.objects.select_for_update(of=("self",)).select_related("version__item", "party")
    found = rows.filter(case_id=case.pk).first()
    if found is None:
        raise Conflict(_("This case belongs to no application."))
    return found
