"""One address for all actions: ``/api/3/action/<name>``, by GET or POST, answered in CKAN's envelope."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from yicheng.core.kernel.errors import NotFound, Refusal
from yicheng.core.web.public import answer
from yicheng.faces.api.ckan.actions import ACTIONS
from yicheng.faces.api.ckan.asking import asked_of
from yicheng.faces.api.open_door import open_door, root_of

TYPES = {
    401: ("Authorization Error", 403),
    403: ("Authorization Error", 403),
    404: ("Not Found Error", 404),
    429: ("Too Many Requests", 429),
}


def told(refusal: Refusal) -> HttpResponse:
    """A refusal as CKAN tells it."""
    kind, status = TYPES.get(refusal.status, ("Validation Error", 409))
    error: dict[str, Any] = {"__type": kind, "message": str(refusal)}
    if kind == "Validation Error":
        error |= {name: [str(text)] for name, text in refusal.fields.items() if not name.startswith("_")}
    return answer({"help": "", "success": False, "error": error}, status=status)


@open_door(told, methods=("GET", "HEAD", "POST"))
def act(request: HttpRequest, name: str) -> HttpResponse:
    """Run an action."""
    action = ACTIONS.get(name)
    if action is None:
        raise NotFound(f"Action name not known: {name[:60]}")
    result = action(request, asked_of(request))
    help_url = f"{root_of(request)}/api/3/action/help_show?name={name}"
    return answer({"help": help_url, "success": True, "result": result})


@open_door(told)
def version(_request: HttpRequest) -> HttpResponse:
    """What clients ask first."""
    return answer({"version": 3})
