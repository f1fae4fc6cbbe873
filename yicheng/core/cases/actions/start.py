"""Opens a case and runs its process to the first tasks: about three statements."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases import store
from yicheng.core.cases.actions.progress import (
    case_variables,
    close_if_finished,
    line,
    subject,
    tell_closed,
)
from yicheng.core.cases.current import Settings
from yicheng.core.cases.declare import ProcessType
from yicheng.core.cases.engine.running import Progress, Run
from yicheng.core.cases.events import CaseStarted
from yicheng.core.cases.exchange import Done, NewCase
from yicheng.core.cases.models import Case
from yicheng.core.cases.registry import process_type, specification
from yicheng.core.cases.steps import Change, follow, next_rungs, set_case_due
from yicheng.core.events.public import Fact, telling
from yicheng.core.journal.public import next_number, recording
from yicheng.core.kernel import clock, search
from yicheng.core.kernel.errors import Conflict, Invalid
from yicheng.core.people.public import Viewer

KEY_LIMIT = 100
#: what a drawn decision may set as ``severity``: 1 urgent, 2 normal, 3 minor
SEVERITIES = (1, 2, 3)


def start_case(viewer: Viewer, new: NewCase, *, idempotency_key: str = "") -> Done:
    """See ``public.start_case``."""
    declared = process_type(new.process)
    viewer.require(
        declared.start_right, organisation_id=new.organisation_id, division=new.division_code or None
    )
    moment = clock.now()
    with transaction.atomic():
        case_id, laid_down = store.next_case_id()
        if idempotency_key:
            before = _claim_key(viewer, idempotency_key, moment)
            if before is not None:
                return _started_before(before)
        case = _new_case(new, declared, laid_down, case_id=case_id, moment=moment)
        change, progress = _begin(case, new.variables, laid_down, moment=moment)
        change.history.append(line(viewer, "started"))
        _write(viewer, change, laid_down, moment=moment)
        if idempotency_key:
            _keep_key(viewer, idempotency_key, case_id)
        if progress.is_finished:
            tell_closed(case)
    return Done(case, tuple(change.opened))


def _new_case(
    new: NewCase, declared: ProcessType, laid_down: Settings, *, case_id: int, moment: datetime
) -> Case:
    if new.class_code not in laid_down.parents:
        raise Invalid(
            _("There is no class “%(class_code)s”."),
            fields={"class_code": _("Choose a class of the list.")},
            class_code=new.class_code,
        )
    version = laid_down.published.get(new.drawing or new.process)
    if version is None:
        raise Conflict(_("The process “%(process)s” is not published yet. Publish a drawing first."),
                       process=declared.title)  # fmt: skip
    number = new.number or next_number(declared.numbering, division=new.division_code)
    case = Case(
        id=case_id,
        number=number,
        application=declared.application,
        process=new.process,
        version_id=version,
        case_class_id=new.class_code,
        title=new.title.strip()[:200],
        description=new.description,
        source=new.source,
        severity=new.severity,
        stage=next(iter(declared.stages)),
        organisation_id=new.organisation_id,
        division_code=new.division_code,
        cell_code=new.cell_code,
        lon=new.lon,
        lat=new.lat,
        datum=new.datum,
        address=new.address[:200],
        opened_at=moment,
        counted_from=moment,
        is_public=new.is_public,
        limit_days=new.limit_days,
    )
    set_case_due(case, laid_down)
    return case


def _begin(
    case: Case, variables: Mapping[str, Any] | None, laid_down: Settings, *, moment: datetime
) -> tuple[Change, Progress]:
    state, progress, severity = begun(case.version_id or 0, case_variables(case, variables), moment=moment)
    if severity in SEVERITIES and severity != case.severity:
        case.severity = severity
        set_case_due(case, laid_down)
    change = Change(case, state=state)
    follow(change, progress, laid_down, open_tasks=(), moment=moment)
    close_if_finished(case, progress, moment=moment)
    return change, progress


def begun(version_id: int, variables: Mapping[str, Any], *, moment: datetime) -> tuple[bytes, Progress, Any]:
    """A process just begun, and the severity a decision gave it. The same drawing with the same variables begins the same: kept, unless timers run."""
    spec = specification(version_id)
    routing = spec.routing(variables)
    try:
        key = tuple(sorted((name, type(value), value) for name, value in routing.items()))
        hash(key)
    except TypeError:
        return _run_begin(version_id, routing, moment)
    kept = _kept_begin(version_id, key)
    return kept if kept is not None else _run_begin(version_id, routing, moment)


@lru_cache(maxsize=512)
def _kept_begin(
    version_id: int, key: tuple[tuple[str, type, Any], ...]
) -> tuple[bytes, Progress, Any] | None:
    found = _run_begin(version_id, {name: value for name, _type, value in key}, clock.now())
    return None if found[1].timers else found


def _run_begin(version_id: int, routing: Mapping[str, Any], moment: datetime) -> tuple[bytes, Progress, Any]:
    run = Run.begin(specification(version_id), routing, moment=moment)
    progress = run.progress()
    return run.dump(), progress, run.variables().get("severity")


def _write(viewer: Viewer, change: Change, laid_down: Settings, *, moment: datetime) -> None:
    case = change.case
    words = search.vector(case.number, case.title, case.address, case.description[:1000])
    rungs = next_rungs(change.opened, case, laid_down)
    trail = recording(
        viewer,
        action="cases.start_case",
        subject=subject(case),
        division=case.division_code,
        detail={"process": case.process, "class": case.case_class_id, "source": case.source},
    )
    told = telling([_started(case)])
    beside = [trail] if told is None else [trail, told]
    store.insert_case(change, moment=moment, rungs=rungs, words=words, beside=beside)


def _started(case: Case) -> Fact:
    payload = CaseStarted(
        case.pk,
        case.number,
        case.process,
        case.application,
        case.case_class_id,
        case.severity,
        case.source,
    )
    return Fact("cases.case_started", payload, subject(case), case.division_code)


# ── sent twice, begun once ──────────────────────────────────────────────────


def _sender(viewer: Viewer) -> str:
    return f"account/{viewer.account_id}" if viewer.account_id else f"address/{viewer.address}"[:60]


def _claim_key(viewer: Viewer, key: str, moment: datetime) -> int | None:
    """Take a sender's key, waiting for whoever holds it; the case it began before, or None."""
    if len(key) > KEY_LIMIT:
        raise Invalid(_("The idempotency key is longer than %(limit)s characters."), limit=KEY_LIMIT)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_startedonce (sender, key, at) VALUES (%s, %s, %s)"
            " ON CONFLICT (sender, key) DO UPDATE SET key = EXCLUDED.key RETURNING case_id",
            [_sender(viewer), key, moment],
        )
        found: int | None = cursor.fetchone()[0]
    return found


def _keep_key(viewer: Viewer, key: str, case_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_startedonce SET case_id = %s WHERE sender = %s AND key = %s",
            [case_id, _sender(viewer), key],
        )


def _started_before(case_id: int) -> Done:
    case = Case.objects.defer("search").get(pk=case_id)
    return Done(case, tuple(store.open_tasks(case_id)[0]))
