"""A load's life: received, checked into a staged version, mended, published whole, taken back, dropped."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence

import polars as pl
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.apps.data.actions.kept_rows import keep_refused, replace_refused
from yicheng.apps.data.actions.sources import agree_fields, ensure_registered, own_source, schedule_next
from yicheng.apps.data.actions.staging import carry_over, catalogue_fields, copy_sound, digest_of
from yicheng.apps.data.events import LOAD_PUBLISHED, LOAD_STOPPED, LoadPublished, LoadStopped
from yicheng.apps.data.intake.checking import Checked, ColumnsChanged, check
from yicheng.apps.data.intake.opening import open_sheet
from yicheng.apps.data.intake.proposing import propose
from yicheng.apps.data.intake.rules import Field
from yicheng.apps.data.intake.sheet import ROW, Sheet
from yicheng.apps.data.models import KeptFile, Load, Source
from yicheng.apps.data.queries.sources import BRING, fields_of, known_values
from yicheng.apps.data.queries.staged import staged_values
from yicheng.core.catalogue import public as catalogue
from yicheng.core.events import public as events
from yicheng.core.journal import public as journal
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid, NotFound, Refusal
from yicheng.core.people.public import Viewer, seal, unseal

LARGEST_KEPT = 64 * 1024 * 1024


def receive_file(viewer: Viewer, source_id: int, content: bytes, *, name: str = "") -> Load:
    """A file sent in at the desk: read, kept encrypted, checked if its fields are agreed, else proposed.

    Raises ``Unreadable``, ``ColumnsChanged``. Reading takes seconds for large files: call it outside a transaction.
    """
    sheet = open_sheet(content)
    with transaction.atomic():
        source = own_source(viewer, source_id)
        load = _new_load(viewer, source, sheet, origin=Load.Origin.DESK, name=name)
        _keep(load, sheet)
        if not source.fields.exists():
            agree_fields(viewer, source.pk, propose(sheet))
        elif source.state != Source.State.DRAFT:
            _stage(viewer, load, sheet)
    return load


def check_load(viewer: Viewer, load_id: int) -> Load:
    """Hold a load to the fields as they are agreed now. Raises ``ColumnsChanged``, ``Conflict``."""
    with transaction.atomic():
        load = open_load(viewer, load_id)
        _stage(viewer, load, kept_sheet(load))
    return load


def take_rows(viewer: Viewer, source_id: int, sheet: Sheet, *, origin: str, name: str = "") -> Load:
    """Rows that came without anybody watching: checked, and published at once if none is refused.

    Otherwise the load waits, or is refused as a whole when the columns changed; the department is told and
    the last good version stays.
    """
    with transaction.atomic():
        source = own_source(viewer, source_id)
        load = _new_load(viewer, source, sheet, origin=origin, name=name)
        if not source.fields.exists():
            raise Conflict(_("The fields of “%(title)s” are not agreed yet."), title=source.title)
        try:
            with transaction.atomic():
                _stage(viewer, load, sheet)
                if not load.refused_count:
                    return _publish(viewer, load, source)
        except Refusal as refusal:
            _refuse(load, source, refusal)
            return load
        _stop(load, source, Source.State.WAITING, str(_("Some rows were refused: look at them and decide.")))
    return load


def refuse_run(viewer: Viewer, source_id: int, refusal: Refusal, *, origin: str) -> Load:
    """Keep that a source could not be read at all; the last good version stays and its department is told."""
    with transaction.atomic():
        source = own_source(viewer, source_id)
        load = Load.objects.create(
            source=source, organisation_id=source.organisation_id, origin=origin, created_at=clock.now()
        )
        _refuse(load, source, refusal)
    return load


def mend_load(viewer: Viewer, load_id: int, content: bytes) -> Load:
    """Take back the refused rows, mended: the first column is their row number, the second the reasons.

    Sound ones join the staged rows, the others stay refused with their new reasons. Raises ``Unreadable``.
    """
    sheet = open_sheet(content)
    with transaction.atomic():
        load = open_load(viewer, load_id)
        if load.status != Load.Status.CHECKED or load.version_id is None:
            raise Conflict(_("This load is not checked yet."))
        mended = _mended_sheet(load, sheet)
        fields = fields_of(load.source)
        checked = check(mended, fields, known=known_values(fields))
        version = catalogue.version(load.version_id)
        checked = _without_twins(checked, fields, version)
        added = copy_sound(version, checked.sound, fields)
        replace_refused(load, checked, mended.cells[ROW].to_list())
        load.sound_count += added
        load.mended_count += added
        load.refused_count -= added
        load.save(update_fields=["sound_count", "mended_count", "refused_count"])
        journal.record(viewer, action="data.mend_load", subject=f"load/{load.pk}", detail={"mended": added})
    return load


def publish_load(viewer: Viewer, load_id: int, *, without_refused: bool = False) -> Load:
    """Let the checked rows be read from now on, all or nothing. Raises ``Conflict`` while rows are refused."""
    with transaction.atomic():
        load = open_load(viewer, load_id)
        source = own_source(viewer, load.source_id)
        if load.status != Load.Status.CHECKED:
            raise Conflict(_("This load is not checked yet."))
        if not load.sound_count:
            raise Invalid(_("No row of this load can be published. Mend the file and send it again."))
        if load.refused_count and not without_refused:
            raise Conflict(
                _("%(count)d rows are refused. Mend them, or say that you publish without them."),
                count=load.refused_count,
            )
        return _publish(viewer, load, source)


def drop_load(viewer: Viewer, load_id: int) -> None:
    """Forget a load that was not published; its staged rows are deleted."""
    with transaction.atomic():
        load = open_load(viewer, load_id)
        if load.version_id is not None:
            catalogue.discard_version(viewer, load.version_id)
        load.refused.all().delete()
        _finish(load, Load.Status.DROPPED)
        journal.record(viewer, action="data.drop_load", subject=f"load/{load.pk}")


def revert_load(viewer: Viewer, load_id: int) -> Load:
    """Take the newest published load back: the version before is read again. Raises ``Conflict``."""
    with transaction.atomic():
        load = _locked(viewer, load_id)
        source = own_source(viewer, load.source_id)
        newest = source.loads.filter(status=Load.Status.PUBLISHED).order_by("-finished_at", "-pk")[:2]
        if load.status != Load.Status.PUBLISHED or newest[0].pk != load.pk:
            raise Conflict(_("Only the newest published load can be taken back."))
        if len(newest) < 2 or newest[1].version_id is None:
            raise Conflict(_("There is no version before this one to go back to."))
        catalogue.restore_version(viewer, newest[1].version_id)
        load.status = Load.Status.REVERTED
        load.save(update_fields=["status"])
        journal.record(viewer, action="data.revert_load", subject=f"load/{load.pk}")
    return load


def open_load(viewer: Viewer, load_id: int) -> Load:
    """A load of one's own that is not finished, locked. Raises ``NotFound``, ``Conflict``."""
    load = _locked(viewer, load_id)
    if load.status not in (Load.Status.READ, Load.Status.CHECKED):
        raise Conflict(_("This load was published or dropped already."))
    return load


