"""Warnings to the public: what holds now in four colours, each message with its chain, an Atom feed, CAP documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from yicheng.core.alerts import public as alerts
from yicheng.core.alerts.cap.codes import LEVELS, kind_name
from yicheng.core.alerts.cap.reading import LARGEST_BYTES
from yicheng.core.alerts.cap.writing import MEDIA_TYPE
from yicheng.core.alerts.declare import Severity
from yicheng.core.alerts.models import PublicWarning
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Forbidden, Refusal, TooMany
from yicheng.core.people.public import STRANGER, Viewer, viewer_of
from yicheng.core.web.declare import Menu, Page, Panel
from yicheng.core.web.public import answer, city, keyset_page

ATOM = "http://www.w3.org/2005/Atom"
IN_FEED = 50
PAGE_SIZE = 20
STATES = {
    "in_force": (_("in force"), "bad"),
    "coming": (_("begins later"), "info"),
    "over": (_("expired"), ""),
    "updated": (_("replaced by a newer message"), ""),
    "cancelled": (_("cancelled"), "good"),
}


def shown(row: PublicWarning) -> dict[str, Any]:
    """A warning as its card shows it; the colour is said in words as well."""
    level = LEVELS.get(Severity(row.severity)) if row.severity else None
    return {
        "row": row,
        "kind": row.event or kind_name(row.event_type),
        "colour": level.severity.name.lower() if level else "grey",
        "level": level.severity.label if level else gettext("level unknown"),
        "roman": level.roman if level else "",
        "url": reverse("portal.warning", args=[row.identifier]),
    }


@require_safe
def warnings(request: HttpRequest) -> HttpResponse:
    """What holds now, and what was before."""
    earlier = keyset_page(
        alerts.warnings_of(STRANGER),
        order=("-sent_at", "-id"),
        size=PAGE_SIZE,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {
        "standing": [shown(row) for row in alerts.warnings_in_force()[:200]],
        "page": earlier,
        "messages_sent": [shown(row) for row in earlier.rows],
        "levels": [
            {"colour": level.severity.name.lower(), "name": level.severity.label, "roman": level.roman}
            for level in LEVELS.values()
        ],
    }
    return render(request, "portal/warnings.html", context)


@require_safe
def warning(request: HttpRequest, identifier: str) -> HttpResponse:
    """One message, its chain, and where its documents are."""
    detail = alerts.warning_detail(STRANGER, identifier)
    title, tone = STATES[detail.state]
    context = {
        "page_title": detail.warning.headline,
        "one": shown(detail.warning),
        "detail": detail,
        "state": title,
        "state_tone": tone,
        "chain": [shown(row) for row in reversed(detail.chain)],
        "newest": detail.newest if detail.newest.pk != detail.warning.pk else None,
        "breadcrumb": [(reverse("portal.warnings"), gettext("Warnings"))],
    }
    return render(request, "portal/warning.html", context)


@require_safe
def document(request: HttpRequest, identifier: str, form: str) -> HttpResponse:
    """A message in CAP 1.2, or in the national profile."""
    content = alerts.warning_document(STRANGER, identifier, is_national=form == "national")
    kind = MEDIA_TYPE if form == "cap" else "application/xml"
    return _public(HttpResponse(content, content_type=f"{kind}; charset=utf-8"))


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The newest messages as an Atom feed (RFC 4287) whose entries lead to their CAP documents."""
    rows = list(alerts.warnings_of(STRANGER).order_by("-sent_at", "-id")[:IN_FEED])
    root = Element("feed", {"xmlns": ATOM, "xml:lang": get_language() or "zh-hans"})
    here = request.build_absolute_uri(reverse("portal.warnings_feed"))
    page = request.build_absolute_uri(reverse("portal.warnings"))
    _text(root, "id", here)
    _text(root, "title", gettext("Warnings to the public: %(city)s") % {"city": city().name})
    _text(root, "updated", (rows[0].recorded_at if rows else clock.now()).isoformat(timespec="seconds"))
    SubElement(root, "link", rel="self", type="application/atom+xml", href=here)
    SubElement(root, "link", rel="alternate", type="text/html", href=page)
    for row in rows:
        _entry(root, row, request.build_absolute_uri)
    content = tostring(root, encoding="utf-8", xml_declaration=True)
    return _public(HttpResponse(content, content_type="application/atom+xml; charset=utf-8"))


