"""The tables of urban management; what a case is in general stays in ``core.cases``."""

from yicheng.apps.urban.models.case import AlarmWord, Rating, Supporter, UrbanCase
from yicheng.apps.urban.models.decision import CaseFact, CaseMonth, CaseMonthKnown, PostDay, PostDayDue
from yicheng.apps.urban.models.imports import FileImport, ImportedCase, ImportRow
from yicheng.apps.urban.models.parts import Part, PartCase
from yicheng.apps.urban.models.patrols import CellCoverage, FieldRules, PatrolTask, Shift, ShiftCell

__all__ = [
    "AlarmWord",
    "CaseFact",
    "CaseMonth",
    "CaseMonthKnown",
    "CellCoverage",
    "FieldRules",
    "FileImport",
    "ImportRow",
    "ImportedCase",
    "Part",
    "PartCase",
    "PatrolTask",
    "PostDay",
    "PostDayDue",
    "Rating",
    "Shift",
    "ShiftCell",
    "Supporter",
    "UrbanCase",
]
