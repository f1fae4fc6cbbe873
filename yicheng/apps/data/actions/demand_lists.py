"""A whole demand list at once: a department's table of what is needed, from whom, by when; all rows or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.db import transaction
from django.utils.translation import gettext as _t

from yicheng.apps.data.actions.campaign import NewDemand, ask_for
from yicheng.apps.data.intake.checking import check
from yicheng.apps.data.intake.opening import open_sheet
from yicheng.apps.data.intake.rules import Field, reason_text
from yicheng.apps.data.queries.campaign import RUN
from yicheng.core.kernel.errors import Refusal
from yicheng.core.people.public import Viewer, organisation_ids

BODIES = "organisations/name"
#: the columns of the list, and those that may be missing
FIELDS = (
    Field("title", "资源名称", is_required=True),
    Field("organisation", "责任部门", is_required=True, reference=BODIES),
    Field("asked_by", "需求部门", is_required=True, reference=BODIES),
    Field("due_on", "截止日期", "date", is_required=True),
    Field("purpose", "用途"),
    Field("fields_asked", "数据项"),
    Field("data_set", "数据集"),
)
OBLIGATORY = 4
MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class TakenList:
    """How many were taken; else the refused rows with their reasons in words."""

    count: int
    refused: Sequence[tuple[int, Sequence[str]]] = ()


def take_demand_list(viewer: Viewer, campaign_id: int, content: bytes) -> TakenList:
    """Lay every row of the list on its department, or none where one is refused. Raises ``Unreadable``."""
    viewer.require(RUN)
    sheet = open_sheet(content)
    fields = [one for at, one in enumerate(FIELDS) if at < OBLIGATORY or one.title in sheet.columns]
    bodies = organisation_ids()
    checked = check(sheet, fields, known={BODIES: pl.Series(sorted(bodies), dtype=pl.String)})
    by_key = {one.key: one for one in fields}
    if checked.refused_count:
        refused = [
            (one.row, [reason_text(reason, by_key) for reason in one.reasons])
            for one in checked.refused(most=MOST_SHOWN)
        ]
        return TakenList(0, refused)
    faults: list[tuple[int, Sequence[str]]] = []
    with transaction.atomic():
        for at, row in enumerate(checked.sound.iter_rows(named=True)):
            try:
                ask_for(viewer, campaign_id, _demand(row, bodies))
            except Refusal as refusal:
                faults.append((int(sheet.cells["row"][at]), [str(refusal) or _t("Refused.")]))
        if faults:
            transaction.set_rollback(True)
    return TakenList(0 if faults else checked.sound.height, faults)


def _demand(row: Mapping[str, Any], ids: Mapping[str, int]) -> NewDemand:
    return NewDemand(
        title=str(row["title"]),
        organisation_id=ids[str(row["organisation"])],
        asked_by_id=ids[str(row["asked_by"])],
        due_on=row["due_on"],
        purpose=str(row.get("purpose") or ""),
        fields_asked=str(row.get("fields_asked") or ""),
        data_set=str(row.get("data_set") or ""),
    )
