"""Keeps the base databases: follows their sources, writes both times, finds conflicts, applies decisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from psycopg import sql

from yicheng.apps.data.bases import BASES, SEALED, BaseInfo
from yicheng.apps.data.events import RECORD_CORRECTED, RecordCorrected
from yicheng.apps.data.models import Base, DataConflict, FieldAuthority, TwoTimes
from yicheng.apps.data.queries.bases import base_of, now, person_key, provider_of, story
from yicheng.apps.data.queries.staged import text_of
from yicheng.core.cases import public as cases
from yicheng.core.catalogue import public as catalogue
from yicheng.core.events import public as events
from yicheng.core.journal import public as journal
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid, Refusal
from yicheng.core.people.public import SYSTEM, Viewer, unseal

if TYPE_CHECKING:
    from yicheng.core.cases.models import Case

BLOCK = 1_000
#: a source that disagrees in more records than this is wrong as a whole: its keeper is told, not every record argued
MOST_CASES_A_RUN = 100
CONFLICT, CONFLICT_CLASS = "data.conflict", "D01"


def declare_authority(
    viewer: Viewer,
    base: str,
    field: str,
    *,
    data_set: str,
    source_field: str,
    key_field: str,
    is_authoritative: bool = True,
) -> FieldAuthority:
    """Say whose word counts for a field (or who is compared with it). Raises ``Invalid``, ``Conflict``."""
    viewer.require("data.keep_bases")
    info = base_of(base)
    if field not in info.fields:
        raise Invalid(_("There is no field “%(field)s” in this base database."), field=field)
    with transaction.atomic():
        other = FieldAuthority.objects.select_for_update().filter(
            base=base, field=field, is_authoritative=True
        )
        if is_authoritative and other.exclude(data_set=data_set).exists():
            raise Conflict(
                _("“%(field)s” has its one authoritative source already."), field=info.fields[field]
            )
        row, _new = FieldAuthority.objects.update_or_create(
            base=base,
            field=field,
            data_set=data_set,
            defaults={
                "source_field": source_field,
                "key_field": key_field,
                "is_authoritative": is_authoritative,
            },
        )
        journal.record(
            viewer,
            action="data.declare_authority",
            subject=f"authority/{row.pk}",
            detail={"base": base, "field": field},
        )
    return row


def follow_data_set(data_set: str) -> int:
    """Take what a data set says now into the base databases that it feeds; answers how many records changed."""
    changed = 0
    for base in FieldAuthority.objects.filter(data_set=data_set).values_list("base", flat=True).distinct():
        rows = list(FieldAuthority.objects.filter(data_set=data_set, base=base))
        decisive = [row for row in rows if row.is_authoritative]
        if decisive:
            changed += _take(BASES[base], decisive)
        compared = [row for row in rows if not row.is_authoritative]
        if compared:
            _compare(BASES[base], compared)
    return changed


def put_state(
    info: BaseInfo,
    key: str,
    changes: Mapping[str, Any],
    *,
    valid_from: date,
    at: datetime,
    known: TwoTimes | None,
) -> TwoTimes:
    """Write what is known from now on: the state before ends where the new one begins, and both stay readable.

    ``changes`` are columns. ``known`` is the state that holds now, locked by the caller, None for a new record.
    """
    model = info.model
    if known is None:
        return model._default_manager.create(key=key, valid_from=valid_from, recorded_from=at, **changes)
    kept = {name: getattr(known, name) for name in _columns(model)}
    model._default_manager.filter(pk=known.pk).update(recorded_to=at)
    if valid_from > known.valid_from:
        model._default_manager.create(
            key=key, valid_from=known.valid_from, valid_to=valid_from, recorded_from=at, **kept
        )
    begins = max(valid_from, known.valid_from) if valid_from > known.valid_from else valid_from
    return model._default_manager.create(
        key=key, valid_from=begins, recorded_from=at, **(kept | dict(changes))
    )


def decide_conflict(viewer: Viewer, conflict_id: int, *, is_corrected: bool, value: str = "") -> DataConflict:
    """The source department's word: its value is corrected (to ``value``, else to the other's), or it stands.

    Either way the department whose data disagree is told. Raises ``Conflict`` when it was decided already.
    """
    with transaction.atomic():
        row = DataConflict.objects.select_for_update().get(pk=conflict_id)
        viewer.require("data.decide_conflict", organisation_id=row.organisation_id)
        if row.status != DataConflict.Status.OPEN:
            raise Conflict(_("This conflict is decided already."))
        info = BASES[row.base]
        record = now(info).select_for_update().filter(key=row.record_key).first()
        if is_corrected and record is not None:
            text = value.strip() or opened(info, row.other_value)
            put_state(
                info,
                row.record_key,
                {info.column(row.field): _stored(info, row.field, text)},
                valid_from=_today(),
                at=clock.now(),
                known=record,
            )
        row.status = DataConflict.Status.CORRECTED if is_corrected else DataConflict.Status.CONFIRMED
        row.decided_at = clock.now()
        row.save(update_fields=["status", "decided_at"])
        told = RecordCorrected(
            row.base, record.pk if record else 0, row.field, row.data_set, row.other_data_set
        )
        events.publish(RECORD_CORRECTED, told, subject=f"conflict/{row.pk}")
        journal.record(
            viewer, action="data.decide_conflict", subject=f"conflict/{row.pk}", detail={"status": row.status}
        )
    return row


def conflict_decided(viewer: Viewer, case: Case, _task: Any, outcome: str, data: Mapping[str, Any]) -> None:
    """The step of the case: called by ``cases`` in its transaction."""
    found = DataConflict.objects.filter(case_id=case.pk, status="open").values_list("pk", flat=True).first()
    if found is not None:
        decide_conflict(viewer, found, is_corrected=outcome == "correct", value=str(data.get("value") or ""))


def look_up_person(viewer: Viewer, number: str, *, purpose: str) -> list[Any]:
    """A person's record with its story, for a stated purpose; logged where the person can see it.

    Raises ``Invalid`` without a purpose, ``Forbidden``, ``NotFound``.
    """
    viewer.require("data.see_persons")
    if len(purpose.strip()) < 4:
        raise Invalid(
            _("Say for what purpose you look at this person's record."),
            fields={"purpose": _("Say for what purpose.")},
        )
    info = BASES[Base.POPULATION]
    rows = story(viewer, info, person_key(number))
    with transaction.atomic():
        subject = f"person/{rows[0].pk}"
        journal.record(
            viewer, action="data.look_up_person", subject=subject, detail={"purpose": purpose.strip()[:200]}
        )
        account = next((row.account_id for row in rows if row.account_id), None)
        if account is not None:
            journal.record_access(viewer, person_id=account, subject=subject, purpose=purpose.strip()[:200])
    return rows


def link_account(viewer: Viewer, number: str, account_id: int) -> None:
    """Tie a person's record to their own account, so that they see who looked at it."""
    viewer.require("data.keep_bases")
    with transaction.atomic():
        changed = now(BASES[Base.POPULATION]).filter(key=person_key(number)).update(account_id=account_id)
        if changed:
            journal.record(viewer, action="data.link_account", subject=f"account/{account_id}")


