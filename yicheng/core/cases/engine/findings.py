"""What a check finds in a drawing, and the one refusal that a faulty drawing meets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import Invalid

Severity = Literal["error", "warning", "info"]
_ORDER: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a drawing: how bad, where, what, and what to do.

    ``element_id`` is the id in the file ("" for the file itself); ``message`` is
    translatable and filled with ``values``.
    """

    severity: Severity
    element_id: str
    element_name: str
    message: str | Promise
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        text = str(self.message)
        return text % self.values if self.values else text

    @property
    def where(self) -> str:
        """The element as a person finds it: its name, else its id."""
        return self.element_name or self.element_id


class DrawingRefused(Invalid):
    """A drawing that the platform cannot run; ``findings`` say element by element why."""

    code = "drawing_refused"

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = sorted(findings, key=lambda finding: _ORDER[finding.severity])
        first = self.findings[0]
        super().__init__(
            _("The drawing cannot be used: %(reason)s (%(where)s). %(count)s remarks in all."),
            reason=str(first),
            where=first.where or "—",
            count=len(self.findings),
        )


class StepRefused(Invalid):
    """A running case cannot take this step; says which element and why."""

    code = "step_refused"


def has_errors(findings: Sequence[Finding]) -> bool:
    """Whether anything found forbids running the drawing."""
    return any(finding.severity == "error" for finding in findings)
