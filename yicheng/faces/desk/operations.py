"""Behind the scenes, for administrators: messages that did not arrive, events whose handling failed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from yicheng.core.events import public as events
from yicheng.core.notices import public as notices
from yicheng.core.people.public import Viewer, viewer_of
from yicheng.core.web.declare import Menu, Page
from yicheng.core.web.public import BulkAction, Column, ListPage, Order, list_view

if TYPE_CHECKING:
    from yicheng.core.events.models import ParkedEvent
    from yicheng.core.notices.models import Delivery

BEHIND = _("Behind the scenes")


def _resend(viewer: Viewer, ids: Sequence[int]) -> str:
    count = notices.resend(viewer, ids)
    text = ngettext("%(count)s message is sent again.", "%(count)s messages are sent again.", count)
    return text % {"count": count}


def _retry(viewer: Viewer, ids: Sequence[int]) -> str:
    mended = sum(events.retry_now(viewer, parked_id) for parked_id in ids)
    return now("%(mended)s of %(count)s events are mended.") % {"mended": mended, "count": len(ids)}


def _letter_title(delivery: Delivery) -> str:
    return notices.title_of(delivery.notice)


def _event_title(parked: ParkedEvent) -> str | Promise:
    return events.title_of(parked.key)


undelivered = list_view(
    ListPage(
        rows=notices.dead_letters,
        columns=(
            Column("title", _("Message"), _letter_title),
            Column("recipient", _("Recipient"), lambda delivery: str(delivery.notice.account)),
            Column("channel", _("Channel"), lambda delivery: delivery.channel),
            Column("error", _("Why it failed"), lambda delivery: delivery.error),
            Column("attempts", _("Attempts"), lambda delivery: delivery.attempts, is_number=True),
        ),
        orders=(Order("newest", _("Newest first"), ("-id",)),),
        bulk=(BulkAction("resend", _("Send again"), _resend, "notices.resend"),),
        nothing_title=_("Every message arrived"),
        nothing_text=_("What a mail server or gateway refuses for good is listed here, to be sent again."),
    )
)

parked = list_view(
    ListPage(
        rows=events.parked_events,
        columns=(
            Column("title", _("What happened"), _event_title),
            Column("subject", _("To what"), lambda parked: parked.subject),
            Column("reaction", _("What failed"), lambda parked: parked.reaction or _("Reading it")),
            Column("error", _("Why it failed"), lambda parked: events.last_line(parked.error)),
            Column("attempts", _("Attempts"), lambda parked: parked.attempts, is_number=True),
        ),
        orders=(Order("oldest", _("Oldest first"), ("id",)),),
        link=lambda parked: reverse("desk.parked_event", args=[parked.pk]),
        bulk=(BulkAction("retry", _("Try again"), _retry, "events.mend"),),
        nothing_title=_("Nothing is stuck"),
        nothing_text=_("When the handling of an event fails, it is kept here and tried again by itself."),
    )
)


def parked_event(request: HttpRequest, parked_id: int) -> HttpResponse:
    """One parked event: its facts, the error, try again or let go."""
    viewer = viewer_of(request)
    if request.method == "POST":
        return _mend(request, viewer, parked_id)
    found = events.parked_event(viewer, parked_id)
    context = {
        "parked": found,
        "page_title": events.title_of(found.key),
        "error": events.last_line(found.error),
        "may_mend": viewer.may("events.mend"),
        "breadcrumb": [(reverse("desk.parked"), _("Failed events"))],
    }
    return render(request, "desk/parked_event.html", context)


def _mend(request: HttpRequest, viewer: Viewer, parked_id: int) -> HttpResponse:
    if "discard" in request.POST:
        events.discard(viewer, parked_id, reason=request.POST.get("reason", "")[:300])
        messages.success(request, now("The event is let go; the audit trail keeps it."))
    elif events.retry_now(viewer, parked_id):
        messages.success(request, now("Now it worked."))
    else:
        messages.warning(request, now("It failed again. The error is below."))
        return HttpResponseRedirect(request.path)
    return HttpResponseRedirect(reverse("desk.parked"))


PAGES = (
    Page(
        "desk.undelivered",
        "desk",
        "operations/messages/",
        undelivered,
        _("Undelivered messages"),
        "notices.see_dead_letters",
        Menu(BEHIND, 910, "mail"),
    ),
    Page(
        "desk.parked",
        "desk",
        "operations/events/",
        parked,
        _("Failed events"),
        "events.see_parked",
        Menu(BEHIND, 920, "triangle-alert"),
    ),
    Page(
        "desk.parked_event",
        "desk",
        "operations/events/<int:parked_id>/",
        parked_event,
        _("A failed event"),
        "events.see_parked",
    ),
)
