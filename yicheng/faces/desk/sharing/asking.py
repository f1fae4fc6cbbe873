"""Choosing data, asking for them, and what became of a request."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yicheng.core.cases import public as cases
from yicheng.core.catalogue import public as catalogue
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Refusal
from yicheng.core.kernel.languages import in_language
from yicheng.core.people.public import viewer_of
from yicheng.core.sharing import public as sharing
from yicheng.core.web.public import add_refusal
from yicheng.faces.desk.sharing.forms import AskForm
from yicheng.faces.desk.sharing.words import STATES, TITLES

YEAR = timedelta(days=365)


def choose(request: HttpRequest) -> HttpResponse:
    """The catalogue, to find what one needs."""
    words = request.GET.get("q", "")[:100].replace("\0", "")
    found = catalogue.find(viewer_of(request), words, after=request.GET.get("after", "")[:300])
    entries = [
        (one, in_language(one.title, one.title_en), in_language(one.summary, one.summary_en))
        for one in found.entries
    ]
    return render(request, "desk/sharing/choose.html", {"found": found, "entries": entries, "words": words})


def ask(request: HttpRequest, resource: str) -> HttpResponse:
    """The form for one resource; asked again with what is wrong."""
    viewer = viewer_of(request)
    entry = catalogue.entry(viewer, resource)
    form = AskForm(request.POST or None, offered=sharing.fields_of(resource), initial=_initial())
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            made = sharing.ask(
                viewer, sharing.NewRequest(resource=resource, fields=tuple(data.pop("fields_wanted")), **data)
            )
        except Refusal as refusal:
            refusal.fields = {
                {"fields": "fields_wanted"}.get(key, key): text for key, text in refusal.fields.items()
            }
            add_refusal(form, refusal)
        else:
            messages.success(request, str(STATES[made.state][0]))
            return HttpResponseRedirect(reverse("desk.request", args=[made.pk]))
    title = _("Ask for “%(title)s”") % {"title": in_language(entry.title, entry.title_en)}
    context = {"form": form, "entry": entry, "page_title": title}
    return render(request, "desk/sharing/ask.html", context)


def request(request: HttpRequest, request_id: int) -> HttpResponse:
    """A request with its answer; for who has to act, the way to the task."""
    viewer = viewer_of(request)
    found = sharing.request(viewer, request_id)
    titles = {one.key: one.title for one in sharing.fields_of(found.entry.key)}
    tasks = cases.open_tasks(found.case_id) if found.case_id else ()
    context = {
        "request_": found,
        "grant": getattr(found, "grant", None),
        "fields": [(key, titles.get(key, key)) for key in found.fields],
        "state": STATES[found.state],
        "tasks": tasks,
        "may_open_case": found.case is not None and cases.may_view(viewer, found.case),
        "page_title": found.entry.title,
        "breadcrumb": [(reverse("desk.requests"), TITLES["requests"])],
    }
    return render(request, "desk/sharing/request.html", context)


def _initial() -> dict[str, object]:
    today = timezone.localdate(clock.now())
    return {"starts_on": today, "ends_on": today + YEAR}
