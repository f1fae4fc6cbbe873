"""Checking a file somebody was given, and what it takes to check one without a network."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from yicheng.core.credentials.actions.licences.seeing import log_file
from yicheng.core.credentials.licences import credential, files
from yicheng.core.credentials.licences import offline as judging
from yicheng.core.credentials.licences.files import LARGEST_BYTES, FileFacts
from yicheng.core.credentials.licences.reading import verified
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Invalid
from yicheng.core.people.public import Limit, limit, viewer_of
from yicheng.core.web.public import add_refusal
from yicheng.faces.code import claims
from yicheng.faces.code.words import FILES, REASONS, STANDINGS, VERDICTS

CHECKS = Limit("code.file", 60, 3600)


class FileForm(forms.Form):
    """The file, and nothing else: it is looked at and forgotten."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "The licence as PDF, or a licence file (.sd-jwt) from a holder's wallet. Up to 10 MB; it is not kept."
        ),
        widget=forms.FileInput(attrs={"accept": ".pdf,.sd-jwt,.txt,.jwt"}),
    )


def check(request: HttpRequest) -> HttpResponse:
    """The question, then the verdict."""
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        limit(CHECKS, viewer_of(request).address)
        try:
            return _verdict(request, form)
        except Invalid as refusal:
            add_refusal(form, refusal)
    return render(request, "code/file.html", {"form": form})


def _verdict(request: HttpRequest, form: FileForm) -> HttpResponse:
    upload = form.cleaned_data["file"]
    if upload.size > LARGEST_BYTES:
        text = _("The file is too large: at most 10 MB.")
        raise Invalid(text, fields={"file": text})
    base = credential.issuer(request.build_absolute_uri("/"))
    found = files.examine(upload.read(), base=base, now=clock.now())
    context: dict[str, object] = {"found": found, "name": upload.name[:120], "form": FileForm()}
    return render(request, "code/file.html", {**context, **_words(request, found)})


def _words(request: HttpRequest, found: FileFacts) -> dict[str, object]:
    if found.version is not None:
        paper = verified(log_file(viewer_of(request), found.version.pk))
        is_valid = paper.standing == "valid"
        return {"paper": paper, "stands": FILES["paper"] if is_valid else STANDINGS[paper.standing]}
    if found.verdict is not None:
        verdict = found.verdict
        return {
            "stands": VERDICTS[verdict.word],
            "reason": REASONS.get(verdict.reason, ""),
            "claims": claims.readable(verdict.claims),
            "verdict": verdict,
        }
    return {"stands": FILES[found.word]}


def offline(request: HttpRequest) -> HttpResponse:
    """How to check where there is no network: the bundle, the command, what it can and cannot tell."""
    context = {"verdicts": [VERDICTS[word] for word in judging.VERDICTS]}
    return render(request, "code/offline.html", context)