def _entry(root: Element, row: PublicWarning, absolute: Callable[[str], str]) -> None:
    entry = SubElement(root, "entry")
    page = absolute(reverse("portal.warning", args=[row.identifier]))
    _text(entry, "id", page)
    _text(entry, "title", row.headline)
    _text(entry, "updated", row.recorded_at.isoformat(timespec="seconds"))
    _text(entry, "published", row.sent_at.isoformat(timespec="seconds"))
    _text(SubElement(entry, "author"), "name", row.sender)
    _text(entry, "summary", row.description)
    if row.severity:
        SubElement(
            entry,
            "category",
            term=Severity(row.severity).name.lower(),
            label=str(Severity(row.severity).label),
        )
    SubElement(entry, "link", rel="alternate", type="text/html", href=page)
    cap = absolute(reverse("portal.warning_document", args=[row.identifier, "cap"]))
    SubElement(entry, "link", rel="enclosure", type=MEDIA_TYPE, href=cap)


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = "".join(letter for letter in text if letter >= " " or letter in "\t\n")


def _public(reply: HttpResponse) -> HttpResponse:
    """Others may read it from their own pages, and keep it for a minute."""
    reply["Cache-Control"] = "public, max-age=60"
    reply["Access-Control-Allow-Origin"] = "*"
    return reply


@csrf_exempt
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """The door for other systems: a CAP document by POST with the key of a client (no browser session)."""
    try:
        if "Authorization" not in request.headers:
            raise Forbidden(_("Send the key of a registered client with this message."))
        if int(request.headers.get("Content-Length") or 0) > LARGEST_BYTES:
            raise TooMany(_("A warning has at most a megabyte."))
        row = alerts.receive_warning(viewer_of(request), request.read(LARGEST_BYTES + 1))
    except Refusal as refusal:
        return answer({"code": refusal.code, "message": str(refusal)}, status=refusal.status)
    return answer({"identifier": row.identifier, "msg_type": row.msg_type}, status=201)


def in_force(viewer: Viewer, subject: None) -> Mapping[str, Any] | None:
    """The front page's own section, as long as anything holds."""
    rows = [shown(row) for row in alerts.warnings_in_force()[:3]]
    return {"warnings": rows} if rows else None


def _example() -> Mapping[str, Any]:
    row = PublicWarning.objects.filter(status="Actual").order_by("-id").first()
    return {"identifier": row.identifier if row else "none"}


def pages(menu: str | Promise) -> tuple[Page, ...]:
    """The pages of the portal about warnings; ``menu`` is the group they stand in."""
    return (
        Page(
            "portal.warnings", "portal", "warnings/", warnings, _("Warnings"), None,
            Menu(menu, 50, "triangle-alert"),
        ),
        Page("portal.warnings_feed", "portal", "warnings/feed/", feed, _("Feed of warnings"), None),
        Page("portal.receive_warning", "portal", "warnings/cap/", receive, _("Hand in a warning"), None),
        Page(
            "portal.warning", "portal", "warnings/<str:identifier>/", warning, _("Warning"), None,
            example=_example,
        ),
        Page(
            "portal.warning_document", "portal", "warnings/<str:identifier>/<slug:form>.xml", document,
            _("Warning as CAP"), None,
        ),
    )  # fmt: skip


PANELS = (Panel("portal.warnings_in_force", "portal.home", "portal/parts/warnings.html", in_force, order=1),)
