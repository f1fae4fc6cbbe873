"""What each step of a case writes besides the process itself. Called by ``cases`` in the step's own transaction.

What is set on ``case`` here is written by ``cases`` with the step; rows of our own are written here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from yicheng.apps.urban import photos
from yicheng.apps.urban.assignment import handles_cases
from yicheng.apps.urban.classes import class_named
from yicheng.apps.urban.models import UrbanCase
from yicheng.core.kernel import statements
from yicheng.core.kernel.errors import Invalid

if TYPE_CHECKING:
    from yicheng.core.cases.models import Case, Task
    from yicheng.core.people.public import Viewer

Data = Mapping[str, Any]


def verified(viewer: Viewer, case: Case, task: Task, outcome: str, data: Data) -> Data | None:
    """The collector saw it, or found nothing."""
    _own(case, is_verified=outcome == "confirmed")
    photos.keep(viewer, case, data.get("photos", ()), stage=photos.BEFORE)
    return None


def filed(viewer: Viewer, case: Case, task: Task, outcome: str, data: Data) -> Data | None:
    """Filed, refused, or found to be a duplicate."""
    if outcome == "file":
        if chosen := data.get("class_code"):
            case.case_class_id = class_named(str(chosen)).code
        case.severity = _severity(data.get("severity") or case.severity)
        case.is_public = bool(data.get("is_public", case.is_public))
        return {"class_code": case.case_class_id, "severity": case.severity}
    if outcome == "refuse":
        _own(case, refusal=_refusal(data.get("refusal") or UrbanCase.Refusal.UNCLEAR))
        case.status = "cancelled"
    if outcome == "duplicate":
        case.status, case.merged_into_id = "merged", _original(case, str(data.get("original", "")))
    return None


def dispatched(viewer: Viewer, case: Case, task: Task, outcome: str, data: Data) -> Data | None:
    """To one department, to two, or back to supervision."""
    if outcome == "send_back":
        return None
    case.organisation_id = _body(data, "organisation_id")
    if outcome == "joint":
        assisting = _body(data, "assisting_id")
        if assisting == case.organisation_id:
            text = _("Choose another department than the leading one.")
            raise Invalid(text, fields={"assisting_id": text})
        _own(case, assisting_id=assisting)
    return None


def handled(viewer: Viewer, case: Case, task: Task, outcome: str, data: Data) -> Data | None:
    """A department did its work, or says it is not its task."""
    photos.keep(viewer, case, data.get("photos", ()), stage=photos.AFTER)
    return None


def checked(viewer: Viewer, case: Case, task: Task, outcome: str, data: Data) -> Data | None:
    """The collector looked at the result on the spot."""
    _own(case, check_passed=outcome == "passed")
    photos.keep(viewer, case, data.get("photos", ()), stage=photos.AFTER)
    return None


def _own(case: Case, **values: Any) -> None:
    """Our columns of the case; prepared, for this is the hot path."""
    assigned = ", ".join(f"{column} = %({column})s" for column in values)
    statements.run(
        f"UPDATE urban_urbancase SET {assigned} WHERE case_id = %(case)s",  # noqa: S608  (our own names)
        {"case": case.pk, **values},
    )


def _original(case: Case, number: str) -> int:
    """The earlier case that this one repeats; raises ``Invalid``."""
    rows = UrbanCase.objects.filter(case__number=number.strip()).exclude(pk=case.pk)
    found = rows.exclude(case__status__in=("merged", "cancelled")).values_list("pk", flat=True).first()
    if found is None:
        text = _("There is no open or closed case with the number “%(number)s”.")
        raise Invalid(text, number=number, fields={"original": text % {"number": number}})
    return found


def _severity(value: Any) -> int:
    if value in (1, 2, 3):
        return int(value)
    text = _("The urgency is 1 (urgent), 2 (normal) or 3 (minor).")
    raise Invalid(text, fields={"severity": text})


def _refusal(value: Any) -> str:
    if value in UrbanCase.Refusal.values:
        return str(value)
    text = _("Choose one of the reasons.")
    raise Invalid(text, fields={"refusal": text})


def _body(data: Data, name: str) -> int:
    """A department from the form, or from a program's JSON: one whose staff handle cases."""
    value = data.get(name)
    if isinstance(value, int) and handles_cases(value):
        return value
    text = _("Choose a department.")
    raise Invalid(text, fields={name: text})
