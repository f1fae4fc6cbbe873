"""Where a member of staff takes applications, and what waits there."""

from __future__ import annotations

from django.db.models import QuerySet

from yicheng.core.cases.models import Task
from yicheng.core.people.public import Viewer, scoped
from yicheng.core.services.models import Hall, Window


def halls_of(viewer: Viewer) -> QuerySet[Hall]:
    """The halls and stations at which the viewer takes applications."""
    rows = Hall.objects.filter(is_active=True)
    return scoped(rows, viewer, "services.accept").order_by("pk")


def windows_of(viewer: Viewer) -> list[tuple[str, str]]:
    """``hall:window`` → words, for a choice; a station has no windows."""
    halls = list(halls_of(viewer)[:50])
    windows = Window.objects.filter(hall__in=halls, is_active=True).order_by("hall", "number")
    found = [
        (f"{one.hall_id}:{one.pk}", f"{one.hall} · {one.name}") for one in windows.select_related("hall")
    ]
    return found + [(f"{hall.pk}:", str(hall)) for hall in halls if hall.kind == Hall.Kind.STATION]


def waiting(viewer: Viewer, kind: str) -> QuerySet[Task]:
    """Open steps of this kind (``accept``, ``deliver``) at the viewer's desks, the most urgent first."""
    rows = Task.objects.filter(kind=f"services.{kind}", status=Task.Status.OPEN)
    seen = scoped(rows, viewer, f"services.{kind}")
    return seen.select_related("case", "case__application_of__version").order_by("sort_at", "id")
