"""The two registers of a body: what it wrote, what arrived."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from yicheng.core.credentials.models import Document, DocumentRecipient
from yicheng.core.credentials.queries import documents as queries
from yicheng.core.web.public import Column, Filter, ListPage, Order, badge, moment, one_of
from yicheng.faces.desk.documents.words import ARRIVAL_TONES, TONES

_NEWEST = (Order("newest", _("Newest first"), ("-id",)),)
_SHOWN = [one for one in DocumentRecipient.State.choices if one[0] != DocumentRecipient.State.NOT_SENT]


def _by_words(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(Q(title__icontains=text[:60]) | Q(number__icontains=text[:60]))


def _arrived_by_words(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(Q(document__title__icontains=text[:60]) | Q(document__number__icontains=text[:60]))


def _state(one: Document) -> SafeString:
    return badge(one.get_state_display(), TONES[one.state])


def _arrival(one: DocumentRecipient) -> SafeString:
    return badge(one.get_state_display(), ARRIVAL_TONES[one.state])


def _kind(one: Document) -> SafeString | str:
    if one.urgency == Document.Urgency.PLAIN:
        return one.get_kind_display()
    return format_html("{} {}", one.get_kind_display(), badge(one.get_urgency_display(), "bad"))


DOCUMENTS = ListPage(
    rows=queries.documents,
    columns=(
        Column("title", _("Title"), lambda one: one.title),
        Column("number", _("Document number"), lambda one: one.number or "–", is_short=True),
        Column("kind", _("Kind of document"), _kind, lambda one: one.get_kind_display()),
        Column("drafter", _("Drafter"), lambda one: str(one.drafter)),
        Column("state", _("State"), _state, lambda one: one.get_state_display()),
        Column("drafted_at", _("Drafted"), lambda one: moment(one.drafted_at), lambda one: one.drafted_at.isoformat()),
    ),
    orders=_NEWEST,
    filters=(
        Filter("q", _("Words"), _by_words, kind="search"),
        Filter("state", _("State"), one_of("state", Document.State.values), choices=lambda _viewer: Document.State.choices),
        Filter("kind", _("Kind of document"), one_of("kind", Document.Kind.values), choices=lambda _viewer: Document.Kind.choices),
    ),
    link=lambda one: reverse("desk.document", args=[one.pk]),
    export="documents",
    template="desk/documents/documents.html",
    nothing_title=_("No documents yet"),
    nothing_text=_("What you or your body write is listed here, from the draft to the archive."),
)  # fmt: skip
ARRIVED = ListPage(
    rows=queries.arrived,
    columns=(
        Column("title", _("Title"), lambda one: one.document.title),
        Column("number", _("Document number"), lambda one: one.document.number, is_short=True),
        Column("author", _("From"), lambda one: str(one.document.organisation)),
        Column("role", _("Sent as"), lambda one: one.get_role_display()),
        Column("state", _("State"), _arrival, lambda one: one.get_state_display()),
        Column("arrived_at", _("Arrived"), lambda one: moment(one.arrived_at), lambda one: one.arrived_at.isoformat()),
    ),
    orders=_NEWEST,
    filters=(
        Filter("q", _("Words"), _arrived_by_words, kind="search"),
        Filter("state", _("State"), one_of("state", [key for key, _text in _SHOWN]), choices=lambda _viewer: _SHOWN),
    ),
    link=lambda one: reverse("desk.document", args=[one.document_id]),
    export="arrived-documents",
    nothing_title=_("Nothing has arrived"),
    nothing_text=_("Documents that others send to your body are listed here, to be received."),
)  # fmt: skip


def example() -> Mapping[str, Any]:
    """The latest document, for the tests of pages."""
    return {"document_id": Document.objects.order_by("-id").values_list("pk", flat=True).first() or 1}
