"""Who plays in the demonstration: staff of every centre and department, residents; their sign-ins are told."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from yicheng.apps.urban import permissions as roles
from yicheng.core.cases.public import responsible_bodies
from yicheng.core.people.public import (
    SYSTEM,
    NewStaff,
    Viewer,
    bodies_of,
    make_staff,
    sign_up,
    viewer_of_account,
)
from yicheng.core.places.public import divisions

#: for demonstrations only; ``yicheng demo`` prints it beside the user names
PASSWORD = "yicheng-demo-2026"  # noqa: S105
COLLECTORS_A_COUNTY = 3
RESIDENTS = 8


RESIDENT = "resident"


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in worth telling."""

    username: str
    who: str


@dataclass
class Cast:
    """Everybody, ready to act. Organisation ids and division codes lead to viewers."""

    sign_ins: Sequence[SignIn] = ()
    collectors: Mapping[str, Sequence[Viewer]] = field(default_factory=dict)
    clerks: Mapping[int, Viewer] = field(default_factory=dict)
    dispatchers: Mapping[int, Viewer] = field(default_factory=dict)
    handlers: Mapping[int, Viewer] = field(default_factory=dict)
    residents: Sequence[Viewer] = ()
    manager: Viewer = SYSTEM

    def collector(self, division: str, chance: random.Random) -> Viewer:
        """A collector of the county, any one where it has none."""
        return chance.choice(self.collectors.get(division[:6]) or next(iter(self.collectors.values())))


class _Casting:
    """Gathers new staff, then makes all of them at once."""

    def __init__(self, names: Sequence[str], chance: random.Random) -> None:
        self.names, self.chance = list(names) or ["A. Person"], chance
        self.wanted: list[NewStaff] = []

    def add(
        self,
        username: str,
        organisation: str,
        role: str,
        *,
        division: str = "",
        within: bool = True,
        name: str = "",
    ) -> str:
        shown = name or self.chance.choice(self.names)
        self.wanted.append(NewStaff(username, shown, organisation, role, division=division, within=within))
        return username


def cast(names: Sequence[str], *, seed: int, city: str) -> Cast:
    """Make the accounts and answer who is who. ``city``: the six digits of the city itself."""
    casting = _Casting(names, random.Random(f"{seed}/cast"))
    centres = {kind: bodies_of([kind]) for kind in ("supervision", "command")}
    works = bodies_of(ids=responsible_bodies("urban"))
    top = {
        kind: next((b for b in found if b.division_code == city), found[0]) for kind, found in centres.items()
    }
    main = [
        casting.add("supervisor", top["supervision"].code, roles.SUPERVISION_CLERK, within=False),
        casting.add("dispatcher", top["command"].code, roles.DISPATCHER, within=False),
    ]
    clerks = {
        b.id: casting.add(
            f"clerk.{b.code}",
            b.code,
            roles.SUPERVISION_CLERK,
            division=_area(b.division_code, city),
            within=False,
        )
        for b in centres["supervision"]
    }
    senders = {
        b.id: casting.add(
            f"dispatch.{b.code}",
            b.code,
            roles.DISPATCHER,
            division=_area(b.division_code, city),
            within=False,
        )
        for b in centres["command"]
    }
    hands = {b.id: casting.add(f"handler.{b.code}", b.code, roles.HANDLER) for b in works}
    walkers = _collectors(casting, centres["supervision"], top["supervision"].code, city)
    main += _special(casting, works, top["supervision"].code, city)
    ids = make_staff(SYSTEM, casting.wanted, password=PASSWORD)
    viewers = {name: viewer_of_account(pk) for name, pk in ids.items()}
    residents = _residents(casting)
    return Cast(
        sign_ins=_told(main),
        collectors={code: [viewers[name] for name in found] for code, found in walkers.items()},
        clerks={pk: viewers[name] for pk, name in clerks.items()},
        dispatchers={pk: viewers[name] for pk, name in senders.items()},
        handlers={pk: viewers[name] for pk, name in hands.items()},
        residents=residents,
    )


def _collectors(
    casting: _Casting, centres: Sequence[object], fallback: str, city: str
) -> Mapping[str, list[str]]:
    """Three for each county; the first of the busiest one is the sign-in that is told."""
    own = {body.division_code: body.code for body in centres}  # type: ignore[attr-defined]
    found: dict[str, list[str]] = {}
    for county in divisions(2):
        found[county.code] = [
            casting.add(
                f"collector.{county.code}.{number}",
                own.get(county.code, fallback),
                roles.COLLECTOR,
                division=county.code,
            )
            for number in range(1, COLLECTORS_A_COUNTY + 1)
        ]
    return found


def _special(casting: _Casting, works: Sequence[object], supervision: str, city: str) -> list[str]:
    """The sign-ins of the other roles."""
    told = [
        casting.add("collector", supervision, roles.COLLECTOR, within=False),
        casting.add("auditor", supervision, roles.AUDITOR, within=False),
    ]
    body = works[0]
    told.insert(1, casting.add("handler", body.code, roles.HANDLER))  # type: ignore[attr-defined]
    told.append(casting.add("head", body.code, roles.DEPARTMENT_HEAD))  # type: ignore[attr-defined]
    told.append(casting.add("admin", supervision, "administrator", within=False))
    return told


def _residents(casting: _Casting) -> list[Viewer]:
    names = ["resident", *(f"resident{number}" for number in range(2, RESIDENTS + 1))]
    made = [
        sign_up(
            SYSTEM,
            name=name,
            password=PASSWORD,
            display_name=casting.chance.choice(casting.names),
            language="zh-hans",
        )
        for name in names
    ]
    return [viewer_of_account(pk) for pk in made]


def known_sign_ins() -> list[SignIn]:
    """Every sign-in a demonstration may have, whether this city has somebody for it or not."""
    titles = {
        "supervisor": _("Supervision centre: files and closes"),
        "dispatcher": _("Command centre: dispatches"),
        "collector": _("Collector: verifies and checks on the spot"),
        "handler": _("Department: handles"),
        "head": _("Head of the department"),
        "auditor": _("Auditor: reads everything"),
        "admin": _("Administrator"),
        RESIDENT: _("Resident: reports and rates"),
    }
    return [SignIn(name, title) for name, title in titles.items()]


def _told(main: Sequence[str]) -> list[SignIn]:
    return [told for told in known_sign_ins() if told.username in (*main, RESIDENT)]


def _area(division_code: str, city: str) -> str:
    """The whole city's bodies act everywhere: their scope is no division at all."""
    return "" if division_code in ("", city) else division_code
