"""Where sources disagree: the list at the desk; each is decided in its case."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yicheng.apps.data.models import Base, DataConflict
from yicheng.apps.data.pages.words import body_name
from yicheng.apps.data.queries.bases import SEE, conflicts, shown_field
from yicheng.core.people.public import Viewer
from yicheng.core.web.declare import Menu, Page
from yicheng.core.web.public import Column, Filter, ListPage, Order, badge, list_view, moment, one_of

TONES = {"open": "warn", "corrected": "good", "confirmed": "info", "gone": "outline"}


def _statuses(_viewer: Viewer) -> Iterable[tuple[str, Any]]:
    return DataConflict.Status.choices


def _bases(_viewer: Viewer) -> Iterable[tuple[str, Any]]:
    return Base.choices


def _link(row: DataConflict) -> str:
    return reverse("desk.case", args=[row.case_id]) if row.case_id else reverse("data.base", args=[row.base])


LIST = ListPage(
    rows=conflicts,
    link=_link,
    columns=(
        Column("field", _("Field"), lambda row: shown_field(row.base, row.field)),
        Column("record", _("Record"), lambda row: "–" if row.base == Base.POPULATION else row.record_key),
        Column("body", _("Decided by"), lambda row: body_name(row.organisation)),
        Column(
            "status", _("State"), lambda row: badge(row.get_status_display(), TONES[row.status]),
            lambda row: row.get_status_display(), is_short=True,
        ),
        Column("found", _("Found"), lambda row: moment(row.found_at)),
    ),
    filters=(
        Filter("status", _("State"), one_of("status", DataConflict.Status.values), choices=_statuses),
        Filter("base", _("Base database"), one_of("base", Base.values), choices=_bases),
    ),
    orders=(Order("newest", _("Newest first"), ("-id",)),),
    template="data/conflicts.html",
    nothing_title=_("All sources agree"),
    nothing_text=_("As soon as two departments say different things about a record, it stands here."),
)  # fmt: skip

PAGES = (
    Page("data.conflicts", "desk", "data/conflicts/", list_view(LIST), _("Conflicts between data"), SEE, Menu(_("Data sharing"), 73, "scale")),
)  # fmt: skip
