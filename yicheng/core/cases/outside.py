"""Cases as other systems knew them, on their way in by ``bulk``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class BulkStep:
    """A line of a case's history as another system kept it; the names are those of ``CaseStep``."""

    at: datetime
    action: str
    task_kind: str = ""
    outcome: str = ""
    stage: str = ""
    note: str = ""


@dataclass(slots=True)
class BulkCase:
    """A case as another system knew it. ``closed_at`` None: still open, and begins its process here.

    ``due_at`` None with ``counts_limit``: by the city's own limits. With ``states_timeliness`` the case was
    on time, late or neither as ``is_on_time`` says, whatever its times; otherwise its times decide.
    """

    number: str
    process: str
    class_code: str
    title: str
    source: str
    opened_at: datetime
    closed_at: datetime | None = None
    due_at: datetime | None = None
    counts_limit: bool = False
    description: str = ""
    severity: int = 2
    organisation_id: int | None = None
    division_code: str = ""
    cell_code: str = ""
    lon: float | None = None
    lat: float | None = None
    datum: str = "wgs84"
    address: str = ""
    is_public: bool = False
    is_on_time: bool | None = None
    states_timeliness: bool = False
    history: Sequence[BulkStep] = ()
