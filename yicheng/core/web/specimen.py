"""A living page of every component, for screenshots and for whoever builds a page. Never in production."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.clock import now


class SpecimenForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(label=_("Title"), help_text=_("One short sentence."), max_length=40)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[("", "—"), ("road", _("Road")), ("lamp", _("Street lamp"))],
    )
    severity = forms.ChoiceField(
        label=_("Severity"),
        widget=forms.RadioSelect,
        choices=[("1", _("Urgent")), ("2", _("Normal"))],
    )
    text = forms.CharField(label=_("Description"), widget=forms.Textarea, required=False)
    photo = forms.FileField(label=_("Photo"), required=False)
    agree = forms.BooleanField(label=_("I have read the notice"))


def show(request: HttpRequest) -> HttpResponse:
    """The page; ``?face=desk`` shows it as staff see it, ``?faulty`` with a refused form."""
    if "messages" in request.GET:
        messages.success(request, _("The report was sent."))
        messages.error(request, _("The photo is larger than 10 MB. Choose a smaller one."))
    states = ["done", "done", "now", "", "", "", ""]
    titles = [
        _("Collect"),
        _("File"),
        _("Dispatch"),
        _("Handle"),
        _("Feed back"),
        _("Verify"),
        _("Close"),
    ]
    context = {
        "page_title": _("Components"),
        "form": SpecimenForm({"title": "x" * 60} if "faulty" in request.GET else None),
        "steps": [{"title": title, "state": state} for title, state in zip(titles, states, strict=True)],
        "now": now(),
        "breadcrumb": [("/", _("Front page")), ("/style/", _("Components"))],
    }
    face = "desk" if request.GET.get("face") == "desk" else "portal"
    return render(request, f"web/specimen_{face}.html", context)
