"""Makes the invented rows: companies with valid codes that nobody has, people whose numbers nobody can have."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from stdnum.cn import ric, uscc

from yicheng.apps.data.demo.plans import Plan
from yicheng.apps.data.intake.proposing import UNITS, keys_of
from yicheng.apps.data.intake.rules import Field

#: a province as a whole, which issues no numbers: whoever sees one knows that it is invented
NOBODYS_PLACE = "110000"
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫"
_INDUSTRIES = (
    "批发和零售业",
    "制造业",
    "建筑业",
    "信息传输、软件和信息技术服务业",
    "住宿和餐饮业",
    "交通运输、仓储和邮政业",
)
_TRADES = ("商贸", "科技", "建筑工程", "餐饮管理", "物流", "机械", "信息技术", "食品", "置业", "电子")
_WORDS = (
    "岳峰",
    "清源",
    "平原",
    "豫兴",
    "惠民",
    "恒泰",
    "德信",
    "宏远",
    "汇丰源",
    "瑞祥",
    "天成",
    "正和",
    "同力",
    "启明",
    "安泰",
    "华盛",
)
_TAILS = {
    "company": "有限公司", "hotel": "宾馆", "hospital": "医院", "clinic": "社区卫生服务中心", "elder": "养老服务中心", "society": "协会",
    "project": "一期工程", "station": "监测站", "stop": "路口", "place": "家园", "market": "农贸市场", "park": "公园", "depot": "物资库",
    "venue": "文化服务中心",
}  # fmt: skip
_INDICATORS = ("社会消费品零售总额", "规模以上工业增加值", "固定资产投资", "进出口总值", "一般公共预算收入")


@dataclass
class World:
    """What the makers draw from: streets of the city, a point in its middle, codes that several sets share."""

    streets: Sequence[str]
    centre: tuple[float, float]
    city_code: str
    companies: list[tuple[str, str]] = field(default_factory=list)

    def company(self, number: int) -> tuple[str, str]:
        """Code and name of the same company wherever it occurs."""
        while len(self.companies) <= number:
            at = len(self.companies)
            chance = random.Random(f"company/{at}")
            start = f"91{self.city_code}MA{at:07d}"
            name = f"{chance.choice(_WORDS)}{chance.choice(_TRADES)}（样例{at + 1:04d}）有限公司"
            self.companies.append((start + uscc.calc_check_digit(start + "0"), name))
        return self.companies[number]


def fields_of_plan(plan: Plan) -> list[Field]:
    """The agreed fields of a data set."""
    titles = [line.split("|")[0] for line in plan.columns]
    fields = []
    for line, key in zip(plan.columns, keys_of(titles), strict=True):
        title, kind, _maker, marks = [*line.split("|"), ""][:4]
        plain, _bracket, unit = title.partition("（")
        wanted = 4 if "s4" in marks else 3 if "s3" in marks else 1 if plan.share == "unconditional" else 2
        fields.append(
            Field(
                key, plain, kind, source=title, unit=UNITS.get(unit.rstrip("）"), ""), sensitivity=wanted,  # type: ignore[arg-type]
                is_key="k" in marks, is_required="r" in marks,
            )
        )  # fmt: skip
    return fields


def table(plan: Plan, world: World, count: int) -> list[list[str]]:
    """Header and rows, the same at every build."""
    lines = [line.split("|") for line in plan.columns]
    rows = [[parts[0] for parts in lines]]
    for number in range(count):
        chance = random.Random(f"{plan.key}/{number}")
        rows.append([_value(parts[2], world, number, chance) for parts in lines])
    return rows


def identity(number: int) -> str:
    """A number with the right check digit that nobody has."""
    born = date(1950, 1, 1) + timedelta(days=(number * 97) % 25_000)
    start = f"{NOBODYS_PLACE}{born:%Y%m%d}{number % 1000:03d}"
    return start + ric.calc_check_digit(start + "0")


def _value(maker: str, world: World, number: int, chance: random.Random) -> str:
    name, *rest = maker.split(":")
    if name == "code" and rest:
        start = f"{rest[0]}{world.city_code}MJ{number:07d}"
        return start + uscc.calc_check_digit(start + "0")
    if name in _TAILS and name != "company":
        return f"{chance.choice(_WORDS)}{chance.choice(_WORDS)}{_TAILS[name]}{number + 1}"
    return _MAKERS[name](rest, world, number, chance)


def _day(rest: Sequence[str], _world: World, _number: int, chance: random.Random) -> str:
    first, last = int(rest[0]), int(rest[1])
    found = date(first, 1, 1) + timedelta(days=chance.randrange((last - first + 1) * 365))
    return f"{found.year}年{found.month}月{found.day}日" if chance.random() < 0.3 else found.isoformat()


def _address(_rest: Sequence[str], world: World, _number: int, chance: random.Random) -> str:
    return f"{chance.choice(world.streets)}{chance.choice(_WORDS)}路{chance.randrange(1, 320)}号"


def _seat(rest: Sequence[str], world: World, number: int, _chance: random.Random) -> str:
    """Where a company sits; the second register has missed a few moves."""
    has_moved = bool(rest) and number % 40 in (1, 7, 12)
    return _address((), world, number, random.Random(f"seat/{number}{'/older' if has_moved else ''}"))


def _phone(_rest: Sequence[str], _world: World, _number: int, chance: random.Random) -> str:
    return f"0371-6{chance.randrange(10**6):06d}0"[:13]


_MAKERS: dict[str, Callable[[Sequence[str], World, int, random.Random], str]] = {
    "seq": lambda rest, _world, number, _chance: f"{rest[0]}2026{number + 1:06d}",
    "code": lambda _rest, world, number, _chance: world.company(number)[0],
    "company": lambda _rest, world, number, _chance: world.company(number)[1],
    "industry": lambda _rest, _world, _number, chance: chance.choice(_INDUSTRIES),
    "of": lambda rest, _world, _number, chance: chance.choice(rest[0].split("/")),
    "address": _address,
    "seat": _seat,
    "day": _day,
    "int": lambda rest, _world, _number, chance: f"{chance.randint(int(rest[0]), int(rest[1])):,}",
    "num": lambda rest, _world, _number, chance: f"{chance.uniform(float(rest[0]), float(rest[1])):,.2f}",
    "lon": lambda _rest, world, _number, chance: f"{world.centre[0] + chance.gauss(0, 0.06):.6f}",
    "lat": lambda _rest, world, _number, chance: f"{world.centre[1] + chance.gauss(0, 0.045):.6f}",
    "phone": _phone,
    "identity": lambda _rest, _world, number, _chance: identity(number),
    "person": lambda _rest, _world, number, _chance: (
        f"虚构{_SURNAMES[number % len(_SURNAMES)]}{number + 1:04d}"
    ),
    "born": lambda _rest, _world, number, _chance: (
        f"{identity(number)[6:10]}-{identity(number)[10:12]}-{identity(number)[12:14]}"
    ),
    "figure": lambda _rest, _world, number, _chance: f"{_INDICATORS[number % 5]}|{_month(number)}",
    "indicator": lambda _rest, _world, number, _chance: _INDICATORS[number % 5],
    "month": lambda _rest, _world, number, _chance: _month(number),
}


def _month(number: int) -> str:
    return f"{2024 + number // 60}-{number // 5 % 12 + 1:02d}"
