"""Divisions and cells as staff browse them: what lies in an area, who answers for it, who could."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count, Q
from django.db.models.functions import Left
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import NotFound
from yicheng.core.kernel.languages import in_language
from yicheng.core.people.models import Account, Organisation, Role
from yicheng.core.people.public import Viewer
from yicheng.core.places.atlas import Atlas, DivisionInfo, atlas
from yicheng.core.places.facts import AreaDetail, CellInfo, DutyChoices, HeldDuty
from yicheng.core.places.models import Duty, GridCell, Level
from yicheng.core.places.queries import cell_infos, cells_below, duties_of

SHOWN_CELLS = 1000
MOST_PEOPLE = 500


def area_detail(viewer: Viewer, code: str) -> AreaDetail:
    """See ``public.area_detail``. Five queries at most."""
    viewer.require("places.view_grid", division=code)
    known = atlas()
    info = known.get(code[:12])
    cell = _cell(code) if len(code) == 15 else None
    if info is None or (len(code) == 15 and cell is None):
        raise NotFound(_("There is no area %(code)s."), code=code[:20])
    children = [] if cell else _children(known, info)
    cells = [] if cell or info.level < Level.STREET else cell_infos(cells_below(code, limit=SHOWN_CELLS))
    return AreaDetail(
        code=code,
        division=info,
        line=known.line(info.code),
        cell=cell,
        children=children,
        cells=cells,
        cell_count=sum(count for _child, count in children) if children else len(cells),
        duties=_held(code),
        inherited=[one for one in duties_of(code) if one.area_code != code],
    )


def duty_choices(viewer: Viewer, code: str) -> DutyChoices:
    """See ``public.duty_choices``."""
    viewer.require("places.assign_duty", division=code)
    around = [code[:length] for length in (6, 9, 12) if len(code) >= length]
    cities = [one.code for one in atlas().children("")]
    bodies = Organisation.objects.filter(is_active=True, division_code__in=[*around, *cities])
    people = Account.objects.filter(is_active=True, kind="staff", organisation__in=bodies)
    return DutyChoices(
        roles=[
            (role.pk, in_language(role.name, role.name_en))
            for role in Role.objects.filter(is_active=True).order_by("code")
        ],
        bodies=[
            (body.pk, in_language(body.name, body.name_en))
            for body in bodies.order_by("-division_code", "sort_key", "code")
        ],
        people=list(people.order_by("display_name").values_list("pk", "display_name")[:MOST_PEOPLE]),
    )


def _cell(code: str) -> CellInfo | None:
    return next(iter(cell_infos(GridCell.objects.filter(pk=code, is_active=True))), None)


def _children(known: Atlas, info: DivisionInfo) -> Sequence[tuple[DivisionInfo, int]]:
    """What lies right below, each with its number of active cells. One query."""
    children = known.children(info.code)
    if not children:
        return []
    digits = len(children[0].code)
    cells = GridCell.objects.filter(is_active=True).annotate(area=Left("code", digits))
    if info.level > Level.CITY:
        cells = cells.filter(code__startswith=info.code)
    counts = dict(cells.values("area").annotate(n=Count("code")).values_list("area", "n"))
    return [(child, counts.get(child.code, 0)) for child in children]


def _held(code: str) -> list[HeldDuty]:
    here = Q(cell_id=code) if len(code) == 15 else Q(division_id=code)
    rows = Duty.objects.filter(here, ended_at=None).select_related("role", "organisation", "account")
    return [
        HeldDuty(
            row.pk,
            in_language(row.role.name, row.role.name_en),
            in_language(row.organisation.name, row.organisation.name_en),
            row.account.display_name if row.account else "",
            row.began_at,
        )
        for row in rows.order_by("role__code", "organisation__sort_key", "pk")
    ]
