"""Reading the records: auditors by their scope, and each person what was looked at of theirs."""

from __future__ import annotations

from django.db.models import CharField, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from yicheng.core.journal.models import AccessEntry, AuditEntry
from yicheng.core.kernel.errors import SignInRequired
from yicheng.core.people.models import Account
from yicheng.core.people.public import Viewer, scoped

SHOWN_TO_THE_PERSON = 200


def audit_trail(viewer: Viewer) -> QuerySet[AuditEntry]:
    """The audit trail inside the viewer's scope, with ``who``: the name of the account."""
    rows = AuditEntry.objects.annotate(who=_name("account_id"))
    return scoped(rows, viewer, "journal.read_audit")


def accesses(viewer: Viewer) -> QuerySet[AccessEntry]:
    """The log of personal data shown inside the viewer's scope, with ``who`` and ``whose``."""
    rows = AccessEntry.objects.annotate(who=_name("account_id"), whose=_name("person_id"))
    return scoped(rows, viewer, "journal.read_accesses")


def looks_at_me(viewer: Viewer) -> list[AccessEntry]:
    """Who looked at the viewer's own data, when and for what purpose, the latest first."""
    if viewer.account_id is None:
        raise SignInRequired(_("Please sign in to see who looked at your data."))
    rows = AccessEntry.objects.filter(person_id=viewer.account_id).annotate(who=_name("account_id"))
    body = Account.objects.filter(pk=OuterRef("account_id")).values("organisation__name")[:1]
    rows = rows.annotate(body=Subquery(body, output_field=CharField()))
    return list(rows.order_by("-recorded_at", "-id")[:SHOWN_TO_THE_PERSON])


def _name(column: str) -> Subquery:
    names = Account.objects.filter(pk=OuterRef(column)).values("display_name")[:1]
    return Subquery(names, output_field=CharField())
