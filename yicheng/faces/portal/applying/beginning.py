"""Before the form: for whom one applies, and whether the city may look up what it knows."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import Refusal, SignInRequired
from yicheng.core.people.public import Limit, Viewer, declare_identity, limit, parties_of, viewer_of
from yicheng.core.services.actions import applications as acts
from yicheng.core.services.actions.applications.drafting import LOOK_UP
from yicheng.core.services.application_facts import NewApplication
from yicheng.core.services.facts import ItemFacts
from yicheng.core.services.models import Application
from yicheng.core.services.queries.items import published_item
from yicheng.core.web.public import add_refusal

#: nobody tries numbers and names by the hundred
DECLARED = Limit("services.declare_identity", amount=20, period_s=3600)


class BeginForm(forms.Form):
    """For whom, and the consent."""

    party = forms.TypedChoiceField(label=_("For whom do you apply?"), coerce=int, widget=forms.RadioSelect)
    may_look_up = forms.BooleanField(label=LOOK_UP, required=False, initial=True)

    def __init__(self, *args: object, choices: list[tuple[int, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["party"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = choices
        if len(choices) == 1:
            field.initial = choices[0][0]


class IdentityForm(forms.Form):
    """Who one is: kept sealed, proven at any window."""

    name = forms.CharField(
        label=_("Full name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    number = forms.CharField(
        label=_("Identity number"),
        max_length=30,
        help_text=_("18 characters, as on the identity card. Kept encrypted."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


def begin(request: HttpRequest, item: str) -> HttpResponse:
    """The page before the form; one who has not said who they are says it here."""
    viewer = viewer_of(request)
    if not viewer.is_signed_in:
        raise SignInRequired(_("Please sign in to apply: your application is kept while you fill it in."))
    facts = published_item(item)
    parties = [party for party in parties_of(viewer) if party.kind in facts.audiences or not facts.audiences]
    if not parties_of(viewer):
        return _ask_identity(request, viewer, facts)
    choices = [(party.id, f"{party.name} · {party.masked_number}") for party in parties]
    form = BeginForm(request.POST or None, choices=choices)
    if request.method == "POST" and form.is_valid():
        new = NewApplication(item, form.cleaned_data["party"])
        try:
            draft = acts.begin_application(viewer, new, may_look_up=form.cleaned_data["may_look_up"])
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("portal.application", draft.pk)
    drafts = Application.objects.filter(applicant=viewer.account_id, status="draft", version__item__code=item)
    context = {
        "item": facts,
        "form": form,
        "parties": parties,
        "drafts": drafts[:5],
        "page_title": facts.title,
    }
    return render(request, "portal/applying/begin.html", context, status=422 if form.errors else 200)


def _ask_identity(request: HttpRequest, viewer: Viewer, facts: ItemFacts) -> HttpResponse:
    form = IdentityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            limit(DECLARED, str(viewer.account_id))
            declare_identity(viewer, **form.cleaned_data)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return redirect(reverse("portal.apply", args=[facts.code]))
    context = {"item": facts, "form": form, "page_title": facts.title}
    status = 422 if form.errors else 200
    return render(request, "portal/applying/who.html", context, status=status)
