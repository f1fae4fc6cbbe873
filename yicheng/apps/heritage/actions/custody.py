"""Relics on the move: asked for, approved by grade, handed over and received by two people, kept in the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yicheng.apps.heritage.models import CustodyEntry, KeepingPlace, Movement, Relic
from yicheng.apps.heritage.models.custody import OPEN, Status
from yicheng.apps.heritage.permissions import ORDER
from yicheng.core.cases import public as cases
from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid, NotFound
from yicheng.core.people.public import Viewer, account_names

if TYPE_CHECKING:
    from yicheng.core.cases.models import Case, Task

PROCESS, CLASS = "heritage.movement", "H01"
#: these must say when the relic will be back
MUST_RETURN = (Movement.Kind.LOAN, Movement.Kind.REPAIR)


@dataclass(frozen=True, slots=True)
class NewMovement:
    """What is asked for: where to, what for, back on which day (loans and repairs must say)."""

    kind: str
    to_place_id: int
    reason: str
    back_on: date | None = None


def order_movement(viewer: Viewer, relic_id: int, new: NewMovement) -> Movement:
    """Ask that a relic be moved; a case for those who approve. Raises ``Invalid``, ``Conflict``, ``NotFound``."""
    with transaction.atomic():
        relic = Relic.objects.select_for_update().filter(pk=relic_id).first()
        if relic is None:
            raise NotFound(_("There is no such relic, or none that you may see."))
        viewer.require(ORDER, organisation_id=relic.organisation_id, division=relic.division_code)
        place = _checked(relic, new)
        if Movement.objects.filter(relic=relic, status__in=OPEN).exists():
            raise Conflict(_("An order to move this relic stands already. End that one first."))
        row = _write(viewer, relic, place, new)
        title = _t("Move %(relic)s to %(place)s") % {"relic": relic, "place": place}
        case = cases.NewCase(
            PROCESS,
            CLASS,
            title[:200],
            "heritage",
            description=row.reason,
            organisation_id=relic.organisation_id,
            division_code=relic.division_code,
            variables={"grade": relic.grade, "kind": row.kind},
        )
        row.case_id = cases.start_case(viewer, case).case.pk
        row.save(update_fields=["case"])
        record(
            viewer,
            action="heritage.order_movement",
            subject=f"relic/{relic.pk}",
            division=relic.division_code,
            detail={"kind": row.kind, "to": place.code},
        )
    return row


def approved(_viewer: Viewer, case: Case, _task: Task, outcome: str, _data: Mapping[str, Any]) -> None:
    """The keeper's head has decided; where the bureau must decide too, the order goes on waiting."""
    row = _of_case(case)
    if outcome != "approve":
        _set(row, status=Status.REFUSED)
    elif row.relic.grade != "first":
        _set(row, status=Status.APPROVED, approved_at=clock.now())


def approved_first(_viewer: Viewer, case: Case, _task: Task, outcome: str, _data: Mapping[str, Any]) -> None:
    """The bureau has decided about a first-grade relic."""
    if outcome == "approve":
        _set(_of_case(case), status=Status.APPROVED, approved_at=clock.now())
    else:
        _set(_of_case(case), status=Status.REFUSED)


def handed_over(viewer: Viewer, case: Case, _task: Task, _outcome: str, _data: Mapping[str, Any]) -> None:
    """Somebody gave the relic out of its place."""
    row = _of_case(case)
    if row.status != Status.APPROVED:
        raise Conflict(_("Only an approved order can be carried out."))
    _set(row, status=Status.OUT, handed_by_id=viewer.account_id, handed_at=clock.now())


def received(viewer: Viewer, case: Case, _task: Task, _outcome: str, _data: Mapping[str, Any]) -> None:
    """Somebody else took it in at its new place: from now on it is there."""
    row = _of_case(case)
    if row.status != Status.OUT:
        raise Conflict(_("It was not handed over yet."))
    if row.handed_by_id is not None and row.handed_by_id == viewer.account_id:
        raise Conflict(_("Who handed it over can't receive it: two people are needed."))
    now = clock.now()
    relic = Relic.objects.select_for_update().get(pk=row.relic_id)
    Movement.objects.filter(relic=relic, status=Status.RECEIVED, back_at=None).update(back_at=now)
    _set(row, status=Status.RECEIVED, received_by_id=viewer.account_id, received_at=now)
    relic.place_id, relic.updated_at = row.to_place_id, now
    relic.save(update_fields=["place", "updated_at"])
    names = account_names(one for one in (row.handed_by_id, viewer.account_id) if one)
    CustodyEntry.objects.create(
        relic=relic,
        place_id=row.to_place_id,
        movement=row,
        since=now,
        handed_by_name=names.get(row.handed_by_id or 0, ""),
        received_by_name=names.get(viewer.account_id or 0, ""),
    )


def closed(case: Case) -> None:
    """A case that was cancelled takes its order with it."""
    Movement.objects.filter(case_id=case.pk, status__in=OPEN).update(status=Status.REFUSED)


def _checked(relic: Relic, new: NewMovement) -> KeepingPlace:
    wrong: dict[str, Any] = {}
    place = KeepingPlace.objects.filter(pk=new.to_place_id).first()
    if place is None or place.pk == relic.place_id:
        wrong["to_place_id"] = _("Choose a place where it is not already.")
    if new.kind not in Movement.Kind.values:
        wrong["kind"] = _("Choose what for.")
    if len(new.reason.strip()) < 2:
        wrong["reason"] = _("Say why.")
    if new.back_on is None and new.kind in MUST_RETURN:
        wrong["back_on"] = _("Say when it will be back.")
    if new.back_on is not None and new.back_on < localtime(clock.now()).date():
        wrong["back_on"] = _("This day is over.")
    if wrong or place is None:
        raise Invalid(_("Some fields need another look."), fields=wrong)
    return place


def _write(viewer: Viewer, relic: Relic, place: KeepingPlace, new: NewMovement) -> Movement:
    return Movement.objects.create(
        relic=relic,
        kind=new.kind,
        from_place_id=relic.place_id,
        to_place=place,
        reason=new.reason.strip()[:400],
        back_on=new.back_on,
        organisation_id=relic.organisation_id,
        division_code=relic.division_code,
        asked_by_id=viewer.account_id,
        asked_at=clock.now(),
    )


def _of_case(case: Case) -> Movement:
    return Movement.objects.select_for_update(of=("self",)).select_related("relic").get(case_id=case.pk)


def _set(row: Movement, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
