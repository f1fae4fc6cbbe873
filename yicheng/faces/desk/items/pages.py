"""The addresses of making items and forms, and the list of reservations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from yicheng.core.kernel.languages import in_language
from yicheng.core.people.public import Viewer
from yicheng.core.services.actions.halls import close_reservation
from yicheng.core.services.models import FormVersion, Hall, ItemVersion, Reservation, ServiceItem
from yicheng.core.services.queries.authoring import kept_items
from yicheng.core.services.queries.halls import reservations
from yicheng.core.web.declare import Menu, Page
from yicheng.core.web.public import BulkAction, Column, Filter, ListPage, Order, list_view, one_of
from yicheng.faces.desk.items import making, views

KEEP = "services.keep_items"
GROUP = _("Government services")


def _name(row: Any) -> str:
    return str(row.current) if row.current else str(row.newest_name)


def _state(row: Any) -> str:
    said = [str(_("In force")) if row.current_id else str(_("Not in force"))]
    if row.newest_status == "draft":
        said.append(str(_("draft")))
    return ", ".join(said)


def _by_words(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(newest_name__icontains=text.strip())


ITEMS = ListPage(
    rows=kept_items,
    columns=(
        Column("name", _("Name"), _name),
        Column("body", _("Body"), lambda row: in_language(row.organisation.name, row.organisation.name_en)),
        Column("state", _("State"), _state),
        Column("code", _("Short name"), lambda row: row.code),
    ),
    orders=(Order("code", _("By short name"), ("code", "id")),),
    filters=(Filter("q", _("Words"), _by_words, kind="search"),),
    link=lambda row: reverse("desk.item", args=[row.code]),
    export="service-items",
)


def _came(viewer: Viewer, ids: Sequence[int]) -> str:
    return _close(viewer, ids, came=True)


def _missed(viewer: Viewer, ids: Sequence[int]) -> str:
    return _close(viewer, ids, came=False)


def _close(viewer: Viewer, ids: Sequence[int], *, came: bool) -> str:
    for one in ids:
        close_reservation(viewer, one, came=came)
    return ngettext("%(count)s reservation noted.", "%(count)s reservations noted.", len(ids)) % {
        "count": len(ids)
    }


def _by_hall(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    return rows.filter(hall__code=code)


def _halls() -> dict[str, str]:
    return {row.code: str(row) for row in Hall.objects.filter(is_active=True).order_by("code")}


RESERVATIONS = ListPage(
    rows=reservations,
    columns=(
        Column("when", _("When"), lambda row: row.begins_at),
        Column("code", _("Reservation code"), lambda row: format_html('<span class="mono">{}</span>', row.code),
               plain=lambda row: row.code),
        Column("item", _("Matter"), lambda row: str(row.item.current or row.item.code)),
        Column("who", _("Who"), lambda row: row.account.display_name),
        Column("hall", _("Hall"), lambda row: str(row.hall)),
        Column("state", _("State"), lambda row: row.get_status_display()),
    ),
    orders=(
        Order("coming", _("Soonest first"), ("begins_at", "id")),
        Order("latest", _("Latest first"), ("-begins_at", "-id")),
    ),
    filters=(
        Filter("hall", _("Hall"), _by_hall,
               choices=lambda viewer: list(_halls().items())),
        Filter("state", _("State"), one_of("status", dict(Reservation.Status.choices)),
               choices=lambda viewer: Reservation.Status.choices),
    ),
    bulk=(
        BulkAction("came", _("They came"), _came, right="services.keep_reservations"),
        BulkAction("missed", _("They did not come"), _missed, right="services.keep_reservations"),
    ),
)  # fmt: skip


def _item() -> Mapping[str, Any]:
    return {"code": ServiceItem.objects.order_by("code").values_list("code", flat=True).first() or "none"}


def _version() -> Mapping[str, Any]:
    rows = ItemVersion.objects.exclude(form=None).order_by("status", "pk")
    return {"version_id": rows.values_list("pk", flat=True).first() or 0}


def _form() -> Mapping[str, Any]:
    return {"code": FormVersion.objects.order_by("code").values_list("code", flat=True).first() or "none"}


PAGES = (
    Page("desk.items", "desk", "items/", list_view(ITEMS), _("Service items"), KEEP,
         Menu(GROUP, 300, "clipboard-list")),
    Page("desk.item_begin", "desk", "items/new/", views.begin, _("A new item"), KEEP),
    Page("desk.item", "desk", "items/<str:code>/", views.item, _("Service item"), KEEP, example=_item),
    Page("desk.item_begin_draft", "desk", "items/<str:code>/draft/", views.begin_draft, _("New draft"), KEEP,
         example=_item),
    Page("desk.item_withdraw", "desk", "items/<str:code>/withdraw/", views.withdraw, _("Withdraw"),
         "services.publish_items", example=_item),
    Page("desk.item_draft", "desk", "item-versions/<int:version_id>/", views.edit, _("Draft"), KEEP,
         example=_version),
    Page("desk.item_try", "desk", "item-versions/<int:version_id>/try/", views.attempt, _("Try"), KEEP,
         example=_version),
    Page("desk.item_publish", "desk", "item-versions/<int:version_id>/publish/", views.publish, _("Publish"),
         "services.publish_items", example=_version),
    Page("desk.item_discard", "desk", "item-versions/<int:version_id>/discard/", views.discard,
         _("Throw the draft away"), KEEP, example=_version),
    Page("desk.forms", "desk", "forms/", making.form_list, _("Forms"), KEEP, Menu(GROUP, 310, "file-text")),
    Page("desk.form_begin", "desk", "forms/new/", making.begin, _("A new form"), KEEP),
    Page("desk.form", "desk", "forms/<slug:code>/", making.edit, _("Form"), KEEP, example=_form),
    Page("desk.form_try", "desk", "forms/<slug:code>/try/", making.attempt, _("Try"), KEEP, example=_form),
    Page("desk.form_publish", "desk", "forms/<slug:code>/publish/", making.publish, _("Publish"), KEEP,
         example=_form),
    Page("desk.reservations", "desk", "reservations/", list_view(RESERVATIONS), _("Reservations"),
         "services.keep_reservations", Menu(GROUP, 320, "calendar-clock")),
)  # fmt: skip
