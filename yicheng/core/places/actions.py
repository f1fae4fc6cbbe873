"""What staff do with the grid: say who answers for an area, bring in surveyed cells."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid, NotFound
from yicheng.core.kernel.recording import record
from yicheng.core.kernel.tables import Finding
from yicheng.core.kernel.upsert import sync
from yicheng.core.people.models import Account, Organisation, Role
from yicheng.core.people.public import Viewer
from yicheng.core.places.atlas import atlas, renew
from yicheng.core.places.cells import Ground, SurveyedCell, check_cells
from yicheng.core.places.facts import CellReport
from yicheng.core.places.geojson import read_text
from yicheng.core.places.loading import cell_row
from yicheng.core.places.models import Division, Duty, GridCell, Origin


def assign_duty(
    viewer: Viewer, area_code: str, *, role_id: int, organisation_id: int, account_id: int | None = None
) -> Duty:
    """Let an organisation, or one of its people, answer for a division or a cell in a role.

    Raises ``NotFound``, ``Invalid`` (another organisation's person), ``Conflict`` (is so already).
    """
    viewer.require("places.assign_duty", division=area_code)
    with transaction.atomic():
        area = _lock_area(area_code)
        _check_holder(role_id, organisation_id, account_id)
        held = Duty.objects.filter(**area, ended_at=None, role_id=role_id, organisation_id=organisation_id)
        if held.filter(account=account_id).exists():
            raise Conflict(_("This is already so."))
        duty = Duty.objects.create(
            **area,
            role_id=role_id,
            organisation_id=organisation_id,
            account_id=account_id,
            began_at=clock.now(),
        )
        _record(viewer, "places.assign_duty", duty, area_code)
    return duty


def end_duty(viewer: Viewer, duty_id: int) -> None:
    """Let somebody no longer answer for an area. Raises ``NotFound``, ``Conflict`` when it has ended."""
    with transaction.atomic():
        duty = Duty.objects.select_for_update().filter(pk=duty_id).first()
        if duty is None:
            raise NotFound(_("There is no such duty."))
        area_code = duty.cell_id or duty.division_id or ""
        viewer.require("places.assign_duty", division=area_code)
        if duty.ended_at is not None:
            raise Conflict(_("This duty has ended already."))
        duty.ended_at = clock.now()
        duty.save(update_fields=["ended_at"])
        _record(viewer, "places.end_duty", duty, area_code)


def import_cells(viewer: Viewer, text: str, *, name: str, datum: str = "cgcs2000") -> CellReport:
    """Take surveyed cells in from GeoJSON; those at fault are refused, the others stored.

    Generated cells of a community that now has surveyed ones are retired. Raises
    ``Invalid`` when the text is no GeoJSON at all.
    """
    viewer.require("places.import_cells")
    found = read_text(text, name, datum=datum)
    if not found.features:
        reason = found.findings[0].reason if found.findings else _("The file holds no outlines.")
        raise Invalid(_("Nothing was taken in: %(reason)s"), reason=reason)
    with transaction.atomic():
        list(Division.objects.select_for_update().filter(parent=None))  # one import at a time
        sound, refused = check_cells(found.features, name, ground=_ground())
        outside, sound = _split(viewer, sound, name)
        tally, retired = _store(sound, found.datum)
        record(
            viewer,
            action="places.import_cells",
            subject=f"file/{name[:60]}",
            detail={"created": tally.created, "changed": tally.changed, "retired": retired},
        )
    return CellReport(len(sound), tuple(sorted({*found.findings, *refused, *outside})), retired)


def _split(viewer: Viewer, cells: list[SurveyedCell], name: str) -> tuple[list[Finding], list[SurveyedCell]]:
    """Cells beyond the viewer's own divisions are refused one by one."""
    mine = [cell for cell in cells if viewer.may("places.import_cells", division=cell.code)]
    kept = {cell.code for cell in mine}
    reason = str(_("This area is not yours."))
    return [Finding(name, cell.line, reason) for cell in cells if cell.code not in kept], mine


def _store(cells: list[SurveyedCell], datum: str) -> tuple[Any, int]:
    """Write the cells; what was generated in their communities goes."""
    codes = [cell.code for cell in cells]
    rows = [cell_row(cell, datum=datum) for cell in cells]
    tally = sync(GridCell.objects.filter(pk__in=codes), rows, key=("code",))
    communities = {cell.community for cell in cells}
    generated = GridCell.objects.filter(division_id__in=communities, is_active=True, origin=Origin.GENERATED)
    retired = generated.update(is_active=False)
    if cells:
        renew()
    return tally, retired


def _ground() -> Ground:
    known = atlas()
    outlines = {
        code: (outline, known.divisions[code].outline_origin) for code, outline in known.outlines.items()
    }
    communities = frozenset(code for code in known.divisions if len(code) == 12)
    surveyed = GridCell.objects.filter(is_active=True, origin=Origin.SURVEYED)
    return Ground(outlines, communities, dict(surveyed.values_list("code", "outline")))


def _lock_area(code: str) -> dict[str, str]:
    """The column that names the area; the row stays locked until the transaction ends."""
    model = GridCell if len(code) == 15 else Division
    if not model.objects.select_for_update().filter(pk=code, is_active=True).exists():
        raise NotFound(_("There is no area %(code)s."), code=code)
    return {"cell_id" if len(code) == 15 else "division_id": code}


def _check_holder(role_id: int, organisation_id: int, account_id: int | None) -> None:
    if not Role.objects.filter(pk=role_id, is_active=True).exists():
        raise Invalid(_("Choose a role."), fields={"role": _("There is no such role.")})
    if not Organisation.objects.filter(pk=organisation_id, is_active=True).exists():
        raise Invalid(
            _("Choose an organisation."), fields={"organisation": _("There is no such organisation.")}
        )
    if account_id is None:
        return
    theirs = Q(organisation_id=organisation_id) | Q(appointments__organisation_id=organisation_id)
    if not Account.objects.filter(theirs, pk=account_id, is_active=True).exists():
        raise Invalid(
            _("Choose somebody of that organisation."), fields={"account": _("Not of that organisation.")}
        )


def _record(viewer: Viewer, action: str, duty: Duty, area_code: str) -> None:
    detail = {"area": area_code, "role": duty.role_id, "organisation": duty.organisation_id}
    record(viewer, action=action, subject=f"duty/{duty.pk}", division=area_code[:12], detail=detail)
