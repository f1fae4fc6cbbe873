"""What happens to data sets, told to whoever reacts: subscriptions, campaigns, indicators."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from yicheng.core.events.declare import EventType


@dataclass(frozen=True, slots=True)
class VersionPublished:
    """A data set has other rows from now on. ``previous_id`` is the version read before, None for the first.

    ``is_restored``: an earlier version was put back. ``catalogue.public.changes`` tells what differs.
    """

    entry_id: int
    entry_key: str
    version_id: int
    number: int
    previous_id: int | None
    rows: int
    is_restored: bool


@dataclass(frozen=True, slots=True)
class RowsChanged:
    """Single rows of a data set were changed. ``catalogue.public.changed_rows`` tells which."""

    entry_id: int
    entry_key: str
    version_id: int
    edition: int
    rows: int


@dataclass(frozen=True, slots=True)
class DataSetChanged:
    """What the catalogue says of a data set was changed; ``changed`` names the elements."""

    entry_id: int
    entry_key: str
    changed: tuple[str, ...]


EVENTS = (
    EventType("catalogue.version_published", _("A version of a data set was published"), VersionPublished),
    EventType("catalogue.rows_changed", _("Single rows of a data set were changed"), RowsChanged),
    EventType("catalogue.data_set_changed", _("The description of a data set was changed"), DataSetChanged),
)
