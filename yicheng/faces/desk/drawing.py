"""Drawn processes: departments upload a diagram, see what the check says, try it on an example, publish it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from yicheng.core.cases import public as cases
from yicheng.core.kernel.errors import Conflict, Invalid
from yicheng.core.people.public import Viewer, viewer_of
from yicheng.core.web.declare import Menu, Page, Panel
from yicheng.core.web.public import add_refusal
from yicheng.faces.desk.trying import example_of, next_choices, read_answers, told

LAID_DOWN = _("Laid down")
FILES_AT_MOST = 20
BYTES_AT_MOST = 2 * 1024 * 1024


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """At least one file; the view reads them all."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        several = data if isinstance(data, list | tuple) else [data]
        return [super(_FilesField, self).clean(one, initial) for one in several or [None]]


class UploadForm(forms.Form):
    """One or more drawn files and what changed."""

    drawing = _FilesField(
        label=_("Drawing"),
        widget=_Files(attrs={"accept": ".bpmn,.dmn,.xml"}),
        help_text=_("The BPMN file of the process, and the DMN tables and called processes it refers to."),
    )
    note = forms.CharField(label=_("What is new"), max_length=200, required=False)


@require_safe
def processes(request: HttpRequest) -> HttpResponse:
    """Every process that can be drawn."""
    return render(request, "desk/processes/list.html", {"processes": cases.processes(viewer_of(request))})


@require_safe
def process(request: HttpRequest, process: str) -> HttpResponse:
    """A process and its versions."""
    info, versions = cases.process_versions(viewer_of(request), process)
    context = {"process": info, "versions": versions, "page_title": info.title, "breadcrumb": _trail()}
    return render(request, "desk/processes/process.html", context)


def upload(request: HttpRequest, process: str) -> HttpResponse:
    """Keep an uploaded drawing as a draft and show what the check says."""
    viewer = viewer_of(request)
    info, _versions = cases.process_versions(viewer, process)
    form = UploadForm(request.POST or None, request.FILES or None)
    findings: Sequence[Any] = ()
    if request.method == "POST" and form.is_valid():
        try:
            saved = cases.save_process(
                viewer, process, files=_sources(request), note=form.cleaned_data["note"]
            )
            return HttpResponseRedirect(reverse("desk.process_version", args=[saved.pk]))
        except Invalid as refusal:
            findings = getattr(refusal, "findings", ())
            add_refusal(form, refusal)
    context = {"form": form, "process": info, "findings": findings, "breadcrumb": _trail(info)}
    return render(request, "desk/processes/upload.html", context, status=422 if form.errors else 200)


def _sources(request: HttpRequest) -> dict[str, str]:
    """The uploaded files as text; refused when too many, too large or not UTF-8."""
    uploaded = request.FILES.getlist("drawing")
    if len(uploaded) > FILES_AT_MOST:
        raise Invalid(_("Choose at most %(limit)s files."), limit=FILES_AT_MOST)
    sources: dict[str, str] = {}
    for file in uploaded:
        name = str(file.name)[:100]
        if (file.size or 0) > BYTES_AT_MOST:
            raise Invalid(_("“%(name)s” is larger than 2 MB."), name=name)
        try:
            sources[name] = file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Invalid(
                _("“%(name)s” is not UTF-8. Export it again from the drawing tool."), name=name
            ) from None
    return sources


@require_safe
def version(request: HttpRequest, version_id: int) -> HttpResponse:
    """A version: its picture, the same in words, and what the check says."""
    detail = cases.process_version(viewer_of(request), version_id)
    context = {"detail": detail, "version": detail.version, **_headed(detail)}
    return render(request, "desk/processes/version.html", context)


def _headed(detail: Any) -> dict[str, Any]:
    title = now("%(process)s, version %(number)s") % {
        "process": detail.title,
        "number": detail.version.version,
    }
    return {"page_title": title, "breadcrumb": [*_trail(), (_address(detail.version.process), detail.title)]}


