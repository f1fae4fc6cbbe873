"""The portal's report: words, photos and a place, similar cases offered before sending, a link to follow it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from yicheng.apps.urban import classes
from yicheng.apps.urban.actions.report import Report, report
from yicheng.apps.urban.actions.support import support
from yicheng.apps.urban.forms.report import ReportForm
from yicheng.apps.urban.limits import count_report
from yicheng.apps.urban.queries.nearby import Similar, similar_cases
from yicheng.apps.urban.queries.parts import NearbyPart, parts_nearby
from yicheng.core.journal.public import receive_file
from yicheng.core.kernel.errors import Refusal
from yicheng.core.people.public import Viewer, viewer_of
from yicheng.core.places.public import locate
from yicheng.core.web.declare import Menu, Page
from yicheng.core.web.public import add_refusal


def report_page(request: HttpRequest) -> HttpResponse:
    """The form; a sent one leads to the page that follows it."""
    viewer = viewer_of(request)
    if request.method != "POST":
        return _form_page(request, ReportForm(initial=_from_address(request)))
    form = ReportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form_page(request, form)
    code, similar = _class_code(form), _similar(viewer, form)
    if not code:
        form.add_error("class_code", _("We could not tell from your words what it is about. Please choose."))
        return _form_page(request, form)
    if similar and not form.cleaned_data["is_new"]:
        return _form_page(request, form, similar=similar)
    try:
        count_report(viewer)
        sent = report(viewer, _report(viewer, form, code), idempotency_key=_key(viewer, form))
    except Refusal as refusal:
        add_refusal(form, refusal)
        return _form_page(request, form, status=refusal.status)
    return HttpResponseRedirect(reverse("urban.sent", args=[sent.token]))


@require_GET
def suggestions(request: HttpRequest) -> HttpResponse:
    """Fragment: the classes that fit the words typed so far."""
    words = request.GET.get("words", "")[:1000]
    context = {"suggested": classes.suggested(words), "chosen": request.GET.get("suggested", "")}
    return render(request, "urban/parts/suggestions.html", context)


@require_GET
def nearby(request: HttpRequest) -> HttpResponse:
    """Fragment: similar open cases around the chosen place."""
    form = ReportForm(request.GET)
    form.is_valid()
    return render(request, "urban/parts/nearby.html", {"similar": _similar(viewer_of(request), form)})


@require_GET
def parts(request: HttpRequest) -> HttpResponse:
    """Fragment: the parts around the chosen place that the report may be about."""
    form = ReportForm(request.GET)
    form.is_valid()
    context = {"parts": _parts(viewer_of(request), form), "chosen_part": request.GET.get("part", "")}
    return render(request, "urban/parts/things.html", context)


@require_POST
def me_too(request: HttpRequest, case_id: int) -> HttpResponse:
    """Join a case instead of reporting it again."""
    viewer = viewer_of(request)
    count_report(viewer)
    form = ReportForm(request.POST)
    form.is_valid()
    joined = support(viewer, case_id, idempotency_key=_key(viewer, form))
    return HttpResponseRedirect(reverse("urban.sent", args=[joined.token]))


def _form_page(
    request: HttpRequest, form: ReportForm, *, similar: list[Similar] | None = None, status: int = 200
) -> HttpResponse:
    words = str(form["words"].value() or "")
    context = {
        "form": form,
        "similar": similar or [],
        "suggested": classes.suggested(words) if words else [],
        "chosen": form["suggested"].value() or "",
        "parts": _parts(viewer_of(request), form) if form.is_bound else [],
        "chosen_part": form["part"].value(),
    }
    return render(request, "urban/report.html", context, status=status)


def _from_address(request: HttpRequest) -> dict[str, Any]:
    """What a QR code at a place or another application may fill in: ``?lon=…&lat=…&datum=gcj02&class=…``."""
    taken = {
        name: request.GET[name][:200] for name in ("lon", "lat", "datum", "address") if name in request.GET
    }
    if "class" in request.GET:
        taken["class_code"] = request.GET["class"][:20]
    return taken


def _class_code(form: ReportForm) -> str:
    """The class chosen, else the one ticked among the suggestions, else the best suggestion."""
    chosen: str = form.cleaned_data["class_code"] or form.cleaned_data["suggested"]
    if chosen:
        return chosen
    best = classes.suggested(form.cleaned_data["words"], limit=1)
    return best[0].code if best else ""


def _similar(viewer: Viewer, form: ReportForm) -> list[Similar]:
    values = form.cleaned_data
    if values.get("lon") is None or values.get("lat") is None:
        return []
    code = values.get("class_code") or values.get("suggested") or ""
    if not code and values.get("words"):
        code = next((one.code for one in classes.suggested(values["words"], limit=1)), "")
    try:
        place = locate(values["lon"], values["lat"], datum=values.get("datum") or "wgs84")
    except Refusal:
        return []
    return similar_cases(viewer, place, class_code=code) if place else []


def _parts(viewer: Viewer, form: ReportForm) -> Sequence[NearbyPart]:
    """Parts near the chosen place: of the chosen class if it is one of parts, of every class while none is chosen."""
    values = form.cleaned_data
    if values.get("lon") is None or values.get("lat") is None:
        return []
    code = values.get("class_code") or values.get("suggested") or ""
    if code and not classes.is_part(code):
        return []
    try:
        place = locate(values["lon"], values["lat"], datum=values.get("datum") or "wgs84")
    except Refusal:
        return []
    return parts_nearby(viewer, place.lon, place.lat, class_code=code) if place else []


def _report(viewer: Viewer, form: ReportForm, code: str) -> Report:
    values = form.cleaned_data
    return Report(
        class_code=code,
        words=values["words"],
        lon=values["lon"],
        lat=values["lat"],
        datum=values["datum"] or "wgs84",
        division=values["division"],
        address=values["address"],
        photos=[receive_file(viewer, upload) for upload in values["photos"]],
        contact_name=values["contact_name"],
        contact_phone=values["contact_phone"],
        part_id=values["part"],
    )


def _key(viewer: Viewer, form: ReportForm) -> str:
    """The form's own key, so that a form sent twice is one report."""
    key = form.cleaned_data.get("key")
    return f"portal:{viewer.account_id or ''}:{key}" if key else ""


PAGES = (
    Page(
        "urban.report",
        "portal",
        "report/",
        report_page,
        _("Report a problem"),
        "urban.report_case",
        Menu(_("Services"), 10, "map-pinned"),
    ),
    Page(
        "urban.report_suggestions",
        "portal",
        "report/classes/",
        suggestions,
        _("Suggestions"),
        "urban.report_case",
    ),
    Page(
        "urban.report_nearby",
        "portal",
        "report/nearby/",
        nearby,
        _("Similar cases nearby"),
        "urban.report_case",
    ),
    Page(
        "urban.report_parts",
        "portal",
        "report/parts/",
        parts,
        _("Parts nearby"),
        "urban.report_case",
    ),
    Page("urban.me_too", "portal", "report/me-too/<int:case_id>/", me_too, _("Me too"), "urban.report_case"),
)
