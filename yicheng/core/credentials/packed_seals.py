"""Seals of a city pack.

``seals.csv``: code, organisation, title (words on the arc), line (below the star), number, diameter_mm, rules:
``document:hand; licence/food:process`` says what it may be set on, and how (hand, approval, process).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yicheng.core.credentials.actions.keeping import register_seal, set_rules
from yicheng.core.credentials.facts import NewSeal
from yicheng.core.credentials.models import Seal, SealRule
from yicheng.core.kernel.pack import CityPack, Finding, PackSection, Table, Tally, column
from yicheng.core.people.models import Organisation
from yicheng.core.people.public import SYSTEM

Rules = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class SealRow:
    line: int
    code: str = column(max_length=60, pattern=r"[a-z0-9][a-z0-9_.\-]*")
    organisation: str = column(ref="organisations.csv:code")
    title: str = column(max_length=80)
    rules: tuple[str, ...] = ()
    words_below: str = column(max_length=40, default="")
    number: str = column(max_length=20, default="")
    diameter_mm: int = column(minimum=20, maximum=60, default=42)


SEALS = Table("seals.csv", SealRow, key=("code",), optional=True)


def check(pack: CityPack) -> Iterator[Finding]:
    """The table's own faults, and rules that name no way."""
    yield from pack.findings(SEALS)
    for row in pack.rows(SEALS):
        for rule in row.rules:
            if rule.partition(":")[2] not in SealRule.Way.values:
                ways = ", ".join(SealRule.Way.values)
                yield Finding(
                    SEALS.file,
                    row.line,
                    _("A rule reads document:hand; the ways are %(ways)s.") % {"ways": ways},
                )


def load(pack: CityPack) -> Tally:
    """New seals with their keys; the rules of known ones. What people changed since (custodian, state) stays."""
    bodies = dict(Organisation.objects.values_list("code", "pk"))
    known = dict(Seal.objects.values_list("code", "pk"))
    tally = Tally()
    for row in pack.rows(SEALS):
        rules = rules_in(row)
        if row.code not in known:
            register_seal(SYSTEM, _new(row, bodies[row.organisation], rules))
            tally += Tally(created=1)
        elif _stored(known[row.code]) != {(covers, way) for covers, ways in rules.items() for way in ways}:
            set_rules(SYSTEM, known[row.code], rules)
            tally += Tally(changed=1)
        else:
            tally += Tally(unchanged=1)
    return tally


def rules_in(row: SealRow) -> Rules:
    """What the column says, by what is covered."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for rule in row.rules:
        covers, _colon, way = rule.partition(":")
        found[covers.strip()].append(way.strip())
    return {covers: tuple(ways) for covers, ways in found.items()}


def _stored(seal_id: int) -> set[tuple[str, str]]:
    return set(SealRule.objects.filter(seal_id=seal_id).values_list("covers", "way"))


def _new(row: SealRow, organisation_id: int, rules: Rules) -> NewSeal:
    return NewSeal(
        row.code,
        row.title,
        organisation_id,
        line=row.words_below,
        number=row.number,
        diameter_mm=Decimal(row.diameter_mm),
        rules=rules,
    )


SEAL_SECTIONS = (
    PackSection(
        "credentials.seals",
        gettext_lazy("Seals"),
        files=(SEALS.file,),
        check=check,
        load=load,
        after=("people.organisations", "people.roles"),
    ),
)
