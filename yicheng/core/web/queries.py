"""Reads of the page shell."""

from __future__ import annotations

from collections.abc import Sequence

from yicheng.core.people.public import Viewer
from yicheng.core.web.models import SavedView


def saved_views(viewer: Viewer, *, page: str) -> Sequence[SavedView]:
    """The viewer's own views of a list, by name; none for strangers. One query."""
    if viewer.account_id is None:
        return ()
    return list(SavedView.objects.filter(account_id=viewer.account_id, page=page).order_by("name"))
