"""Showing a part of a licence: choose fields, get a code that opens once, see who opened it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yicheng.core.credentials.actions.licences.printing import INK
from yicheng.core.credentials.actions.licences.showing import (
    Leave,
    give_leave,
    leave_state,
    offered_fields,
    withdraw_leave,
)
from yicheng.core.credentials.licences import credential
from yicheng.core.credentials.licences.codes import in_groups
from yicheng.core.credentials.licences.facts import LicenceFacts
from yicheng.core.credentials.queries import licences as queries
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Invalid
from yicheng.core.kernel.qr import qr_code
from yicheng.core.people.public import viewer_of
from yicheng.core.web.public import add_refusal

ALREADY = ("holder_name", "licence_number")


class ShowForm(forms.Form):
    """What to show; little is ticked to begin with."""

    fields_shown = forms.MultipleChoiceField(
        label=gettext_lazy("What do you want to show?"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Only what is needed. That the licence counts is shown in any case."),
    )

    def __init__(self, facts: LicenceFacts, data: object = None) -> None:
        super().__init__(data, initial={"fields_shown": list(ALREADY)})  # type: ignore[arg-type]
        field = self.fields["fields_shown"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [
            (one.rule.key, f"{one.rule.title}: {one.value[:60]}") for one in offered_fields(facts)
        ]


def show(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Choose, then the code with its pattern; the code is told only here."""
    viewer = viewer_of(request)
    facts = queries.my_licence(viewer, licence_id)
    form = ShowForm(facts, request.POST or None)
    context = {
        "facts": facts,
        "form": form,
        "breadcrumb": [
            (reverse("portal.licences"), _("My licences")),
            (reverse("portal.licence", args=[licence_id]), facts.title),
        ],
    }
    if request.method == "POST" and form.is_valid():
        try:
            leave = give_leave(viewer, licence_id, fields=form.cleaned_data["fields_shown"])
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            answer = render(request, "portal/licences/code.html", {**context, **_shown(request, leave)})
            answer["Cache-Control"] = "no-store"
            return answer
    return render(request, "portal/licences/show.html", context)


def state(request: HttpRequest, leave_id: int) -> HttpResponse:
    """Whether it was opened, and by whom; asked again every few seconds. A POST takes the code back."""
    viewer = viewer_of(request)
    if request.method == "POST":
        withdraw_leave(viewer, leave_id)
        messages.success(request, _("Taken back: the code opens nothing any more."))
        return HttpResponseRedirect(reverse("portal.licences"))
    leave = leave_state(viewer, leave_id)
    context = {"leave": leave, "is_over": leave.expires_at <= clock.now()}
    is_part = request.headers.get("HX-Request") == "true"
    return render(
        request, "portal/licences/state.html" if is_part else "portal/licences/state_page.html", context
    )


def _shown(request: HttpRequest, leave: Leave) -> dict[str, object]:
    base = credential.issuer(request.build_absolute_uri("/"))
    address = f"{base}{reverse('code.show', args=[leave.code])}"
    return {
        "leave": leave,
        "code": in_groups(leave.code),
        "address": address,
        "qr": qr_code(address, border=0, colour=INK),
    }