def kept_sheet(load: Load) -> Sheet:
    """What was sent, from its encrypted copy. Raises ``Conflict`` where none is kept."""
    kept = KeptFile.objects.filter(load=load).first()
    if kept is None:
        raise Conflict(_("What was sent is not kept any more: send it again."))
    cells = pl.read_parquet(io.BytesIO(base64.b64decode(unseal(bytes(kept.content).decode()))))
    return Sheet(load.file_format, tuple(load.columns), cells, load.encoding)


def _locked(viewer: Viewer, load_id: int) -> Load:
    load = Load.objects.select_for_update(of=("self",)).select_related("source").filter(pk=load_id).first()
    if load is None or not viewer.may(
        BRING, organisation_id=load.organisation_id, division=load.source.division_code
    ):
        raise NotFound(_("There is no such load, or none of your organisation."))
    return load


def _new_load(viewer: Viewer, source: Source, sheet: Sheet, *, origin: str, name: str) -> Load:
    return Load.objects.create(
        source=source,
        organisation_id=source.organisation_id,
        origin=origin,
        file_name=name[-200:],
        file_format=sheet.format,
        encoding=sheet.encoding,
        columns=list(sheet.columns),
        remarks=[str(remark) for remark in sheet.remarks],
        read_count=sheet.height,
        account_id=viewer.account_id,
        created_at=clock.now(),
    )


def _keep(load: Load, sheet: Sheet) -> None:
    file = io.BytesIO()
    sheet.cells.write_parquet(file)
    if file.tell() <= LARGEST_KEPT:
        sealed = seal(base64.b64encode(file.getvalue()).decode())
        KeptFile.objects.create(load=load, content=sealed.encode())


