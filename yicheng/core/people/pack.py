"""What people take from a city pack: the tree of organisations, and roles where they differ from what parts declare.

``organisations.csv``  code, name, short_name, name_en, kind, parent, division, phone
``roles.csv``          code, name, name_en, rights (added to those declared for the code), withheld
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yicheng.core.kernel.pack import CityPack, Finding, PackSection, Table, Tally, column
from yicheng.core.people.declare import RIGHTS
from yicheng.core.people.loading import OrganisationFacts, load_organisations, load_roles


@dataclass(frozen=True)
class OrganisationRow:
    line: int
    code: str = column(max_length=40, pattern=r"[A-Za-z0-9_.\-]+")
    name: str = column(max_length=120)
    kind: str = column(max_length=30)
    short_name: str = column(max_length=40, default="")
    name_en: str = column(max_length=160, default="")
    parent: str = column(ref="organisations.csv:code", default="")
    division: str = column(ref="divisions.csv:code", default="")
    phone: str = column(max_length=40, default="")


@dataclass(frozen=True)
class RoleRow:
    line: int
    code: str = column(max_length=40, pattern=r"[a-z][a-z0-9_]*")
    name: str = column(max_length=80)
    name_en: str = column(max_length=120, default="")
    rights: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()


ORGANISATIONS = Table("organisations.csv", OrganisationRow, key=("code",))
ROLES = Table("roles.csv", RoleRow, key=("code",))


def check_organisations(pack: CityPack) -> Iterable[Finding]:
    """Every fault of the tree: codes, parents, circles."""
    yield from pack.findings(ORGANISATIONS)
    yield from _circles(pack)


def load_organisations_of(pack: CityPack) -> Tally:
    """The tree as the pack says it; bodies it no longer names are closed."""
    return load_organisations(
        OrganisationFacts(
            row.code, row.name, row.short_name, row.name_en, row.kind, row.parent, row.division, row.phone
        )
        for row in pack.rows(ORGANISATIONS)
    )


def check_roles(pack: CityPack) -> Iterable[Finding]:
    """Every fault of the roles; rights that no installed part declares are told, not refused."""
    yield from pack.findings(ROLES)
    for row in pack.rows(ROLES):
        for right in (*row.rights, *row.withheld):
            if right not in RIGHTS:
                reason = _("No installed part declares the right “%(right)s”.") % {"right": right[:80]}
                yield Finding(ROLES.file, row.line, reason, "warning")
    named = {row.code for row in pack.rows(ROLES)}
    for code in sorted({code for right in RIGHTS for code in right.roles} - named):
        reason = _("The role “%(code)s” holds rights by declaration and is not in the table.") % {
            "code": code
        }
        yield Finding(ROLES.file, 0, reason, "warning")


def load_roles_of(pack: CityPack) -> Tally:
    """The roles as the pack says them; roles it no longer names are closed."""
    return load_roles(
        {
            "code": row.code,
            "name": row.name,
            "name_en": row.name_en,
            "rights": list(row.rights),
            "withheld": list(row.withheld),
            "is_active": True,
        }
        for row in pack.rows(ROLES)
    )


def _circles(pack: CityPack) -> Iterator[Finding]:
    parents = {row.code: row.parent for row in pack.rows(ORGANISATIONS)}
    for row in pack.rows(ORGANISATIONS):
        seen, above = {row.code}, row.parent
        while above and above not in seen:
            seen.add(above)
            above = parents.get(above, "")
        if above == row.code:
            reason = _("“%(code)s” stands below itself.") % {"code": row.code}
            yield Finding(ORGANISATIONS.file, row.line, reason)


PACK_SECTIONS = (
    PackSection(
        "people.organisations",
        gettext_lazy("Organisations"),
        files=("organisations.csv",),
        check=check_organisations,
        load=load_organisations_of,
    ),
    PackSection(
        "people.roles", gettext_lazy("Roles"), files=("roles.csv",), check=check_roles, load=load_roles_of
    ),
)
