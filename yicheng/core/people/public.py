"""What other parts may call about people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yicheng.core.people.viewer import STRANGER, SYSTEM, Scope, Viewer

if TYPE_CHECKING:
    from django.http import HttpRequest

__all__ = ["STRANGER", "SYSTEM", "Scope", "Viewer", "viewer_of"]


def viewer_of(request: HttpRequest) -> Viewer:
    """The viewer of this request: from the session, an API token or an OAuth2 token. Cached on it."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer
