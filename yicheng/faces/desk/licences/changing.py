"""What is done with an issued licence, each with a reason that the holder reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yicheng.core.credentials import public as credentials
from yicheng.core.credentials.actions.licences.seeing import open_licence
from yicheng.core.credentials.licences.facts import LicenceFacts
from yicheng.core.credentials.queries import licences as queries
from yicheng.core.kernel.errors import Invalid, NotFound
from yicheng.core.people.public import viewer_of
from yicheng.core.web.public import add_refusal
from yicheng.faces.desk.licences.issuing import PREFIX, add_fields, on_form, values_in
from yicheng.faces.desk.licences.one import PurposeForm, about


class ReasonForm(forms.Form):
    """Why; the holder reads it."""

    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("With the law or decision it rests on. The holder reads it."),
    )


class RenewForm(ReasonForm):
    """Why, and until when."""

    valid_until = forms.DateField(
        label=gettext_lazy("Valid until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Empty: as long as this kind of licence runs."),
    )


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that can be done: its words, its form, the action."""

    title: str | Promise
    lead: str | Promise
    said: str | Promise
    run: Callable[..., LicenceFacts]
    form: type[forms.Form] = ReasonForm
    tone: str = "primary"


DEEDS = {
    "renew": Deed(
        gettext_lazy("Renew the licence"),
        gettext_lazy("The same words for a further term. The old paper counts as replaced."),
        gettext_lazy("Renewed. The holder has been told."),
        credentials.renew_licence,
        RenewForm,
    ),
    "suspend": Deed(
        gettext_lazy("Suspend the licence"),
        gettext_lazy("Whoever scans its code sees from this moment that it does not count."),
        gettext_lazy("Suspended. The holder has been told."),
        credentials.suspend_licence,
        tone="danger",
    ),
    "restore": Deed(
        gettext_lazy("Restore the licence"),
        gettext_lazy("It counts again from this moment."),
        gettext_lazy("Restored. The holder has been told."),
        credentials.restore_licence,
    ),
    "revoke": Deed(
        gettext_lazy("Revoke the licence"),
        gettext_lazy("It never counts again. This cannot be undone."),
        gettext_lazy("Revoked. The holder has been told."),
        credentials.revoke_licence,
        tone="danger",
    ),
}


def turn(request: HttpRequest, licence_id: int, deed: str) -> HttpResponse:
    """Renew, suspend, restore, revoke: one small page each."""
    if deed not in DEEDS:
        raise NotFound(_("There is nothing of this name to do."))
    wanted = DEEDS[deed]
    viewer = viewer_of(request)
    row = queries.licence_row(viewer, licence_id)
    form = wanted.form(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            wanted.run(viewer, licence_id, **form.cleaned_data)
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, str(wanted.said))
            return HttpResponseRedirect(reverse("desk.licence", args=[licence_id]))
    context = {**about(row), "form": form, "deed": wanted, "page_title": wanted.title}
    return render(request, "desk/licences/deed.html", context)


def change(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Other words: first the purpose (the holder reads it), then the form as it stands."""
    viewer = viewer_of(request)
    row = queries.licence_row(viewer, licence_id)
    context: dict[str, Any] = {**about(row), "page_title": _("Change the licence")}
    if request.method != "POST" or "purpose" in request.POST:
        return _asked(request, licence_id, context)
    form = _form(viewer_type(row.type.code), request.POST)
    if form.is_valid():
        values, reason = values_in(form.cleaned_data), form.cleaned_data["reason"]
        try:
            credentials.change_licence(viewer, licence_id, values=values, reason=reason)
        except Invalid as refusal:
            on_form(form, refusal)
        else:
            messages.success(
                request, _("Changed. The holder has been told; the old paper counts as replaced.")
            )
            return HttpResponseRedirect(reverse("desk.licence", args=[licence_id]))
    return render(request, "desk/licences/change.html", {**context, "form": form})


def viewer_type(code: str) -> Any:
    """The kind as it reads now. Raises ``NotFound``."""
    found = next((kind for kind in queries.licence_types() if kind.code == code), None)
    if found is None:
        raise NotFound(_("This kind of licence is not issued any more."))
    return found


def _asked(request: HttpRequest, licence_id: int, context: dict[str, Any]) -> HttpResponse:
    asked = PurposeForm(request.POST or None)
    if request.method == "POST" and asked.is_valid():
        facts = open_licence(viewer_of(request), licence_id, purpose=asked.cleaned_data["purpose"])
        form = _form(viewer_type(facts.type_code), None)
        form.initial = {PREFIX + key: value for key, value in facts.values().items()}
        return render(request, "desk/licences/change.html", {**context, "form": form, "facts": facts})
    return render(request, "desk/licences/change.html", {**context, "form": asked, "is_asking": True})


def _form(kind: Any, data: Any) -> ReasonForm:
    form = ReasonForm(data)
    add_fields(form, kind.fields)
    form.order_fields([*(name for name in form.fields if name != "reason"), "reason"])
    return form
