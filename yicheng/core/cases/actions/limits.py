"""Puts a new version of the time limits in force, from a CSV file as the city pack has it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.laying_down import LIMITS, LimitFacts, lay_down_limits
from yicheng.core.cases.models import CaseClass, LimitTable
from yicheng.core.journal.public import record
from yicheng.core.kernel.errors import Conflict, Invalid
from yicheng.core.kernel.tables import Finding, read_table
from yicheng.core.people.public import Viewer

SIZE_LIMIT = 5 * 1024 * 1024


class LimitsRefused(Invalid):
    """The file has faults; ``findings`` tell them line by line."""

    code = "limits_refused"

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = findings
        super().__init__(
            _(
                "The limits were not changed: %(count)s faults in the file, the first in line %(line)s: %(reason)s"
            ),
            count=len(findings),
            line=findings[0].line,
            reason=findings[0].reason,
        )


def put_limits(viewer: Viewer, content: bytes, *, note: str = "") -> LimitTable:
    """Lay down the limits of a CSV file as a new version; cases that run keep the limits they began with."""
    viewer.require("cases.edit_limits")
    if len(content) > SIZE_LIMIT:
        raise Invalid(_("The file is larger than 5 MB."), fields={"file": _("Too large.")})
    lines = _read(content)
    with transaction.atomic():
        tally = lay_down_limits(lines, note=note, account_id=viewer.account_id)
        table = LimitTable.objects.order_by("-version").first()
        if not tally.created or table is None:
            raise Conflict(_("The file says what is in force already; nothing was changed."))
        record(
            viewer, action="cases.put_limits", subject=f"limits/{table.version}", detail={"lines": len(lines)}
        )
    return table


def _read(content: bytes) -> list[LimitFacts]:
    codes = frozenset(CaseClass.objects.values_list("code", flat=True))
    with TemporaryDirectory() as folder:
        (Path(folder) / LIMITS.file).write_bytes(content)
        found = read_table(Path(folder), LIMITS, reference=lambda _file, _name: codes)
    faults = [finding for finding in found.findings if finding.severity == "error"]
    if faults:
        raise LimitsRefused(faults)
    if not found.rows:
        raise Invalid(_("The file has no lines."), fields={"file": _("Empty.")})
    return [
        LimitFacts(row.process, row.class_code, row.zone, row.severity, row.task, row.amount, row.unit)
        for row in found.rows
    ]
