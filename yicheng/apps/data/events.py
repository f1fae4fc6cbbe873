"""Facts about data that other parts may follow up."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from yicheng.core.events.declare import EventType


@dataclass(frozen=True, slots=True)
class LoadPublished:
    """A data set has new rows that passed its rules; ``quality`` in percent."""

    load_id: int
    key: str
    organisation_id: int
    rows: int
    quality: int


@dataclass(frozen=True, slots=True)
class LoadStopped:
    """A load that nobody watches was refused, or waits to be looked at; the last good version stays."""

    load_id: int
    key: str
    title: str
    organisation_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class RecordCorrected:
    """The authoritative value of a field of a base database was corrected by its department."""

    base: str
    record_id: int
    field: str
    data_set: str
    other_data_set: str


@dataclass(frozen=True, slots=True)
class DemandSettled:
    """A delivery was accepted or returned; ``status`` is the demand's."""

    demand_id: int
    title: str
    organisation_id: int
    status: str


LOAD_PUBLISHED = "data.load_published"
LOAD_STOPPED = "data.load_stopped"
RECORD_CORRECTED = "data.record_corrected"
DEMAND_SETTLED = "data.demand_settled"

EVENTS = (
    EventType(LOAD_PUBLISHED, _("Data were brought in and published"), LoadPublished),
    EventType(LOAD_STOPPED, _("Data could not be brought in"), LoadStopped),
    EventType(RECORD_CORRECTED, _("A value of a base database was corrected"), RecordCorrected),
    EventType(DEMAND_SETTLED, _("A delivery of the campaign was judged"), DemandSettled),
)