@require_safe
def drawing(request: HttpRequest, version_id: int) -> HttpResponse:
    """The file that the picture is made of."""
    source = cases.process_drawing(viewer_of(request), version_id)
    return HttpResponse(source, content_type="application/xml; charset=utf-8")


@require_POST
def publish(request: HttpRequest, version_id: int) -> HttpResponse:
    """Let new cases follow this version."""
    published = cases.publish_process(viewer_of(request), version_id)
    text = now("Version %(number)s is published. New cases follow it; running ones finish on theirs.")
    messages.success(request, text % {"number": published.version})
    return HttpResponseRedirect(_address(published.process))


@require_safe
def try_out(request: HttpRequest, version_id: int) -> HttpResponse:
    """Go through a version step by step. Everything stands in the address: nothing is stored."""
    viewer = viewer_of(request)
    detail = cases.process_version(viewer, version_id)
    variables = example_of(detail.variables, request.GET)
    answers = read_answers(request.GET.getlist("answer"))
    trace, refusal, kept = _gone_through(viewer, version_id, answers, variables)
    context = {
        "detail": detail,
        "version": detail.version,
        "example": variables,
        "trace": trace,
        "lines": told(trace, detail.steps) if trace else (),
        "choices": next_choices(trace, detail.steps) if trace else (),
        "answers": request.GET.getlist("answer")[:kept],
        "refusal": refusal,
        "open_elements": " ".join(trace.now.tokens) if trace else "",
        "done_elements": " ".join({e for one in trace.lines for e in one.passed}) if trace else "",
        **_headed(detail),
    }
    return render(request, "desk/processes/try.html", context, status=200 if trace else 422)


def _gone_through(
    viewer: Viewer, version_id: int, answers: Sequence[cases.Answer], variables: Mapping[str, Any]
) -> tuple[Any, str, int]:
    """The example with these answers; without the last one where that is refused, with the reason."""
    try:
        return cases.try_process(viewer, version_id, answers, variables=variables), "", len(answers)
    except (Invalid, Conflict) as refusal:
        if not answers:
            return None, str(refusal), 0
        before = answers[:-1]
        try:
            trace = cases.try_process(viewer, version_id, before, variables=variables)
        except (Invalid, Conflict):
            return None, str(refusal), 0
        return trace, str(refusal), len(before)


def course(viewer: Viewer, case: Any) -> Mapping[str, Any] | None:
    """A case's way in words, beside its picture."""
    found = cases.case_course(case)
    return None if found is None else {"course": found}


def _trail(info: Any = None) -> list[tuple[str, Any]]:
    trail: list[tuple[str, Any]] = [(reverse("desk.processes"), _("Processes"))]
    return [*trail, (_address(info.key), info.title)] if info else trail


def _address(process: str) -> str:
    return reverse("desk.process", args=[process])


VIEW = "cases.view_process"
PAGES = (
    Page("desk.processes", "desk", "processes/", processes, _("Processes"), VIEW, Menu(LAID_DOWN, 10, "workflow")),
    Page("desk.process", "desk", "processes/<str:process>/", process, _("Process"), VIEW),
    Page("desk.process_upload", "desk", "processes/<str:process>/upload/", upload, _("Upload a drawing"),
         "cases.draw_process"),
    Page("desk.process_version", "desk", "processes/versions/<int:version_id>/", version, _("Version"), VIEW),
    Page("desk.process_drawing", "desk", "processes/versions/<int:version_id>/drawing.bpmn", drawing, _("Drawing"),
         VIEW),
    Page("desk.process_try", "desk", "processes/versions/<int:version_id>/try/", try_out, _("Try on an example"), VIEW),
    Page("desk.process_publish", "desk", "processes/versions/<int:version_id>/publish/", publish, _("Publish"),
         "cases.publish_process"),
)  # fmt: skip
PANELS = (Panel("desk.course", "case.main", "desk/parts/course.html", course, order=900),)
