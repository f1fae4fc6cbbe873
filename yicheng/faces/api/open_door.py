"""What the standard doors share: they are for reading, for everyone, from any site, and tell faults in their own words."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from yicheng.core.kernel.errors import Invalid, Refusal
from yicheng.faces.api.calling import refuse_nul

View = Callable[..., HttpResponseBase]
MOST_SKIPPED = 100_000


def open_door(
    told: Callable[[Refusal], HttpResponse], *, methods: tuple[str, ...] = ("GET", "HEAD")
) -> Callable[[View], View]:
    """Wraps a view: other methods are refused, refusals are told by ``told``, pages of other sites may read."""

    def wrapping(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method == "OPTIONS":
                return _shared(HttpResponse(status=204), methods)
            if request.method not in methods:
                refused = HttpResponse(status=405)
                refused["Allow"] = ", ".join(methods)
                return refused
            try:
                refuse_nul(
                    request.path, *(text for name, texts in request.GET.lists() for text in (name, *texts))
                )
                return _shared(view(request, *args, **kwargs), methods)
            except Refusal as refusal:
                return _shared(told(refusal), methods)

        return door

    return wrapping


def root_of(request: HttpRequest) -> str:
    """The platform's own address, without a slash at the end."""
    return request.build_absolute_uri("/").rstrip("/")


def number(text: str, *, name: str, usual: int, least: int = 0, most: int = MOST_SKIPPED) -> int:
    """A whole number of a request. Raises ``Invalid``; more than ``most`` counts as that."""
    if not text:
        return usual
    if not text.isascii() or not text.isdecimal() or len(text) > 12 or int(text) < least:
        raise Invalid(f"{name} must be a whole number of at least {least}", fields={name: "not a number"})
    return min(int(text), most)


def _shared(answer: HttpResponseBase, methods: tuple[str, ...]) -> HttpResponseBase:
    """Reading is for pages of any site; without their visitor's cookies."""
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Access-Control-Allow-Methods"] = ", ".join(methods)
    answer["Access-Control-Allow-Headers"] = "Content-Type"
    return answer
