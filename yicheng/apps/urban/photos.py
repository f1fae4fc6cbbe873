"""Photos of a case: before and after, kept by ``journal``; the published ones carry no position."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from yicheng.core.journal.public import attach_file, attached_files

if TYPE_CHECKING:
    from yicheng.core.cases.models import Case
    from yicheng.core.journal.public import Received, Shown
    from yicheng.core.people.public import Viewer

BEFORE = "before"
AFTER = "after"


@dataclass(frozen=True, slots=True)
class Pictures:
    """A case's photos as pages show them."""

    before: Sequence[Shown] = ()
    after: Sequence[Shown] = ()

    def __bool__(self) -> bool:
        return bool(self.before or self.after)


def keep(viewer: Viewer, case: Case, received: Iterable[Received], *, stage: str) -> None:
    """Bind received photos to the case, in the caller's transaction."""
    for each in received:
        attach_file(viewer, each, subject=f"case/{case.pk}", division=case.division_code, stage=stage)


def pictures(case_ids: Iterable[int]) -> Mapping[int, Pictures]:
    """The photos of these cases, in one query. The caller has checked that the viewer may see the cases."""
    subjects = {f"case/{pk}": pk for pk in case_ids}
    found = attached_files(subjects)
    return {
        subjects[subject]: Pictures(
            [one for one in shown if one.kind == "photo" and one.stage != AFTER],
            [one for one in shown if one.kind == "photo" and one.stage == AFTER],
        )
        for subject, shown in found.items()
    }
