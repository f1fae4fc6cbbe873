"""A person's or company's licences by their number: for a stated purpose, which the holder reads."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yicheng.core.credentials.actions.licences.seeing import find_licences
from yicheng.core.credentials.licences.wording import STANDINGS
from yicheng.core.kernel.errors import Invalid
from yicheng.core.people.public import viewer_of
from yicheng.core.web.public import add_refusal
from yicheng.faces.desk.licences.one import PurposeForm

KINDS = (("person", gettext_lazy("Person")), ("company", gettext_lazy("Company")))


class FindForm(PurposeForm):
    """Whose, and why."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Of whom"), choices=KINDS, widget=forms.RadioSelect, initial="person"
    )
    number = forms.CharField(
        label=gettext_lazy("Identity number or credit code"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("kind", "number", "purpose")


def find(request: HttpRequest) -> HttpResponse:
    """The question, then what one's own body may see of the answer."""
    form = FindForm(request.POST or None)
    context: dict[str, object] = {"form": form, "breadcrumb": [(reverse("desk.licences"), _("Licences"))]}
    if request.method == "POST" and form.is_valid():
        try:
            found = find_licences(viewer_of(request), **form.cleaned_data)
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            context["found"] = [(facts, STANDINGS[facts.standing]) for facts in found]
            context["asked"] = True
    return render(request, "desk/licences/find.html", context)
