"""Issuing by hand: for what was decided on paper, or before this platform."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yicheng.core.credentials.actions.licences.issuing import issue_to
from yicheng.core.credentials.licences.facts import FieldRule, TypeFacts
from yicheng.core.credentials.queries.licences import licence_types, types_issued_by
from yicheng.core.kernel.errors import Invalid, NotFound
from yicheng.core.people.public import viewer_of
from yicheng.core.web.public import add_refusal
from yicheng.faces.desk.licences.finding import KINDS

PREFIX = "field_"


def example() -> Mapping[str, str]:
    """A kind of licence."""
    return {"code": next((kind.code for kind in licence_types()), "none")}


def add_fields(form: forms.Form, rules: tuple[FieldRule, ...]) -> None:
    """A field of the form for each field of the licence."""
    for rule in rules:
        widget = {
            "long": forms.Textarea(attrs={"rows": 3}),
            "date": forms.DateInput(attrs={"type": "date"}),
            "number": forms.TextInput(attrs={"inputmode": "decimal"}),
        }.get(rule.kind, forms.TextInput())
        form.fields[PREFIX + rule.key] = forms.CharField(
            label=rule.title, required=rule.is_required, widget=widget, max_length=2000
        )


def values_in(data: Mapping[str, Any]) -> dict[str, str]:
    """The licence's fields out of a form's."""
    return {name.removeprefix(PREFIX): value for name, value in data.items() if name.startswith(PREFIX)}


def on_form(form: forms.Form, refusal: Invalid) -> None:
    """The refusal's words on the form's own names."""
    refusal.fields = {
        PREFIX + name if PREFIX + name in form.fields else name: text for name, text in refusal.fields.items()
    }
    add_refusal(form, refusal)


class IssueForm(forms.Form):
    """Whom it is for, how long it holds; the kind's own fields follow."""

    kind = forms.ChoiceField(label=gettext_lazy("Holder"), choices=KINDS, widget=forms.RadioSelect)
    number = forms.CharField(
        label=gettext_lazy("Identity number or credit code"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=200,
        help_text=gettext_lazy("As it stands on the identity card or in the company register."),
    )
    valid_until = forms.DateField(
        label=gettext_lazy("Valid until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Empty: as long as this kind of licence runs."),
    )

    def __init__(self, kind: TypeFacts, data: Any = None) -> None:
        super().__init__(data, initial={"kind": kind.holder_kind or "person"})
        if kind.holder_kind:
            self.fields["kind"].widget = forms.HiddenInput()
        add_fields(self, kind.fields)


def choose(request: HttpRequest) -> HttpResponse:
    """The kinds that one's own body issues."""
    kinds = types_issued_by(viewer_of(request).organisation_id)
    context = {"kinds": kinds, "breadcrumb": [(reverse("desk.licences"), _("Licences"))]}
    return render(request, "desk/licences/choose.html", context)


def issue(request: HttpRequest, code: str) -> HttpResponse:
    """The form of a kind; then the new licence's page."""
    viewer = viewer_of(request)
    kind = next((one for one in types_issued_by(viewer.organisation_id) if one.code == code), None)
    if kind is None or viewer.organisation_id is None:
        raise NotFound(_("Your department issues no such kind of licence."))
    form = IssueForm(kind, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            facts = issue_to(
                viewer,
                code,
                holder=(data["kind"], data["number"], data["name"]),
                fields=values_in(data),
                organisation_id=viewer.organisation_id,
                valid_until=data["valid_until"],
            )
        except Invalid as refusal:
            on_form(form, refusal)
        else:
            messages.success(
                request, _("Issued: %(number)s. The holder has been told.") % {"number": facts.number}
            )
            return HttpResponseRedirect(reverse("desk.licence", args=[facts.id]))
    context = {
        "form": form,
        "kind": kind,
        "page_title": _("Issue: %(title)s") % {"title": kind.title},
        "breadcrumb": [
            (reverse("desk.licences"), _("Licences")),
            (reverse("desk.choose_licence"), _("Issue a licence")),
        ],
    }
    return render(request, "desk/licences/issue.html", context)
