"""Tasks: what waits for the caller, and ending it. The hottest address of the platform: one request, one step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Schema
from pydantic import Field

from yicheng.core.cases import public as cases
from yicheng.core.kernel.errors import Invalid, NotFound, Refusal, SignInRequired
from yicheng.core.people.public import Viewer, viewer_of
from yicheng.core.web.public import answer, keyset_page
from yicheng.faces.api.calling import json_body, refuse_nul
from yicheng.faces.api.routes.shapes import Moved, TaskOut, TaskPage, kinds, moved, task_out

if TYPE_CHECKING:
    from yicheng.core.cases.models import Task

router = Router()
Text = Annotated[str, Field(max_length=100)]


class TaskFilters(Schema):
    """Which tasks, and which page of them."""

    desk: Annotated[
        Literal["department", "mine", "unclaimed"], Field(description="Whose: all I may do, mine, nobody's.")
    ] = "department"
    kind: Text = ""
    class_code: Annotated[str, Field(max_length=20)] = ""
    division: Annotated[str, Field(pattern=r"^([0-9]{6}|[0-9]{9}|[0-9]{12})?$")] = ""
    severity: Annotated[int, Field(ge=1, le=3)] | None = None
    words: Text = ""
    after: Annotated[str, Field(max_length=200, description="The mark of the page before.")] = ""
    limit: Annotated[int, Field(ge=1, le=200)] = 50


@dataclass(frozen=True, slots=True)
class Completion:
    """How a task ends. ``data`` holds what the task's form asks for besides."""

    outcome: str
    note: str = ""
    data: dict[str, Any] = field(default_factory=dict)


_DATA = {"type": "object", "additionalProperties": True, "description": "What the task's form asks for."}
_PROPERTIES = {
    "outcome": {"type": "string", "maxLength": 40, "description": "One of the task's outcomes."},
    "note": {"type": "string", "maxLength": 4000, "description": "Words for the case's history."},
}
BODY = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "title": "Completion",
                "required": ["outcome"],
                "properties": {**_PROPERTIES, "data": _DATA},
                "additionalProperties": False,
            }
        },
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "title": "CompletionWithPhotos",
                "required": ["outcome"],
                "properties": {
                    **_PROPERTIES,
                    "photos": {
                        "type": "array",
                        "items": {"type": "string", "contentMediaType": "application/octet-stream"},
                    },
                },
                "additionalProperties": {"type": "string"},
            }
        },
    },
}


@router.get("", response={200: TaskPage}, operation_id="list_tasks", summary="List open tasks")
def list_tasks(request: HttpRequest, chosen: Query[TaskFilters]) -> HttpResponse:
    """The open tasks the caller may do, overdue ones first. One query."""
    viewer = _signed_in(request)
    wanted = {name: getattr(chosen, name) for name in ("kind", "class_code", "division", "words")}
    if chosen.severity is not None:
        wanted["severity"] = str(chosen.severity)
    rows = cases.narrow_tasks(cases.tasks_for(viewer, desk=chosen.desk), **wanted)
    page = keyset_page(rows, order=("sort_at", "id"), size=chosen.limit, after=chosen.after)
    return answer(TaskPage([task_out(task) for task in page.rows], page.next))


@router.get("/{int:task_id}", response={200: TaskOut}, operation_id="get_task", summary="One task")
def get_task(request: HttpRequest, task_id: int) -> HttpResponse:
    """An open task the caller may do, with the ways it can end."""
    return answer(task_out(_task(_signed_in(request), task_id)))


@router.post(
    "/{int:task_id}/complete",
    response={200: Moved},
    operation_id="complete_task",
    summary="Complete a task",
    openapi_extra={"requestBody": BODY},
)
def complete(request: HttpRequest, task_id: int) -> HttpResponse:
    """End a task with one of its outcomes; answers where the case stands and what is open now.

    Photos go as multipart/form-data. Sending the same end twice answers 409 and changes nothing.
    """
    viewer = _signed_in(request)
    sent, files = _sent(request)

    def read(task: Task) -> tuple[Mapping[str, Any], str]:
        return _checked(viewer, task, sent, files)

    done = cases.complete_task(viewer, _known(task_id), outcome=sent.outcome, data=read)
    return answer(moved(done.case, done.open_tasks))


@router.post(
    "/{int:task_id}/claim", response={200: TaskOut}, operation_id="claim_task", summary="Take a task"
)
def claim(request: HttpRequest, task_id: int) -> HttpResponse:
    """Put a task of the department onto the caller's own desk; 409 when somebody was faster."""
    viewer = _signed_in(request)
    _task(viewer, task_id)
    return answer(task_out(cases.claim_task(viewer, task_id)))


@router.post(
    "/{int:task_id}/release", response={200: TaskOut}, operation_id="release_task", summary="Give a task back"
)
def release(request: HttpRequest, task_id: int) -> HttpResponse:
    """Put a task back onto the department's desk."""
    viewer = _signed_in(request)
    _task(viewer, task_id)
    return answer(task_out(cases.release_task(viewer, task_id)))


def _signed_in(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if not viewer.is_signed_in:
        raise SignInRequired(_("Please sign in to work on tasks."))
    return viewer


def _task(viewer: Viewer, task_id: int) -> Task:
    """The open task with its case, if the caller may do it."""
    return cases.task_to_do(viewer, _known(task_id))


def _known(task_id: int) -> int:
    if task_id >= 2**63:
        raise NotFound(_("There is no such task for you."))
    return task_id


def _sent(request: HttpRequest) -> tuple[Completion, MultiValueDict[str, UploadedFile[Any]]]:
    if request.content_type == "multipart/form-data":
        fields = request.POST
        refuse_nul(*(text for _name, texts in fields.lists() for text in texts))
        if not fields.get("outcome"):
            raise Invalid(_("Say how the task ends."), fields={"outcome": _("This is needed.")})
        return Completion(
            str(fields["outcome"]), str(fields.get("note", "")), dict(fields.items())
        ), request.FILES
    try:
        return msgspec.json.decode(json_body(request), type=Completion), MultiValueDict()
    except msgspec.ValidationError as error:
        raise Invalid(_("The body is not as described: %(fault)s."), fault=str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Refusal(_("The body is no JSON. Send one JSON object in UTF-8."), code="bad_request") from None


def _checked(
    viewer: Viewer, task: Task, sent: Completion, files: MultiValueDict[str, UploadedFile[Any]]
) -> tuple[Mapping[str, Any], str]:
    """What the step's form makes of the data: clean values, and the note apart."""
    kind = kinds()[task.kind]
    if kind.form is None:
        return {}, sent.note
    form: Any = kind.form(
        {**sent.data, "note": sent.note or sent.data.get("note", "")},
        files,
        viewer=viewer,
        case=task.case,
        task=task,
        outcome=sent.outcome,
    )
    if not form.is_valid():
        faults = {name: " ".join(texts) for name, texts in form.errors.items() if name != "__all__"}
        text = _("“%(task)s” cannot end so: %(faults)s")
        words = " ".join(word for texts in form.errors.values() for word in texts)
        raise Invalid(text, fields=faults, task=kind.title, faults=words)
    data = dict(form.cleaned_data)
    return data, str(data.pop("note", "") or sent.note)
