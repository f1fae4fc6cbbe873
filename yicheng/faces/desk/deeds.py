"""What can be done with a case besides ending its tasks: each a small page that also opens as a dialog."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yicheng.core.cases import public as cases
from yicheng.core.kernel.errors import Conflict, Invalid, NotFound
from yicheng.core.people.public import Viewer, viewer_of
from yicheng.core.web.public import add_refusal
from yicheng.faces.desk import choices, forms, wording

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Deed:
    """Something to do. ``of_task``: with one open task, else with the case. ``is_open`` says when it is offered."""

    key: str
    title: str | Promise
    icon: str
    run: Callable[[Viewer, Any, Any, Data], object]
    form: type[django_forms.Form] = forms.ReasonForm
    of_task: bool = False
    is_open: Callable[[Viewer, cases.CaseDetail, Any], bool] = lambda _viewer, detail, _task: _runs(detail)
    said: str | Promise = ""
    tone: str = ""

    @property
    def is_direct(self) -> bool:
        """One click, nothing to fill in."""
        return self.form is forms.NoForm


def _runs(detail: cases.CaseDetail) -> bool:
    return bool(detail.case.status == "open")


def _manages(viewer: Viewer, detail: cases.CaseDetail, right: str = "cases.manage_case") -> bool:
    case = detail.case
    return viewer.may(right, organisation_id=case.organisation_id, division=case.division_code)


def _takes_part(viewer: Viewer, detail: cases.CaseDetail) -> bool:
    return bool(detail.mine) or _manages(viewer, detail)


def _may_merge(viewer: Viewer, detail: cases.CaseDetail, _task: Any) -> bool:
    return detail.case.status in ("open", "suspended") and _takes_part(viewer, detail)


def _merge(viewer: Viewer, case: Any, _task: Any, data: Data) -> object:
    other = cases.cases_for(viewer).filter(number=data["number"].strip()).first()
    if other is None or other.pk == case.pk:
        raise Invalid(_("There is no such other case."), fields={"number": _("Look at the number again.")})
    return cases.merge_case(viewer, case.pk, into_id=other.pk, note=data["note"])


TASK_DEEDS = (
    Deed(
        "claim",
        gettext_lazy("Take"),
        "hand-helping",
        lambda viewer, _case, task, _data: cases.claim_task(viewer, task.pk),
        forms.NoForm,
        of_task=True,
        is_open=lambda _viewer, detail, task: _runs(detail) and task.assignee_id is None,
        said=gettext_lazy("The task is yours now."),
    ),
    Deed(
        "release",
        gettext_lazy("Put back"),
        "corner-up-left",
        lambda viewer, _case, task, _data: cases.release_task(viewer, task.pk),
        forms.NoForm,
        of_task=True,
        is_open=lambda viewer, detail, task: (
            _runs(detail)
            and task.assignee_id is not None
            and (task.assignee_id == viewer.account_id or _manages(viewer, detail))
        ),
        said=gettext_lazy("The task is on the common desk again."),
    ),
    Deed(
        "assign",
        gettext_lazy("Hand to a colleague"),
        "user-check",
        lambda viewer, _case, task, data: cases.assign_task(
            viewer, task.pk, data["account"], note=data["note"]
        ),
        forms.AssignForm,
        of_task=True,
        said=gettext_lazy("Your colleague has it now."),
    ),
    Deed(
        "transfer",
        gettext_lazy("Pass to another body"),
        "share-2",
        lambda viewer, _case, task, data: cases.transfer_task(
            viewer, task.pk, data["organisation"], note=data["note"]
        ),
        forms.TransferForm,
        of_task=True,
        said=gettext_lazy("The other body has it now."),
    ),
    Deed(
        "split",
        gettext_lazy("Split among bodies"),
        "split",
        lambda viewer, _case, task, data: cases.split_task(
            viewer, task.pk, data["organisations"], note=data["note"]
        ),
        forms.SplitForm,
        of_task=True,
        is_open=lambda _viewer, detail, task: _runs(detail) and task.part_of_id is None,
        said=gettext_lazy("Each body has its part now."),
    ),
    Deed(
        "send-back",
        gettext_lazy("Send back"),
        "undo-2",
        lambda viewer, _case, task, data: cases.send_back(viewer, task.pk, note=data["note"]),
        of_task=True,
        is_open=lambda _viewer, detail, task: _runs(detail) and task.part_of_id is None,
        said=gettext_lazy("The case has gone back a step."),
    ),
)
CASE_DEEDS = (
    Deed(
        "pause",
        gettext_lazy("Ask to stop the clock"),
        "pause",
        lambda viewer, case, _task, data: cases.ask_pause(viewer, case.pk, reason=data["note"]),
        is_open=lambda viewer, detail, _task: _runs(detail) and _takes_part(viewer, detail),
        said=gettext_lazy("Asked. The clock runs until somebody grants it."),
    ),
    Deed(
        "extend",
        gettext_lazy("Ask for more time"),
        "calendar-clock",
        lambda viewer, case, _task, data: cases.ask_extension(
            viewer, case.pk, amount=data["amount"], unit=data["unit"], reason=data["note"]
        ),
        forms.ExtensionForm,
        is_open=lambda viewer, detail, _task: _runs(detail) and _takes_part(viewer, detail),
        said=gettext_lazy("Asked. The due time holds until somebody grants it."),
    ),
    Deed(
        "resume",
        gettext_lazy("Let the clock run again"),
        "play",
        lambda viewer, case, _task, data: cases.resume_case(viewer, case.pk, note=data["note"]),
        forms.RemarkForm,
        is_open=lambda viewer, detail, _task: (
            detail.case.status == "suspended" and _takes_part(viewer, detail)
        ),
        said=gettext_lazy("The clock runs again."),
    ),
    Deed(
        "merge",
        gettext_lazy("Merge into another case"),
        "git-merge",
        _merge,
        forms.MergeForm,
        is_open=_may_merge,
        said=gettext_lazy("The case is merged."),
    ),
    Deed(
        "reopen",
        gettext_lazy("Open again"),
        "rotate-ccw",
        lambda viewer, case, _task, data: cases.reopen_case(viewer, case.pk, note=data["note"]),
        is_open=lambda viewer, detail, _task: (
            detail.case.status in ("closed", "cancelled") and _manages(viewer, detail)
        ),
        said=gettext_lazy("The case is open again."),
    ),
    Deed(
        "cancel",
        gettext_lazy("Cancel the case"),
        "ban",
        lambda viewer, case, _task, data: cases.cancel_case(viewer, case.pk, note=data["note"]),
        is_open=lambda viewer, detail, _task: (
            detail.case.status in ("open", "suspended") and _manages(viewer, detail)
        ),
        said=gettext_lazy("The case is cancelled."),
        tone="danger",
    ),
)
DEEDS = {deed.key: deed for deed in (*TASK_DEEDS, *CASE_DEEDS)}


def deeds_of(viewer: Viewer, detail: cases.CaseDetail, *, task: Any = None) -> tuple[Deed, ...]:
    """What this viewer may do now with the task, or with the case as a whole."""
    offered = CASE_DEEDS if task is None else TASK_DEEDS
    return tuple(deed for deed in offered if deed.is_open(viewer, detail, task))


def do(request: HttpRequest, case_id: int, deed: str, task_id: int | None = None) -> HttpResponse:
    """The page (or dialog) of one deed, and the deed."""
    viewer = viewer_of(request)
    chosen = DEEDS.get(deed)
    if chosen is None or chosen.of_task != (task_id is not None):
        raise NotFound(_("There is no such thing to do with a case."))
    detail = cases.case_detail(viewer, case_id)
    task = next((one for one in detail.mine if one.pk == task_id), None)
    if (chosen.of_task and task is None) or not chosen.is_open(viewer, detail, task):
        raise Conflict(_("This can't be done now: the case has moved on, or the task is not yours to move."))
    form = _filled(chosen, task, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            chosen.run(viewer, detail.case, task, form.cleaned_data)
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, str(chosen.said))
            return HttpResponseRedirect(reverse("desk.case", args=[case_id]))
    context = {
        "page_title": chosen.title,
        "deed": chosen,
        "case": detail.case,
        "form": form,
        "breadcrumb": [(reverse("desk.case", args=[case_id]), detail.case.number)],
    }
    return render(request, "desk/deed.html", context, status=422 if form.errors else 200)


def _filled(deed: Deed, task: Any, data: Any) -> django_forms.Form:
    """The deed's form with its choices."""
    form = deed.form(data)
    kind = wording.task_kind(task.kind) if task is not None else None
    if kind is not None and "account" in form.fields:
        _offer(form, "account", choices.colleagues(kind.right, task.organisation_id))
    if kind is not None and "organisation" in form.fields:
        _offer(form, "organisation", choices.bodies(kind.right, without=task.organisation_id))
    if kind is not None and "organisations" in form.fields:
        _offer(form, "organisations", choices.bodies(kind.right))
    return form


def _offer(form: django_forms.Form, name: str, offered: Any) -> None:
    field: Any = form.fields[name]
    field.choices = list(offered) if name == "organisations" else [("", "—"), *offered]