def opened(info: BaseInfo, text: str) -> str:
    """A kept value as text."""
    return unseal(text) if info.is_personal else text


def _take(info: BaseInfo, rows: Sequence[FieldAuthority]) -> int:
    changed = 0
    for block in _blocks(_said(info, rows)):
        with transaction.atomic():
            changed += _take_block(info, block)
    return changed


def _take_block(info: BaseInfo, block: Sequence[tuple[str, str, Mapping[str, str]]]) -> int:
    known = {
        row.key: row for row in now(info).select_for_update().filter(key__in=[key for key, *_rest in block])
    }
    at, day, changed = clock.now(), _today(), 0
    for key, identity, said in block:
        before = known.get(key)
        if before is None:
            changes = {info.column(name): _stored(info, name, text) for name, text in said.items()}
            if info.is_personal:
                changes["identity_sealed"] = identity
        else:
            differing = {
                name: text
                for name, text in said.items()
                if info.shown(before, name) != _as_shown(info, name, text)
            }
            changes = {info.column(name): _stored(info, name, text) for name, text in differing.items()}
        if changes:
            known[key] = put_state(info, key, changes, valid_from=day, at=at, known=before)
            changed += 1
    return changed


def _compare(info: BaseInfo, rows: Sequence[FieldAuthority]) -> None:
    """Open a case where the other source disagrees, close those where both agree again."""
    authority = {
        row.field: row.data_set
        for row in FieldAuthority.objects.filter(base=info.base, is_authoritative=True)
    }
    other, cases_left = rows[0].data_set, MOST_CASES_A_RUN
    for block in _blocks(_said(info, rows)):
        with transaction.atomic():
            known = {row.key: row for row in now(info).filter(key__in=[key for key, *_rest in block])}
            for key, _identity, said in block:
                if key in known and cases_left:
                    cases_left -= _compare_one(info, known[key], said, other=other, authority=authority)


