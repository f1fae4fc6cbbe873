"""Whoever scans or types a code comes here; the part that printed it answers."""

from __future__ import annotations

import re

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yicheng.core.people.public import Limit, limit, viewer_of
from yicheng.core.web.declare import CODES

#: codes that nobody printed, from one address; whoever mistypes has enough, whoever guesses has not
UNKNOWN = Limit("code.unknown", 40, 3600)
LONGEST = 100


class CodeForm(forms.Form):
    """A code that cannot be scanned."""

    code = forms.CharField(
        label=_("Code"),
        max_length=LONGEST,
        help_text=_("Below the square pattern. Gaps and small letters do not matter."),
    )


def home(request: HttpRequest) -> HttpResponse:
    """To type a code that cannot be scanned, and the way to checking a file."""
    code = request.GET.get("code", "").strip()[:LONGEST]
    if code:
        return HttpResponseRedirect(reverse("code.show", args=[_in_address(code)]))
    return render(request, "code/home.html", {"form": CodeForm()})


def show(request: HttpRequest, code: str) -> HttpResponseBase:
    """The page for this code, as the part that printed it answers; clear words for one that nobody printed."""
    text = code.strip()[:LONGEST].replace("\0", "")
    for kind in sorted(CODES, key=lambda one: (one.order, one.key)):
        proper = kind.proper(text)
        if re.fullmatch(kind.pattern, proper):
            answer = kind.resolve(request, proper)
            if answer is not None:
                return _unlisted(answer)
    limit(UNKNOWN, viewer_of(request).address)
    return _unlisted(render(request, "code/unknown.html", {"code": text}, status=404))


def _in_address(code: str) -> str:
    """What can stand in a path: a code read off a label may come with its whole address."""
    return code.rstrip("/").rpartition("/")[2] or code.replace("/", "") or "-"


def _unlisted(answer: HttpResponseBase) -> HttpResponseBase:
    """Never kept, never indexed, never told to another site: the address itself is the secret."""
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
