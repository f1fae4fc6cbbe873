"""Decides on a pause or more time that somebody asked for; hands several tasks to a colleague at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from yicheng.core.cases import public as cases
from yicheng.core.kernel.errors import Invalid, Refusal
from yicheng.core.people.public import Viewer, viewer_of
from yicheng.core.web.public import add_refusal
from yicheng.faces.desk import choices, forms, wording


@require_POST
def decide(request: HttpRequest, case_id: int, change_id: int) -> HttpResponse:
    """Grant or refuse."""
    grant = request.POST.get("decision") == "grant"
    note = request.POST.get("note", "")[:2000]
    cases.decide_clock_change(viewer_of(request), change_id, grant=grant, note=note)
    messages.success(request, _("Granted.") if grant else _("Refused."))
    return HttpResponseRedirect(reverse("desk.case", args=[case_id]))


def assign(request: HttpRequest) -> HttpResponse:
    """One colleague for all ticked tasks."""
    viewer = viewer_of(request)
    wanted = [int(text) for text in request.GET.getlist("task")[:200] if text.isdecimal()]
    tasks = list(cases.tasks_for(viewer).filter(pk__in=wanted))
    if not tasks:
        raise Invalid(_("Tick at least one row first."))
    form = forms.AssignForm(request.POST if request.method == "POST" else None)
    kinds = {task.kind: kind for task in tasks if (kind := wording.task_kind(task.kind))}
    bodies = {task.organisation_id for task in tasks}
    offered = [
        set(choices.colleagues(kind.right, body))
        for kind in kinds.values()
        for body in sorted(bodies, key=str)
    ]
    together = sorted(set.intersection(*offered), key=lambda pair: pair[1]) if offered else []
    form.fields["account"].choices = [("", "—"), *together]  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, _handed(viewer, [task.pk for task in tasks], form))
            return HttpResponseRedirect(reverse("desk.work"))
        except Refusal as refusal:
            add_refusal(form, refusal)
    context = {"form": form, "tasks": tasks, "breadcrumb": [(reverse("desk.work"), _("Work list"))]}
    return render(request, "desk/assign.html", context, status=422 if form.errors else 200)


def _handed(viewer: Viewer, task_ids: list[int], form: forms.AssignForm) -> str:
    for task_id in task_ids:
        cases.assign_task(viewer, task_id, form.cleaned_data["account"], note=form.cleaned_data["note"])
    count = len(task_ids)
    return ngettext("%(count)s task is handed over.", "%(count)s tasks are handed over.", count) % {
        "count": count
    }
