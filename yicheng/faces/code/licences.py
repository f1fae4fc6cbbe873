"""Licences: what the printed code proves, and what a holder shows by a one-time code."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from yicheng.core.credentials.actions.licences.seeing import scan
from yicheng.core.credentials.actions.licences.showing import is_open, use_leave
from yicheng.core.credentials.licences.codes import in_groups
from yicheng.core.kernel.errors import Conflict, Invalid, NotFound
from yicheng.core.people.public import Limit, limit, viewer_of
from yicheng.core.web.public import add_refusal
from yicheng.faces.code.words import STANDINGS

SCANS = Limit("code.licence", 300, 3600)


class OpenForm(forms.Form):
    """Who looks; the holder reads it."""

    stated = forms.CharField(
        label=_("Who are you?"),
        max_length=120,
        help_text=_("Your name or your shop's. The holder of the licence reads it."),
    )
    purpose = forms.CharField(label=_("What do you need it for?"), max_length=200, required=False)


def licence(request: HttpRequest, code: str) -> HttpResponse | None:
    """What the paper says that carries this code, and whether it counts."""
    viewer = viewer_of(request)
    limit(SCANS, viewer.address)
    found = scan(viewer, code)
    if found is None:
        return None
    context = {
        "found": found,
        "standing": STANDINGS[found.standing],
        "code": in_groups(code),
        "page_title": found.title,
    }
    return render(request, "code/licence.html", context)


def shown(request: HttpRequest, code: str) -> HttpResponse | None:
    """Ask who looks, then show the chosen fields once. Looking at the question uses nothing up."""
    viewer = viewer_of(request)
    if request.method != "POST":
        return (
            render(request, "code/open.html", {"form": _form(viewer.name)})
            if is_open(code)
            else _over(request)
        )
    form = OpenForm(request.POST)
    if form.is_valid():
        try:
            seen = use_leave(viewer, code, **form.cleaned_data)
        except (NotFound, Conflict):
            return _over(request)
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            context = {"seen": seen, "standing": STANDINGS[seen.standing], "page_title": seen.title}
            return render(request, "code/seen.html", context)
    return render(request, "code/open.html", {"form": form})


def _form(name: str) -> OpenForm:
    return OpenForm(initial={"stated": name})


def _over(request: HttpRequest) -> HttpResponse:
    """Used, run out, or never given: the same words, so that trying tells nothing."""
    return render(request, "code/over.html", status=410)
