"""The city that is measured: the sample pack, its demonstration's staff, and as many cases as are asked for."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.core.management import call_command
from django.db import connection, transaction

from bench.lifecycle import Ground
from yicheng.apps.urban.demo import build
from yicheng.apps.urban.demo.cast import PASSWORD
from yicheng.core.cases.current import changed
from yicheng.core.cases.models import Case, CaseClass
from yicheng.core.cases.public import BulkCase
from yicheng.core.kernel import clock
from yicheng.core.people.models import Account
from yicheng.core.places.models import GridCell

__all__ = ["PASSWORD", "Laid", "lay", "rows", "spread"]

WHAT = (
    "路面塌陷",
    "井盖破损",
    "垃圾堆积",
    "路灯不亮",
    "占道经营",
    "积水严重",
    "树枝折断",
    "广告破损",
    "护栏缺失",
)
WHERE = ("路口东侧", "小区北门", "公交站旁", "学校门口", "人行道上", "桥下", "市场入口", "医院门前")
OPEN_SHARE = 0.1
#: the pack has fewer; the rest is made, below its own
CLASSES = 200


@dataclass(frozen=True, slots=True)
class Laid:
    """What the benchmarks need to know of the city."""

    ground: Ground
    cells: list[tuple[str, str, float, float]]
    bodies: list[int]


def lay(pack: Path) -> Laid:
    """Migrate, load the pack, make the staff; an empty city but for some forty cases."""
    call_command("migrate", verbosity=0)
    call_command("city", "load", str(pack), verbosity=0)
    build("tiny", pack=pack)
    _more_classes()
    cells = list(GridCell.objects.order_by("code").values_list("code", "division_id", "lon", "lat")[:20_000])
    classes = CaseClass.objects.filter(parent__isnull=False).values_list("code", flat=True)
    bodies = Case.objects.exclude(organisation=None).values_list("organisation_id", flat=True).distinct()
    handler = Account.objects.get(username="handler").organisation_id or 0
    points = [(lon, lat) for _code, _division, lon, lat in cells]
    return Laid(Ground(list(classes), points, handler), cells, [*filter(None, bodies), handler])


def _more_classes() -> None:
    """As many classes as are wanted, those that are missing made below the last of the pack's own."""
    own = list(CaseClass.objects.filter(parent__isnull=False).order_by("code"))
    missing = range(max(0, CLASSES - CaseClass.objects.count()))
    CaseClass.objects.bulk_create(
        CaseClass(
            code=f"{own[number % len(own)].code[:6]}B{number:03}",
            application="urban",
            kind=own[number % len(own)].kind,
            name=f"{own[number % len(own)].name}（{number}）",
            parent_id=own[number % len(own)].parent_id,
        )
        for number in missing
    )
    changed()


def spread() -> None:
    """Half of the open cases brought in stand with their departments, as in a city at work, not all at its door.

    Only what lists and maps read is moved; nobody goes on with these cases.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_task AS t SET kind = 'urban.handle', element_id = 'handle', organisation_id = c.organisation_id,"
            " assignee_id = NULL FROM cases_case AS c WHERE c.id = t.case_id AND t.status = 'open'"
            " AND t.kind = 'urban.file' AND c.source = 'import' AND c.id % 2 = 0"
        )
        cursor.execute(
            "UPDATE cases_case SET stage = 'handle' WHERE status = 'open' AND stage = 'file'"
            " AND source = 'import' AND id % 2 = 0"
        )


def rows(laid: Laid, count: int, *, seed: str) -> Iterator[BulkCase]:
    """Believable cases of the last two years, ten in a hundred still open."""
    chance, until = random.Random(seed), clock.now()
    for number in range(count):
        code, division, lon, lat = chance.choice(laid.cells)
        opened = until - timedelta(minutes=chance.randrange(60, 2 * 365 * 24 * 60))
        yield BulkCase(
            number=f"B{seed}{number:08d}",
            process="urban.case",
            class_code=chance.choice(laid.ground.classes),
            title=f"{chance.choice(WHERE)}{chance.choice(WHAT)}",
            description=f"{chance.choice(WHERE)}{chance.choice(WHAT)}，请尽快处理。",
            source="import",
            opened_at=opened,
            closed_at=_closing(opened, chance),
            due_at=opened + timedelta(days=5),
            severity=chance.choice((1, 2, 2, 2, 3)),
            organisation_id=chance.choice(laid.bodies),
            division_code=division,
            cell_code=code,
            lon=lon + chance.uniform(-0.002, 0.002),
            lat=lat + chance.uniform(-0.002, 0.002),
            is_public=True,
        )


def _closing(opened: datetime, chance: random.Random) -> datetime | None:
    if chance.random() < OPEN_SHARE:
        return None
    return opened + timedelta(hours=chance.expovariate(1 / 70))
