"""Steps that a collector ends on the spot. What was written without a network may come late, or twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from yicheng.apps.urban.queries.field import is_done_by
from yicheng.core.cases.public import complete_task
from yicheng.core.kernel.errors import Conflict, NotFound
from yicheng.core.people.public import Viewer


def end_on_the_spot(
    viewer: Viewer, task_id: int, *, outcome: str, data: Mapping[str, Any], note: str
) -> bool:
    """End a step; False when the viewer had ended it just so before. Raises ``Conflict`` when it went another way."""
    try:
        complete_task(viewer, task_id, outcome=outcome, data=data, note=note)
    except (Conflict, NotFound):
        if is_done_by(viewer, task_id, outcome=outcome):
            return False
        raise gone() from None
    return True


def gone() -> Conflict:
    """What to say when a step is no longer there to be ended."""
    return Conflict(
        _(
            "This step was done by somebody else or taken back meanwhile. "
            "Look at the case; if what you saw is something else, report it anew."
        )
    )
