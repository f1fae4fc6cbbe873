"""The fleet as a list; a new kiosk with its key; a kiosk's page with the button for whoever filled its paper."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from yicheng.core.kernel.errors import NotFound, Refusal
from yicheng.core.people.public import viewer_of
from yicheng.core.places.public import full_name
from yicheng.core.services.actions.kiosks import KEEP, NewKiosk, refill, register_kiosk, renew_key
from yicheng.core.services.alerts import LOW_PAPER
from yicheng.core.services.models import Hall, Kiosk, Window
from yicheng.core.services.queries.kiosks import fleet
from yicheng.core.web.public import Column, Filter, ListPage, Order, add_refusal, badge, list_view, moment


def state(kiosk: Kiosk) -> SafeString | str:
    """Whether it is heard and has paper."""
    hearing = getattr(kiosk.device, "hearing", None)
    if kiosk.device.status != "in_service":
        return badge(kiosk.device.get_status_display(), "outline")
    if hearing is None or hearing.heard_at is None:
        return badge(_("not signed in yet"), "warn", "clock")
    if hearing.is_silent:
        return badge(_("silent"), "bad", "wifi-off")
    if kiosk.sheets_full and kiosk.sheets_left < LOW_PAPER:
        return badge(_("little paper"), "warn", "file")
    return badge(_("works"), "good", "check")


def _heard(kiosk: Kiosk) -> Any:
    hearing = getattr(kiosk.device, "hearing", None)
    return moment(hearing.heard_at) if hearing is not None and hearing.heard_at else "–"


def _paper(kiosk: Kiosk) -> str:
    return f"{kiosk.sheets_left} / {kiosk.sheets_full}" if kiosk.sheets_full else "–"


def _by_state(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    if value == "silent":
        return rows.filter(device__hearing__is_silent=True, device__status="in_service")
    if value == "paper":
        return rows.filter(sheets_full__gt=0, sheets_left__lt=LOW_PAPER)
    raise ValueError(value)


FLEET = ListPage(
    rows=fleet,
    columns=(
        Column("number", _("Number"), lambda kiosk: kiosk.device.number, is_short=True),
        Column("name", _("Name"), lambda kiosk: kiosk.device.name),
        Column("state", _("State"), state, lambda kiosk: kiosk.device.get_status_display()),
        Column("heard", _("Last heard"), _heard, lambda kiosk: str(_heard(kiosk))),
        Column("paper", _("Sheets left"), _paper),
        Column("visits", _("People served"), lambda kiosk: kiosk.visits),
        Column(
            "place",
            _("Place"),
            lambda kiosk: kiosk.device.place or full_name(kiosk.device.division_code),
        ),
    ),
    orders=(
        Order("newest", _("Newest first"), ("-device_id",)),
        Order("paper", _("Least paper first"), ("sheets_left", "device_id")),
    ),
    filters=(
        Filter(
            "state",
            _("State"),
            _by_state,
            choices=lambda _viewer: [("silent", _("silent")), ("paper", _("little paper"))],
        ),
    ),
    link=lambda kiosk: reverse("desk.kiosk", args=[kiosk.pk]),
    export="kiosks",
    template="desk/kiosks/list.html",
    nothing_title=_("No kiosks here"),
    nothing_text=_("Put one up: its key signs its browser in."),
    context=lambda request: {"may_keep": viewer_of(request).may(KEEP)},
)
kiosks = list_view(FLEET)


class KioskForm(forms.Form):
    """A kiosk to be put up."""

    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=Kiosk.Kind.choices, widget=forms.RadioSelect, initial="kiosk"
    )
    hall = forms.ModelChoiceField(
        label=_("Hall or station that looks after it"), queryset=Hall.objects.filter(is_active=True)
    )
    window = forms.ModelChoiceField(
        label=_("Window"),
        queryset=Window.objects.filter(is_active=True).select_related("hall"),
        required=False,
        help_text=_("For a tablet: the window that it stands at."),
    )
    place = forms.CharField(
        label=_("Place"), max_length=120, required=False, help_text=_("Such as the lobby of a bank.")
    )
    sheets_full = forms.IntegerField(
        label=_("Sheets it holds"),
        min_value=0,
        max_value=5000,
        initial=500,
        help_text=_("0: does not print."),
    )


def new_kiosk(request: HttpRequest) -> HttpResponse:
    """Register one; its key is shown this once."""
    form = KioskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data
        hall, window = sent["hall"], sent["window"]
        new = NewKiosk(
            sent["name"], sent["kind"], hall.organisation_id, place=sent["place"] or hall.address,
            division_code=hall.division_code, lon=hall.lon, lat=hall.lat,
            window_id=window.pk if window else None, sheets_full=sent["sheets_full"],
        )  # fmt: skip
        try:
            kiosk, key = register_kiosk(viewer_of(request), new)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return _with_key(request, kiosk, key)
    context = {"form": form, "breadcrumb": _trail()}
    return render(request, "desk/kiosks/new.html", context, status=422 if form.errors else 200)


def kiosk_page(request: HttpRequest, kiosk_id: int) -> HttpResponse:
    """One kiosk."""
    viewer = viewer_of(request)
    kiosk = fleet(viewer).filter(pk=kiosk_id).first()
    if kiosk is None:
        raise NotFound(_("There is no such kiosk."))
    context = {
        "kiosk": kiosk,
        "state": state(kiosk),
        "may_keep": viewer.may(
            KEEP, organisation_id=kiosk.device.organisation_id, division=kiosk.device.division_code
        ),
        "page_title": f"{kiosk.device.number} {kiosk.device.name}",
        "breadcrumb": _trail(),
    }
    return render(request, "desk/kiosks/kiosk.html", context)


@require_POST
def refilled(request: HttpRequest, kiosk_id: int) -> HttpResponse:
    """Paper was filled up."""
    kiosk = refill(viewer_of(request), kiosk_id)
    messages.success(request, now("%(count)s sheets of paper.") % {"count": kiosk.sheets_left})
    return redirect("desk.kiosk", kiosk_id)


@require_POST
def further_key(request: HttpRequest, kiosk_id: int) -> HttpResponse:
    """A further key, for a browser that lost its session."""
    viewer = viewer_of(request)
    key = renew_key(viewer, kiosk_id)
    return _with_key(request, fleet(viewer).get(pk=kiosk_id), key)


def _with_key(request: HttpRequest, kiosk: Kiosk, key: str) -> HttpResponse:
    address = request.build_absolute_uri(reverse("kiosk.sign_in"))
    context = {"kiosk": kiosk, "key": key, "address": address, "breadcrumb": _trail()}
    response = render(request, "desk/kiosks/key.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _trail() -> list[tuple[str, Any]]:
    return [(reverse("desk.kiosks"), _("Kiosks"))]
