"""What urban management publishes in the city's catalogue of data resources."""

from __future__ import annotations

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from yicheng.apps.urban.queries.parts import VIEW, parts_of
from yicheng.apps.urban.queries.published import published_rows
from yicheng.core.catalogue.declare import Attribute, Resource


def _part() -> type[Model]:
    from yicheng.apps.urban.models import Part

    return Part


def _by_code(rows: QuerySet, words: str) -> QuerySet:  # type: ignore[type-arg]
    return rows.filter(code__startswith=words.strip())


PARTS = Resource(
    key="urban.parts",
    title=_("Parts of the city"),
    summary=_("Covers, lamps, signs, trees: what stands in the streets, with state, place and owner."),
    model=_part,
    attributes=(
        Attribute("code", _("Code"), "code", "text", term="GB/T 30428.2 标识码"),
        Attribute("class_code", _("Class"), "case_class_id", "code", term="GB/T 30428.2"),
        Attribute("class_name", _("Name of the class"), "case_class__name"),
        Attribute("name", _("Name"), "name"),
        Attribute("state", _("State"), "state", "code", term="GB/T 30428.2 状态"),
        Attribute("owner", _("Owner"), "owner__name", term="GB/T 30428.2 主管部门", sensitivity=2),
        Attribute("maintainer", _("Maintained by"), "maintainer__name", sensitivity=2),
        Attribute("division", _("Division"), "division_code", "code", term="GB/T 2260"),
        Attribute("cell", _("Unit cell"), "cell_code", term="GB/T 30428.1"),
        Attribute("lon", _("Longitude"), "lon", "number", unit="deg"),
        Attribute("lat", _("Latitude"), "lat", "number", unit="deg"),
        Attribute("datum", _("Coordinate system of the source"), "datum", "code"),
        Attribute("address", _("Place in words"), "address"),
        Attribute("surveyed_on", _("Surveyed"), "surveyed_on", "date"),
        Attribute("updated_at", _("Changed"), "updated_at", "datetime"),
    ),
    rows=parts_of,
    share_type="conditional",
    right=VIEW,
    point=("lon", "lat"),
    find=_by_code,
    category="theme.construction",
    keywords=("部件", "井盖", "路灯"),
)


def _case() -> type[Model]:
    from yicheng.apps.urban.models import UrbanCase

    case: type[Model] = UrbanCase.case.field.related_model
    return case


def _by_number(rows: QuerySet, words: str) -> QuerySet:  # type: ignore[type-arg]
    return rows.filter(number__startswith=words.strip())


#: open to everybody: no reporter, no words of theirs, not even the address as they wrote it
CASES = Resource(
    key="urban.cases",
    title=_("Urban cases"),
    summary=_(
        "What was reported in the streets and filed: class, place, stage, department and times. No persons."
    ),
    model=_case,
    attributes=(
        Attribute("number", _("Number"), "number"),
        Attribute("class_code", _("Class"), "case_class_id", "code", term="GB/T 30428.2"),
        Attribute("class_name", _("Name of the class"), "case_class__name"),
        Attribute("source", _("Source"), "source", "code"),
        Attribute("severity", _("Urgency"), "severity", "integer"),
        Attribute("status", _("State"), "status", "code"),
        Attribute("stage", _("Where it stands"), "stage", "code", term="GB/T 30428.4"),
        Attribute("department", _("Department"), "organisation__name"),
        Attribute("division", _("Division"), "division_code", "code", term="GB/T 2260"),
        Attribute("cell", _("Unit cell"), "cell_code", term="GB/T 30428.1"),
        Attribute("lon", _("Longitude"), "lon", "number", unit="deg"),
        Attribute("lat", _("Latitude"), "lat", "number", unit="deg"),
        Attribute("opened_at", _("Reported"), "opened_at", "datetime"),
        Attribute("due_at", _("Due"), "due_at", "datetime"),
        Attribute("closed_at", _("Closed"), "closed_at", "datetime"),
        Attribute("is_on_time", _("Solved in time"), "is_on_time", "boolean"),
        Attribute("rework_count", _("Times handled again"), "rework_count", "integer"),
        Attribute("supporters", _("Others who said so too"), "urban__supporters_count", "integer"),
    ),
    rows=published_rows,
    share_type="unconditional",
    point=("lon", "lat"),
    find=_by_number,
    category="theme.construction",
    keywords=("城管", "案件", "市民反映"),
    licence="cc_by_4",
)

RESOURCES = (PARTS, CASES)
