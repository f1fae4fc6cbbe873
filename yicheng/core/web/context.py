"""What every template may ask for; costly things are asked only when a template uses them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from yicheng.core.notices import public as notices
from yicheng.core.people.public import STRANGER, Viewer
from yicheng.core.web.city import city
from yicheng.core.web.navigation import menu_groups


def shell(request: HttpRequest) -> dict[str, Any]:
    """``viewer``, ``city``, navigation, unread notices, and whether a fragment is wanted for the dialog."""
    viewer: Viewer = getattr(request, "viewer", STRANGER)
    page = getattr(request, "page", None)
    is_dialog = request.headers.get("HX-Target") == "dialog-body"
    return {
        "viewer": viewer,
        "city": SimpleLazyObject(city),
        "portal_menu": SimpleLazyObject(lambda: menu_groups("portal", viewer)),
        "desk_menu": SimpleLazyObject(lambda: menu_groups("desk", viewer)),
        "unread_notices": SimpleLazyObject(lambda: notices.unread_count(viewer)),
        "page_key": getattr(page, "key", ""),
        "page_title": getattr(page, "title", ""),
        "is_dialog": is_dialog,
        "portal_shell": "web/fragment.html" if is_dialog else "web/portal_shell.html",
        "desk_shell": "web/fragment.html" if is_dialog else "web/desk_shell.html",
    }
