"""Sources of data at the desk: the list, a new one, its fields and rules, how and when its rows come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from yicheng.apps.data.actions.loading import check_load, receive_file
from yicheng.apps.data.actions.row_changes import take_back_rows
from yicheng.apps.data.actions.runs import run_now
from yicheng.apps.data.actions.sources import agree_fields, change_mode, connect, set_up_source
from yicheng.apps.data.connectors.reading import read_source
from yicheng.apps.data.forms.sources import ConnectionForm, FieldForm, SourceForm, UploadForm
from yicheng.apps.data.intake.rules import KINDS, SENSITIVITIES, Field
from yicheng.apps.data.models import Load, Source
from yicheng.apps.data.pages.words import SOURCE_TONES, body_name, breadcrumb
from yicheng.apps.data.queries.sources import (
    BRING,
    SEE,
    fields_of,
    loads,
    published_version,
    source_of,
    sources,
)
from yicheng.core.kernel.errors import Invalid, Refusal
from yicheng.core.people.public import Viewer, viewer_of
from yicheng.core.web.declare import Menu, Page
from yicheng.core.web.public import (
    Column,
    Filter,
    ListPage,
    Order,
    add_refusal,
    badge,
    list_view,
    moment,
    one_of,
)

LATEST = 12
GROUP = _("Data sharing")


def _by_words(rows: QuerySet[Source], value: str) -> QuerySet[Source]:
    return rows.filter(title__icontains=value) | rows.filter(key__icontains=value)


def _states(_viewer: Viewer) -> Iterable[tuple[str, Any]]:
    return Source.State.choices


def _may_bring(viewer: Viewer, source: Source) -> bool:
    return viewer.may(BRING, organisation_id=source.organisation_id, division=source.division_code)


def state_badge(source: Source) -> Any:
    """The state in words, in its colour."""
    return badge(source.get_state_display(), SOURCE_TONES[source.state])


LIST = ListPage(
    rows=sources,
    link=lambda source: reverse("data.source", args=[source.pk]),
    columns=(
        Column("title", _("Title"), lambda source: source.title),
        Column("body", _("Department"), lambda source: body_name(source.organisation)),
        Column("kind", _("How it comes"), lambda source: source.get_kind_display()),
        Column("state", _("State"), state_badge, lambda source: source.get_state_display(), is_short=True),
        Column(
            "last", _("Last run"), lambda source: moment(source.last_run_at) if source.last_run_at else "–"
        ),
    ),
    filters=(
        Filter("q", _("Words"), _by_words, kind="search"),
        Filter("state", _("State"), one_of("state", Source.State.values), choices=_states),
    ),
    orders=(Order("newest", _("Newest first"), ("-id",)), Order("key", _("By key"), ("key",))),
    template="data/sources.html",
    nothing_title=_("No data are brought in yet"),
    nothing_text=_("Send in a file: its columns are understood, you add the rules."),
    context=lambda request: {"may_bring": viewer_of(request).may(BRING)},
)


def new_source(request: HttpRequest) -> HttpResponse:
    """A data set and its first file, on one page."""
    viewer, status = viewer_of(request), 200
    form = SourceForm(request.POST or None, viewer=viewer)
    upload = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        status = 422
        if form.is_valid() and upload.is_valid():
            try:
                load = _begin(viewer, form, upload)
                return HttpResponseRedirect(
                    reverse("data.source_fields", args=[load.source_id]) + f"?load={load.pk}"
                )
            except Refusal as refusal:
                add_refusal(form, refusal)
                status = refusal.status
    return render(request, "data/source_new.html", {"form": form, "upload": upload}, status=status)


def _begin(viewer: Viewer, form: SourceForm, upload: UploadForm) -> Load:
    """The file is read before anything is written: a broken one leaves no source behind."""
    from django.db import transaction

    file = upload.cleaned_data["file"]
    new, division = form.source()
    with transaction.atomic():
        source = set_up_source(viewer, new, division=division)
        return receive_file(viewer, source.pk, file.read(), name=file.name)


def source_page(request: HttpRequest, source_id: int) -> HttpResponse:
    """A source: its state, its loads, its fields; a file can be sent in."""
    viewer, status = viewer_of(request), 200
    source = source_of(viewer, source_id)
    upload = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and upload.is_valid():
        file = upload.cleaned_data["file"]
        try:
            load = receive_file(viewer, source.pk, file.read(), name=file.name)
            return HttpResponseRedirect(_next(load))
        except Refusal as refusal:
            add_refusal(upload, refusal)
            status = refusal.status
    context = {
        "source": source,
        "state": state_badge(source),
        "body": body_name(source.organisation),
        "fields": [(one, KINDS[one.kind], SENSITIVITIES[one.sensitivity]) for one in fields_of(source)],
        "loads": loads(viewer).filter(source=source).order_by("-pk")[:LATEST],
        "may_bring": _may_bring(viewer, source),
        "published": published_version(viewer, source),
        "upload": upload,
        "page_title": source.title,
        "breadcrumb": breadcrumb(),
    }
    return render(request, "data/source.html", context, status=status)


def _next(load: Load) -> str:
    if load.status == Load.Status.CHECKED:
        return reverse("data.load", args=[load.pk])
    return reverse("data.source_fields", args=[load.source_id]) + f"?load={load.pk}"


def source_fields(request: HttpRequest, source_id: int) -> HttpResponse:
    """The fields with their rules, as they were proposed or agreed; agreeing checks the waiting load."""
    viewer, status = viewer_of(request), 200
    source = source_of(viewer, source_id)
    viewer.require(BRING, organisation_id=source.organisation_id, division=source.division_code)
    fields = fields_of(source)
    forms = [
        FieldForm(request.POST or None, prefix=str(at), initial=FieldForm.initial_of(one))
        for at, one in enumerate(fields)
    ]
    fault = ""
    if request.method == "POST":
        status = 422
        if not [form for form in forms if not form.is_valid()]:
            try:
                return _agree(
                    request, source, [form.field(one) for form, one in zip(forms, fields, strict=True)]
                )
            except Refusal as refusal:
                fault, status = str(refusal), refusal.status
    context = {
        "source": source,
        "rows": list(zip(fields, forms, strict=True)),
        "fault": fault,
        "load": request.GET.get("load", ""),
        "breadcrumb": breadcrumb(source),
    }
    return render(request, "data/source_fields.html", context, status=status)


def _agree(request: HttpRequest, source: Source, fields: list[Field]) -> HttpResponse:
    viewer = viewer_of(request)
    agree_fields(viewer, source.pk, fields)
    wanted = request.POST.get("load", "")
    if wanted.isdecimal():
        load = check_load(viewer, int(wanted))
        return HttpResponseRedirect(reverse("data.load", args=[load.pk]))
    messages.success(request, _t("The fields are agreed. The next load is held to them."))
    return HttpResponseRedirect(reverse("data.source", args=[source.pk]))


def source_connection(request: HttpRequest, source_id: int) -> HttpResponse:
    """How and when the rows come."""
    viewer, status = viewer_of(request), 200
    source = source_of(viewer, source_id)
    viewer.require(BRING, organisation_id=source.organisation_id, division=source.division_code)
    names = [name for name in ConnectionForm.base_fields if name != "secret"]
    form = ConnectionForm(request.POST or None, initial={name: getattr(source, name) for name in names})
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                connect(viewer, source.pk, form.connection())
                change_mode(viewer, source.pk, form.cleaned_data["mode"])
                messages.success(request, _t("Saved."))
                return HttpResponseRedirect(reverse("data.source", args=[source.pk]))
            except Refusal as refusal:
                add_refusal(form, refusal)
                status = refusal.status
    context: Mapping[str, Any] = {"form": form, "source": source, "breadcrumb": breadcrumb(source)}
    return render(request, "data/source_connection.html", context, status=status)


@require_POST
def source_run(request: HttpRequest, source_id: int) -> HttpResponse:
    """Fetch now instead of by the clock."""
    load = run_now(viewer_of(request), source_id, read=read_source)
    return HttpResponseRedirect(reverse("data.load", args=[load.pk]))


@require_POST
def source_take_back(request: HttpRequest, source_id: int) -> HttpResponse:
    """Put single rows back to what they were after an edition."""
    text = request.POST.get("to", "")
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise Invalid(_("Write the number of an edition; 0 is the data set as it was published."))
    done = take_back_rows(viewer_of(request), source_id, to=int(text))
    count = done.inserted + done.updated + done.deleted
    messages.success(
        request,
        _t("Taken back: %(count)d rows are what they were after edition %(to)s.")
        % {"count": count, "to": text},
    )
    return HttpResponseRedirect(reverse("data.source", args=[source_id]))


def _example() -> Mapping[str, Any]:
    return {"source_id": Source.objects.order_by("pk").values_list("pk", flat=True).first() or 0}


PAGES = (
    Page("data.sources", "desk", "data/", list_view(LIST), _("Sources of data"), SEE, Menu(GROUP, 70, "database")),
    Page("data.source_new", "desk", "data/new/", new_source, _("Bring in data"), BRING),
    Page("data.source", "desk", "data/<int:source_id>/", source_page, _("Source of data"), SEE, example=_example),
    Page(
        "data.source_fields", "desk", "data/<int:source_id>/fields/", source_fields, _("Fields and rules"), BRING,
        example=_example,
    ),
    Page(
        "data.source_connection", "desk", "data/<int:source_id>/connection/", source_connection,
        _("How the rows come"), BRING, example=_example,
    ),
    Page("data.source_take_back", "desk", "data/<int:source_id>/take-back/", source_take_back, _("Take back changes"), BRING),
    Page("data.source_run", "desk", "data/<int:source_id>/run/", source_run, _("Fetch now"), BRING),
)  # fmt: skip