def _compare_one(
    info: BaseInfo, record: TwoTimes, said: Mapping[str, str], *, other: str, authority: Mapping[str, str]
) -> int:
    found = 0
    for name, text in said.items():
        value = info.shown(record, name)
        open_ones = DataConflict.objects.filter(
            base=info.base, record_key=record.key, field=name, other_data_set=other, status="open"
        )
        if not text or not value or value == _as_shown(info, name, text):
            open_ones.update(status=DataConflict.Status.GONE, decided_at=clock.now())
        elif name in authority and not open_ones.exists():
            _open_conflict(info, record, name, data_set=authority[name], other=other, other_value=text)
            found += 1
    return found


def _open_conflict(
    info: BaseInfo, record: TwoTimes, field: str, *, data_set: str, other: str, other_value: str
) -> None:
    keep = (lambda text: info.stored(field, text)) if info.is_personal else str
    body = provider_of(data_set)
    row = DataConflict.objects.create(
        base=info.base,
        record_key=record.key,
        field=field,
        data_set=data_set,
        other_data_set=other,
        value=keep(info.shown(record, field)),
        other_value=keep(other_value),
        organisation_id=body,
        found_at=clock.now(),
    )
    named = "" if info.is_personal else record.key
    title = _t("Two sources disagree: %(base)s, %(field)s %(named)s") % {
        "base": info.base.label,
        "field": info.fields[field],
        "named": named,
    }
    done = cases.start_case(
        SYSTEM, cases.NewCase(CONFLICT, CONFLICT_CLASS, title.strip(), "data", organisation_id=body)
    )
    row.case_id = done.case.pk
    row.save(update_fields=["case_id"])


def _said(info: BaseInfo, rows: Sequence[FieldAuthority]) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """Key, sealed identity number (for persons) and the fields' texts, row by row of the current version."""
    entry = _entry(rows[0].data_set)
    if entry is None or entry.version_id is None:
        return
    version = catalogue.version(entry.version_id)
    names = {one.key for one in version.fields}
    key = rows[0].key_field
    wanted = [row for row in rows if row.source_field in names]
    if key not in names or not wanted:
        return
    identity = key + SEALED if info.is_personal and key + SEALED in names else key
    columns = [
        sql.SQL("{}::text").format(sql.Identifier(name))
        for name in (key, identity, *(row.source_field for row in wanted))
    ]
    statement = sql.SQL("SELECT {} FROM {} WHERE {} IS NOT NULL ORDER BY _id").format(
        sql.SQL(", ").join(columns), version.table, sql.Identifier(key)
    )
    with connection.cursor() as cursor:
        cursor.execute(text_of(statement))
        for found in cursor.fetchall():
            yield (
                found[0],
                found[1],
                {row.field: value or "" for row, value in zip(wanted, found[2:], strict=True)},
            )


def _entry(data_set: str) -> catalogue.Entry | None:
    try:
        return catalogue.entry(SYSTEM, data_set)
    except Refusal:
        return None


def _stored(info: BaseInfo, field: str, text: str) -> Any:
    try:
        return info.stored(field, text)
    except (ValueError, ArithmeticError):
        raise Invalid(
            _("“%(text)s” is no value of “%(field)s”."), text=text[:60], field=info.fields[field]
        ) from None


def _as_shown(info: BaseInfo, field: str, text: str) -> str:
    """A source's text as the record would show it: 12.50 and 12.5 are the same number."""
    if info.is_personal:
        return text
    probe = info.model(**{field: _stored(info, field, text)})
    return info.shown(probe, field)


def _columns(model: type[TwoTimes]) -> list[str]:
    own = {"id", "key", "valid_from", "valid_to", "recorded_from", "recorded_to"}
    return [one.attname for one in model._meta.concrete_fields if one.attname not in own]  # noqa: SLF001  Django's own


def _today() -> date:
    from django.utils.timezone import localtime

    return localtime(clock.now()).date()


def _blocks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    source = iter(rows)
    while block := list(islice(source, BLOCK)):
        yield block