def _stage(viewer: Viewer, load: Load, sheet: Sheet) -> None:
    """Check all rows and write the sound ones into a version of their own, nothing of it readable yet."""
    source = load.source
    fields = fields_of(source)
    checked = check(sheet, fields, known=known_values(fields))
    ensure_registered(viewer, source)
    if load.version_id is not None:
        catalogue.discard_version(viewer, load.version_id)
    version = catalogue.begin_version(viewer, source.key, catalogue_fields(fields), note=load.file_name)
    load.version_id = version.id
    load.sound_count = copy_sound(version, checked.sound, fields)
    load.read_count, load.refused_count, load.mended_count = checked.read_count, checked.refused_count, 0
    load.status = Load.Status.CHECKED
    load.save()
    keep_refused(load, checked)
    journal.record(
        viewer,
        action="data.check_load",
        subject=f"load/{load.pk}",
        detail={"read": load.read_count, "sound": load.sound_count, "refused": load.refused_count},
    )


def _publish(viewer: Viewer, load: Load, source: Source) -> Load:
    assert load.version_id is not None  # a checked load has one
    version = catalogue.version(load.version_id)
    keys = [one.key for one in version.fields if one.is_key]
    previous = catalogue.entry(viewer, source.key).version_id
    if source.mode == Source.Mode.ADD and previous is not None:
        if not keys:
            raise Invalid(_("Rows can only be added where a key names them. Mark the key fields."))
        carry_over(version, catalogue.version(previous), keys=keys)
    published = catalogue.publish_version(viewer, load.version_id)
    _finish(load, Load.Status.PUBLISHED)
    source.state, source.last_fault = Source.State.FINE, ""
    schedule_next(source)
    source.save()
    told = LoadPublished(load.pk, source.key, source.organisation_id, published.rows, load.quality)
    events.publish(LOAD_PUBLISHED, told, subject=f"load/{load.pk}", division=source.division_code)
    journal.record(
        viewer,
        action="data.publish_load",
        subject=f"load/{load.pk}",
        detail={"key": source.key, "rows": published.rows},
    )
    return load


def _finish(load: Load, status: str) -> None:
    KeptFile.objects.filter(load=load).delete()
    load.status, load.finished_at = status, clock.now()
    load.save()


def _refuse(load: Load, source: Source, refusal: Refusal) -> None:
    load.version_id, load.sound_count, load.refused_count = None, 0, 0
    load.fault = str(refusal)
    _finish(load, Load.Status.REFUSED)
    state = Source.State.CHANGED if isinstance(refusal, ColumnsChanged) else Source.State.FAILED
    _stop(load, source, state, load.fault)


def _stop(load: Load, source: Source, state: str, reason: str) -> None:
    source.state, source.last_fault = state, reason
    schedule_next(source)
    source.save()
    told = LoadStopped(load.pk, source.key, source.title, source.organisation_id, reason)
    events.publish(LOAD_STOPPED, told, subject=f"load/{load.pk}", division=source.division_code)


def _mended_sheet(load: Load, sheet: Sheet) -> Sheet:
    """The sent-back table with its own row numbers, in the columns of the load. Raises ``Invalid``."""
    expected = tuple(load.columns)
    if sheet.columns[2:] != expected:
        raise ColumnsChanged(
            _("Send back the table of refused rows as it was downloaded: its columns have changed."),
        )
    numbers = sheet.cells["0"].cast(pl.UInt32, strict=False)
    known = set(load.refused.filter(row__in=numbers.drop_nulls().to_list()).values_list("row", flat=True))
    if numbers.null_count() or numbers.n_unique() != numbers.len() or set(numbers.to_list()) - known:
        raise Invalid(_("The first column must hold the numbers of refused rows, each once."))
    cells = sheet.cells.select(
        numbers.alias(ROW), *(pl.col(str(at + 2)).alias(str(at)) for at in range(len(expected)))
    )
    return Sheet(
        load.file_format,
        expected,
        cells.with_columns(pl.col(str(at)).str.strip_prefix("'") for at in range(len(expected))),
    )


def _without_twins(checked: Checked, fields: Sequence[Field], version: catalogue.Version) -> Checked:
    """Refuse mended rows whose unique values stand among the staged rows already."""
    from dataclasses import replace

    sound = checked.sound
    for one in fields:
        if not one.must_be_alone or sound.is_empty():
            continue
        values = [_stored_value(one, value) for value in sound[one.key].to_list()]
        taken = set(staged_values(version, one.key, among=[value for value in values if value]).to_list())
        if any(value in taken for value in values):
            raise Conflict(
                _(
                    "“%(title)s”: a mended row has the same value as a sound one. Change it, or leave the row out."
                ),
                title=one.title,
            )
    return replace(checked, sound=sound)


def _stored_value(one: Field, value: object) -> str | None:
    if value is None:
        return None
    return digest_of(str(value)) if one.kind == "identity" else str(value)
