"""From declared pages to addresses: one door for each, which checks the page's right before its view runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import Forbidden, SignInRequired
from yicheng.core.people.public import Viewer, viewer_of
from yicheng.core.web.declare import PAGES, FaceName, Page

#: on these faces a page without a right is open to every member of staff, and to nobody else
STAFF_FACES = frozenset({"desk"})


def page_urls(face: FaceName) -> list[URLPattern]:
    """The addresses of a face, below its root; a page's key is its URL name."""
    return [path(page.path, _door(page), name=page.key) for page in PAGES if page.face == face]


def _door(page: Page) -> Callable[..., HttpResponseBase]:
    @wraps(page.view)
    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        viewer = viewer_of(request)
        if page.face in STAFF_FACES:
            _require_staff(viewer)
        if page.right is not None:
            viewer.require(page.right)
        request.page = page  # type: ignore[attr-defined]
        return page.view(request, *args, **kwargs)

    return view


def _require_staff(viewer: Viewer) -> None:
    if not viewer.is_signed_in:
        raise SignInRequired(_("Please sign in to work at the desk."))
    if viewer.kind != "staff":
        raise Forbidden(_("The desk is for the city's staff. Your own matters are on the front page."))
