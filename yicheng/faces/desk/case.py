"""A case's page: where it stands and why, what is to be done, what happened, what other parts know of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yicheng.core.cases import public as cases
from yicheng.core.cases.declare import Outcome, TaskForm, TaskKind
from yicheng.core.journal.public import attached_files
from yicheng.core.kernel.errors import Conflict, Invalid, NotFound
from yicheng.core.kernel.languages import in_language
from yicheng.core.people.public import Viewer, viewer_of
from yicheng.core.places.public import full_name
from yicheng.core.web.public import add_refusal, panels_of
from yicheng.faces.desk import wording
from yicheng.faces.desk.deeds import deeds_of


@dataclass(frozen=True, slots=True)
class Todo:
    """An open task on the page; with ``outcomes`` only if the viewer may end it."""

    task: Any
    kind: TaskKind | None
    title: str
    due: Any
    why: str
    form: TaskForm | None = None
    outcomes: tuple[Outcome, ...] = ()
    deeds: tuple[Any, ...] = ()

    @property
    def asks_note(self) -> bool:
        """Whether the form has a remark of its own."""
        return self.form is not None and "note" in self.form.fields


def case_page(request: HttpRequest, case_id: int) -> HttpResponse:
    """The page."""
    if request.method not in ("GET", "HEAD"):
        raise Conflict(_("Nothing can be sent to this address. Use the buttons of the page."))
    return show(request, cases.case_detail(viewer_of(request), case_id))


def show(
    request: HttpRequest, detail: cases.CaseDetail, *, refused: TaskForm | None = None, status: int = 200
) -> HttpResponse:
    """Render the page; ``refused`` is the form of a task that was sent with mistakes."""
    viewer, case = viewer_of(request), detail.case
    context = {
        "page_title": f"{case.number} {case.title}",
        "case": case,
        "detail": detail,
        "steps": wording.stage_steps(case),
        "severity": wording.severity_badge(case.severity),
        "status": wording.status_badge(case),
        "due": wording.due_words(case.due_at) if case.status == "open" else "",
        "class_name": in_language(case.case_class.name, case.case_class.name_en),
        "place": full_name(case.division_code),
        "todos": [_todo(viewer, detail, task, refused) for task in detail.open_tasks],
        "deeds": deeds_of(viewer, detail),
        "history": _history(detail.steps),
        "may_decide": viewer.may(
            "cases.decide_clock", organisation_id=case.organisation_id, division=case.division_code
        ),
        "asked": [change for change in detail.clock_changes if change.status == "asked"],
        "files": attached_files([f"case/{case.pk}"])[f"case/{case.pk}"],
        "point": f"{case.lon:.6f},{case.lat:.6f}" if case.lon is not None and case.lat is not None else "",
        "done_elements": " ".join({task.element_id for task in detail.tasks if task.status == "done"}),
        "open_elements": " ".join({task.element_id for task in detail.open_tasks}),
        "main_panels": panels_of(request, "case.main", case),
        "side_panels": panels_of(request, "case.side", case),
        "breadcrumb": [(reverse("desk.work"), _("Work list"))],
    }
    return render(request, "desk/case.html", context, status=status)


def _todo(viewer: Viewer, detail: cases.CaseDetail, task: Any, refused: TaskForm | None) -> Todo:
    kind = wording.task_kind(task.kind)
    title, due = wording.task_title(task), wording.due_words(task.due_at)
    why = detail.task_dues.get(task.pk, "")
    if kind is None or task not in detail.mine or detail.case.status != "open":
        return Todo(task, kind, title, due, why)
    form = (
        refused if refused is not None and refused.task.pk == task.pk else _form(viewer, detail, task, kind)
    )
    return Todo(task, kind, title, due, why, form, kind.outcomes, deeds_of(viewer, detail, task=task))


def _form(
    viewer: Viewer, detail: cases.CaseDetail, task: Any, kind: TaskKind, *sent: Any, outcome: str = ""
) -> Any:
    if kind.form is None:
        return None
    return kind.form(
        *sent, viewer=viewer, case=detail.case, task=task, outcome=outcome, prefix=f"task{task.pk}"
    )


def _history(steps: Sequence[Any]) -> list[dict[str, Any]]:
    """Latest first. The note of an escalation is the level's key: readers get its sentence."""
    rungs = cases.escalation_texts(step.note for step in steps if step.action == "escalated")
    return [
        {**_line(step), "note": rungs.get(step.note, "") if step.action == "escalated" else step.note}
        for step in reversed(steps)
    ]


def _line(step: Any) -> dict[str, Any]:
    return {
        "step": step,
        "what": wording.happened(step.action),
        "task": wording.task_kind(step.task_kind),
        "outcome": wording.outcome_title(step.task_kind, step.outcome),
        "is_bad": step.action in ("sent_back", "cancelled", "escalated", "reopened"),
    }


@require_POST
def complete(request: HttpRequest, case_id: int, task_id: int) -> HttpResponse:
    """End a task with an outcome; a form with mistakes comes back on the case's page."""
    viewer = viewer_of(request)
    detail = cases.case_detail(viewer, case_id)
    task = next((one for one in detail.open_tasks if one.pk == task_id), None)
    if task is None:
        raise Conflict(_("This task has been done or withdrawn meanwhile. Look where the case stands now."))
    kind = wording.task_kind(task.kind)
    outcome = request.POST.get("outcome", "")
    if kind is None or outcome not in {one.key for one in kind.outcomes}:
        raise NotFound(_("The step has no such outcome. Use the buttons of the page."))
    form = _form(viewer, detail, task, kind, request.POST, request.FILES, outcome=outcome)
    if form is not None and not form.is_valid():
        return show(request, detail, refused=form, status=422)
    data = form.cleaned_data if form is not None else {}
    note = str(data.get("note") or request.POST.get("note", ""))[:4000]
    try:
        cases.complete_task(viewer, task_id, outcome=outcome, data=data, note=note)
    except Invalid as refusal:
        if form is None:
            raise
        add_refusal(form, refusal)
        return show(request, detail, refused=form, status=422)
    messages.success(request, _("%(step)s: done.") % {"step": kind.title})
    return HttpResponseRedirect(reverse("desk.case", args=[case_id]))


@require_safe
def diagram(request: HttpRequest, case_id: int) -> HttpResponse:
    """The drawn process of a case, as the version it runs on."""
    drawn = cases.case_diagram(viewer_of(request), case_id)
    return HttpResponse(drawn, content_type="application/xml; charset=utf-8")
