"""Who should handle a case: the owner of the part it is about, else whom the dispatch table names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yicheng.apps.urban.models import PartCase
from yicheng.core.cases.public import responsible_body

if TYPE_CHECKING:
    from yicheng.core.cases.models import Case


def suggested_body(case: Case) -> int | None:
    """The organisation to suggest to the command centre. At most two queries."""
    owner = PartCase.objects.filter(case_id=case.pk).values_list("part__owner_id", flat=True).first()
    return owner or responsible_body(case.case_class_id, case.division_code)
