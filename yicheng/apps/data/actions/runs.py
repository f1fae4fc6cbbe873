"""Fetches what the platform fetches by itself: by the clock, or now because its keeper asks."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.apps.data.actions.loading import refuse_run, take_rows
from yicheng.apps.data.actions.sources import own_source, schedule_next
from yicheng.apps.data.intake.sheet import Sheet
from yicheng.apps.data.models import Load, Source
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Refusal
from yicheng.core.people.public import SYSTEM, Viewer

Read = Callable[[Source], Sheet]
MOST_A_ROUND = 5


def run_now(viewer: Viewer, source_id: int, *, read: Read) -> Load:
    """Fetch a source and take what it holds. A source that cannot be read leaves a refused load, and its words."""
    with transaction.atomic():
        source = own_source(viewer, source_id)
    if not source.is_outside:
        raise Conflict(_("“%(title)s” is not fetched by the platform."), title=source.title)
    return _run(viewer, source, origin=Load.Origin.DESK, read=read)


def run_due(*, read: Read) -> int:
    """Fetch what is due by the clock; answers how many. Each is marked first, so that two workers don't both fetch."""
    done = 0
    while done < MOST_A_ROUND:
        source = _claimed()
        if source is None:
            break
        _run(SYSTEM, source, origin=Load.Origin.CLOCK, read=read)
        done += 1
    return done


def _claimed() -> Source | None:
    with transaction.atomic():
        due = Source.objects.select_for_update(skip_locked=True).filter(next_run_at__lte=clock.now())
        source = due.order_by("next_run_at").first()
        if source is not None:
            schedule_next(source)
            source.save(update_fields=["last_run_at", "next_run_at"])
    return source


def _run(viewer: Viewer, source: Source, *, origin: str, read: Read) -> Load:
    try:
        sheet = read(source)
        return take_rows(viewer, source.pk, sheet, origin=origin, name=source.address)
    except Refusal as refusal:
        return refuse_run(viewer, source.pk, refusal, origin=origin)
