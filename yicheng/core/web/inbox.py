"""The inbox, the same for residents on the portal and staff at the desk."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from yicheng.core.notices import public as notices
from yicheng.core.people.public import viewer_of


def inbox_view(template: str) -> Callable[[HttpRequest], HttpResponse]:
    """The view of an inbox: GET lists; POST opens one, marks all as read or keeps the channels."""

    def view(request: HttpRequest) -> HttpResponse:
        if request.method == "POST":
            return _act(request)
        viewer = viewer_of(request)
        before = request.GET.get("before", "")
        page = notices.inbox(viewer, before=int(before) if before.isdecimal() else None)
        context = {"inbox": page, "channels": notices.channel_choices(viewer)}
        return render(request, template, context)

    return view


def _act(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    chosen = request.POST.get("open", "")
    if chosen.isdecimal():
        notice = notices.read_notice(viewer, int(chosen))
        return HttpResponseRedirect(notice.link or request.path)
    if "channels" in request.POST:
        wanted = set(request.POST.getlist("channel"))
        known = [choice.channel for choice in notices.channel_choices(viewer)]
        notices.choose_channels(viewer, {channel: channel in wanted for channel in known})
        messages.success(request, _("Your choice is kept."))
    else:
        notices.read_all(viewer)
    return HttpResponseRedirect(request.path)
