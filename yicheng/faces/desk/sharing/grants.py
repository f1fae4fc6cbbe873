"""A grant: what it gives, how it is used, its receipts; and what its provider can do about it."""

from __future__ import annotations

from tempfile import TemporaryFile

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yicheng.core.kernel.errors import Refusal
from yicheng.core.people.public import viewer_of
from yicheng.core.sharing import public as sharing
from yicheng.core.sharing.forms import GIVEN, add_terms, terms_in, titles_of
from yicheng.core.sharing.models import Grant
from yicheng.core.sharing.receipts.export import export
from yicheng.core.web.public import add_refusal
from yicheng.faces.desk.sharing.forms import ReasonForm
from yicheng.faces.desk.sharing.words import RUNNING, TITLES, standing


def grant(request: HttpRequest, grant_id: int) -> HttpResponse:
    """Everything about a grant, for both sides."""
    viewer = viewer_of(request)
    found = sharing.grant(viewer, grant_id)
    entries = [(one, sharing.read_receipt(one)) for one in sharing.receipts(found)]
    is_over = found.revoked_at is not None
    context = {
        "grant": found,
        "fields": sharing.given_fields(found),
        "use": sharing.use(found),
        "standing": RUNNING[standing(found.starts_on, found.ends_on, is_revoked=is_over)],
        "entries": entries,
        "subscriptions": sharing.subscriptions(found),
        "address": request.build_absolute_uri(f"/api/v1/shared/{found.pk}"),
        "may_change": not is_over and viewer.may("sharing.decide", organisation_id=found.provider_id),
        "may_renew": not is_over and viewer.may("sharing.ask", organisation_id=found.consumer_id),
        "page_title": found.entry.title,
        "breadcrumb": [(reverse("desk.grants"), TITLES["grants"])],
    }
    return render(request, "desk/sharing/grant.html", context)


def revoke(request: HttpRequest, grant_id: int) -> HttpResponse:
    """End a grant now."""
    found = sharing.grant(viewer_of(request), grant_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            sharing.revoke(viewer_of(request), found.pk, reason=form.cleaned_data["reason"])
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Revoked: it counts from this moment."))
            return HttpResponseRedirect(reverse("desk.grant", args=[found.pk]))
    return render(request, "desk/sharing/change.html", {"form": form, "grant": found, "is_revoking": True})


def narrow(request: HttpRequest, grant_id: int) -> HttpResponse:
    """Give less than before, or in another way."""
    found = sharing.grant(viewer_of(request), grant_id)
    form = _narrowing(request, found)
    if request.method == "POST" and form.is_valid():
        terms = terms_in(form.cleaned_data, found.request)
        try:
            sharing.narrow(viewer_of(request), found.pk, terms, reason=form.cleaned_data["reason"])
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Changed: it counts from this moment."))
            return HttpResponseRedirect(reverse("desk.grant", args=[found.pk]))
    return render(request, "desk/sharing/change.html", {"form": form, "grant": found})


def bundle(request: HttpRequest, grant_id: int) -> FileResponse:
    """The receipts of a grant as a bundle that proves them offline."""
    found = sharing.grant(viewer_of(request), grant_id)
    file = TemporaryFile()  # noqa: SIM115  the answer closes it
    export(file, wanted=Q(grant_id=found.pk))
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"receipts-{found.pk}.zip")


def _narrowing(request: HttpRequest, found: Grant) -> forms.Form:
    masks = dict(found.fields.values_list("key", "mask"))
    initial: dict[str, object] = {f"give_{key}": masks.get(key, "-") for key in found.request.fields}
    for name in ("rows_where", "ends_on", "rows_per_day", "rows_in_all"):
        initial[name] = getattr(found, name)
    form = ReasonForm(request.POST or None, initial=initial)
    for key, title in titles_of(found.request):
        form.fields[f"give_{key}"] = forms.ChoiceField(label=title, choices=GIVEN, required=False)
    add_terms(form)
    return form
