"""The demonstration's parts and patrols: a small census sent in as a file, shifts walked on the last days."""

from __future__ import annotations

import csv
import io
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model

from yicheng.apps.urban.actions.parts import stage_parts, take_parts
from yicheng.apps.urban.actions.patrols import MOST_CELLS, Visit, ask_visits, plan_shift, tick_cell
from yicheng.apps.urban.codes import LAYOUTS
from yicheng.apps.urban.demo.cast import Cast
from yicheng.apps.urban.demo.ground import Ground
from yicheng.apps.urban.queries.parts import rules
from yicheng.apps.urban.queries.patrols import today
from yicheng.core.cases.public import case_classes, dispatch_table, responsible_bodies
from yicheng.core.kernel import clock
from yicheng.core.people.public import SYSTEM, Viewer, bodies_of
from yicheng.core.places.public import cells_under, divisions, locate_many

PARTS_A_CASE = 2
FEWEST_PARTS, MOST_PARTS = 400, 5000
STATES = {"intact": 90, "broken": 7, "missing": 2, "abandoned": 1}
PATROL_DAYS = 3
CELLS_A_SHIFT = 12
ASKED = 3


def furnish(here: Ground, *, cases: int, seed: int) -> int:
    """Send in a census of parts along the roads, as the keeper of parts would; answers how many were taken."""
    count = min(max(round(cases * PARTS_A_CASE), FEWEST_PARTS), MOST_PARTS)
    lines = list(_census(here, count, random.Random(f"{seed}/parts")))
    if not lines:
        return 0
    target = io.StringIO(newline="")
    csv.writer(target).writerows(
        [("code", "state", "owner", "lon", "lat", "datum", "surveyed_on", "address"), *lines]
    )
    staged = stage_parts(SYSTEM, io.BytesIO(target.getvalue().encode()), name="census.csv", datum="wgs84")
    return take_parts(SYSTEM, staged.pk, only_sound=True).created_count if staged.sound_count else 0


def _census(here: Ground, count: int, chance: random.Random) -> Iterator[Sequence[object]]:
    classes = [one.code for one in case_classes("urban") if one.kind == "part" and one.is_leaf]
    reported = [row.class_code for row in here.reports if row.class_code in classes] or classes
    spots = [here.spot(chance) for _ in range(count if reported else 0)]
    places = locate_many([(spot.lon, spot.lat) for spot in spots]) if spots else []
    responsible, owners = (
        dispatch_table(),
        {body.id: body.code for body in bodies_of(ids=responsible_bodies("urban"))},
    )
    numbers: Counter[tuple[str, str]] = Counter()
    digits = LAYOUTS[rules().part_code_layout].sequence_digits
    day = today() - timedelta(days=200)
    for spot, place in zip(spots, places, strict=True):
        code = chance.choice(reported)
        owner = responsible(code, place.division_code) if place else None
        if place is None or owner is None or not place.cell_code:
            continue
        key = (place.division_code[:6], code.lstrip("PE"))
        numbers[key] += 1
        number = f"{key[0]}{key[1]}{numbers[key]:0{digits}d}"
        state = chance.choices(list(STATES), list(STATES.values()))[0]
        yield number, state, owners.get(owner, ""), spot.lon, spot.lat, "wgs84", day.isoformat(), spot.address


def patrol(people: Cast, *, until: datetime, seed: int) -> None:
    """Shifts of the last days with the cells that were seen, one running now, and visits that are asked for."""
    chance = random.Random(f"{seed}/patrol")
    for county in divisions(2):
        walker = next(iter(people.collectors.get(county.code, ())), None)
        street = _street(county.code)
        if walker is None or not street:
            continue
        for back in range(PATROL_DAYS, -1, -1):
            _walk(walker, street, until - timedelta(days=back), chance, is_now=back == 0)
    _for_the_known_collector(until, chance)


def _street(county: str) -> str:
    """The first street of a county that has as many cells as a shift can take."""
    for one in divisions(3, under=county):
        if 0 < len(cells_under(one.code, limit=MOST_CELLS + 1)) <= MOST_CELLS:
            return one.code
    return ""


def _walk(walker: Viewer, street: str, moment: datetime, chance: random.Random, *, is_now: bool) -> None:
    begins, ends = moment - timedelta(hours=4), moment + timedelta(hours=4 if is_now else 0)
    codes = [cell.code for cell in cells_under(street, limit=MOST_CELLS)]
    given = chance.sample(codes, min(len(codes), CELLS_A_SHIFT))
    with clock.at(begins):
        plan_shift(
            SYSTEM, walker.account_id or 0, division=street, begins_at=begins, ends_at=ends, cells=given
        )
    for number, code in enumerate(given[: len(given) * (1 if is_now else 2) // 3]):
        seen_at = begins + timedelta(minutes=10 * (number + 1))
        with clock.at(seen_at):
            tick_cell(walker, Visit(code, seen_at))


def _for_the_known_collector(until: datetime, chance: random.Random) -> None:
    """A shift and a few visits for the sign-in that is told, so that the page in the street has something to show."""
    account = get_user_model().objects.filter(username="collector").first()
    street = next((found for county in divisions(2) if (found := _street(county.code))), "")
    if account is None or not street:
        return
    codes = [cell.code for cell in cells_under(street, limit=MOST_CELLS)]
    given = chance.sample(codes, min(len(codes), CELLS_A_SHIFT))
    with clock.at(until):
        plan_shift(
            SYSTEM,
            account.pk,
            division=street,
            begins_at=until - timedelta(hours=1),
            ends_at=until + timedelta(hours=14),
            cells=given,
        )
        ask_visits(SYSTEM, given[:ASKED], due_on=today())
