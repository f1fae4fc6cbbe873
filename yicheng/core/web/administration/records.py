"""What was done, and whose personal data was shown to whom: for auditors."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from yicheng.core.journal import queries
from yicheng.core.people.models import Account
from yicheng.core.web.administration.wording import ADMINISTRATION
from yicheng.core.web.declare import Menu, Page
from yicheng.core.web.lists import Column, Filter, ListPage, Order, list_view


def _when(row: Any) -> str:
    return date_format(timezone.localtime(row.recorded_at), "Y-m-d H:i:s")


def _who(row: Any) -> str:
    if row.account_id is None:
        return now("the platform") if row.viewer_kind == "system" else now("a stranger")
    name = row.who or now("account %(id)s") % {"id": row.account_id}
    return now("%(name)s (by a program)") % {"name": name} if row.viewer_kind == "system" else str(name)


def _detail(row: Any) -> str:
    return json.dumps(row.detail, ensure_ascii=False, sort_keys=True) if row.detail else ""


def _by_account(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    found = Account.objects.filter(username=text.lower()).values_list("pk", flat=True)
    return rows.filter(account_id__in=list(found))


def _by_person(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    found = Account.objects.filter(username=text.lower()).values_list("pk", flat=True)
    return rows.filter(person_id__in=list(found))


def _since(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(recorded_at__gte=_midnight(text))


def _until(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(recorded_at__lt=_midnight(text) + timedelta(days=1))


def _midnight(text: str) -> datetime:
    return timezone.make_aware(datetime.combine(date.fromisoformat(text), time.min))


NEWEST = (Order("newest", _("Newest first"), ("-recorded_at", "-id")),)
TIMES = (
    Filter("since", _("First day"), _since, kind="date"),
    Filter("until", _("Last day"), _until, kind="date"),
)

audit = list_view(
    ListPage(
        rows=queries.audit_trail,
        columns=(
            Column("when", _("When"), _when),
            Column("who", _("Who"), _who),
            Column("action", _("What"), lambda row: row.action),
            Column("subject", _("Subject of the record"), lambda row: row.subject),
            Column("division", _("Division"), lambda row: row.division_code),
            Column("address", _("From which address"), lambda row: row.address),
            Column("detail", _("Details"), _detail),
        ),
        orders=NEWEST,
        filters=(
            Filter("who", _("User name"), _by_account, kind="search"),
            Filter(
                "subject",
                _("Subject of the record"),
                lambda rows, text: rows.filter(subject=text),
                kind="search",
            ),
            Filter(
                "action", _("What"), lambda rows, text: rows.filter(action__startswith=text), kind="search"
            ),
            *TIMES,
        ),
        export="audit",
        nothing_title=_("Nothing recorded fits"),
    )
)

accesses = list_view(
    ListPage(
        rows=queries.accesses,
        columns=(
            Column("when", _("When"), _when),
            Column("who", _("Who looked"), _who),
            Column("person", _("At whose data"), lambda row: row.whose or str(row.person_id)),
            Column("subject", _("Where"), lambda row: row.subject),
            Column("purpose", _("For what purpose"), lambda row: row.purpose),
            Column("address", _("From which address"), lambda row: row.address),
        ),
        orders=NEWEST,
        filters=(
            Filter("who", _("User name of who looked"), _by_account, kind="search"),
            Filter("whose", _("User name of the person"), _by_person, kind="search"),
            *TIMES,
        ),
        export="accesses",
        nothing_title=_("Nobody's data was shown"),
    )
)

PAGES = (
    Page(
        "desk.audit",
        "desk",
        "administration/audit/",
        audit,
        _("Audit trail"),
        "journal.read_audit",
        Menu(ADMINISTRATION, 940, "history"),
    ),
    Page(
        "desk.accesses",
        "desk",
        "administration/accesses/",
        accesses,
        _("Personal data shown"),
        "journal.read_accesses",
        Menu(ADMINISTRATION, 950, "eye"),
    ),
)
