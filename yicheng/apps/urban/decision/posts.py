"""What posts (岗位) did: a body's share in one kind of step. Ranked by timeliness; persons are never shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from yicheng.apps.urban.decision.chosen import RIGHT, Chosen
from yicheng.apps.urban.decision.ranking import placed
from yicheng.core.people.public import Viewer

LEAST = 10


@dataclass(frozen=True, slots=True)
class Post:
    """A kind of step at a body, over a period."""

    kind: str
    organisation_id: int | None
    done: int
    on_time: int
    late: int
    hours: float

    @property
    def on_time_share(self) -> float | None:
        """Of the steps that had a due time."""
        judged = self.on_time + self.late
        return self.on_time / judged if judged else None

    @property
    def mean_hours(self) -> float:
        """From opening to ending of a step."""
        return self.hours / self.done if self.done else 0.0


@dataclass(frozen=True, slots=True)
class RankedPost:
    """A post with its score (100 × share on time) and rank within its kind of step; None with too few steps."""

    post: Post
    score: float | None
    rank: int | None


def posts(viewer: Viewer, chosen: Chosen) -> Sequence[Post]:
    """The posts of the bodies the viewer may see, by days on which steps ended. One statement."""
    viewer.require(RIGHT)
    bodies = _bodies(viewer)
    values: dict[str, Any] = {
        "begin": chosen.begin,
        "end": chosen.end,
        "bodies": bodies,
        "organisation": chosen.organisation,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, organisation_id, sum(done), sum(on_time), sum(late), sum(hours) FROM urban_postday"
            " WHERE day BETWEEN %(begin)s AND %(end)s"
            " AND (%(bodies)s::bigint[] IS NULL OR organisation_id = ANY(%(bodies)s))"
            " AND (%(organisation)s::bigint IS NULL OR organisation_id = %(organisation)s)"
            " GROUP BY kind, organisation_id ORDER BY kind, organisation_id",
            values,
        )
        rows = cursor.fetchall()
    return [Post(row[0], row[1], int(row[2]), int(row[3]), int(row[4]), float(row[5])) for row in rows]


def ranked_posts(found: Sequence[Post], *, least: int = LEAST) -> dict[str, Sequence[RankedPost]]:
    """Kind of step → its posts, most timely first."""
    kinds = dict.fromkeys(post.kind for post in found)
    return {kind: _ranked([post for post in found if post.kind == kind], least) for kind in kinds}


def _ranked(found: Sequence[Post], least: int) -> Sequence[RankedPost]:
    def score(post: Post) -> float | None:
        share = post.on_time_share if post.done >= least else None
        return None if share is None else round(100 * share, 1)

    return placed(
        found,
        score=score,
        name=lambda post: f"{post.organisation_id or 0:012}",
        made=lambda post, rank: RankedPost(post, score(post), rank),
    )


def _bodies(viewer: Viewer) -> list[int] | None:
    """The bodies whose posts may be seen; None: all. Scopes by division see no bodies but their own."""
    scopes = viewer.scopes(RIGHT)
    if any(scope.organisation_ids is None and not scope.division for scope in scopes):
        return None
    return sorted({body for scope in scopes for body in scope.organisation_ids or ()})
