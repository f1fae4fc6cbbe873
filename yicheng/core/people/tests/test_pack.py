"""Organisations and roles of a city pack: checked whole, loaded idempotently, retired instead of deleted."""

from __future__ import annotations

from pathlib import Path

import pytest

from yicheng.core.kernel.pack import open_pack
from yicheng.core.people.models import Organisation, Role
from yicheng.core.people.pack import (
    check_organisations,
    check_roles,
    load_organisations_of,
    load_roles_of,
)

CITY = '[city]\ncode = "990100"\nname = "Tiny"\ntime_zone = "Asia/Shanghai"\ncentre = [1.0, 2.0]\n'


def pack(root: Path, organisations: str, roles: str = "code,name\nclerk,Clerk\n"):
    (root / "city.toml").write_text(CITY)
    (root / "divisions.csv").write_text("code,name\n990100,Tiny\n990101,Upper Tiny\n")
    (root / "organisations.csv").write_text("code,name,kind,parent,division\n" + organisations)
    (root / "roles.csv").write_text(roles)
    return open_pack(root)


def test_faults_are_told_by_line(tmp_path: Path) -> None:
    faulty = pack(tmp_path, "a,A,office,b,\nb,B,office,a,\nc,C,office,nobody,\nd,D,office,,999999\n")
    lines = [finding.line for finding in check_organisations(faulty)]
    assert sorted(lines) == [2, 3, 4, 5]


def test_unknown_right_is_told_but_not_refused(tmp_path: Path) -> None:
    faulty = pack(tmp_path, "", "code,name,rights\nclerk,Clerk,no.such_right\n")
    findings = list(check_roles(faulty))
    assert {finding.severity for finding in findings} == {"warning"}
    assert [finding.line for finding in findings if "no.such_right" in finding.reason] == [2]
    assert any("administrator" in finding.reason for finding in findings)


@pytest.mark.django_db
def test_tree_is_built_whatever_the_order_and_stays_when_loaded_again(tmp_path: Path) -> None:
    sound = pack(tmp_path, "lamps,路灯管理处,office,city,\ncity,市政府,government,,990100\n")
    assert load_organisations_of(sound).created == 2
    lamps, city = Organisation.objects.get(code="lamps"), Organisation.objects.get(code="city")
    assert lamps.path == f"/{city.pk}/{lamps.pk}/"
    assert lamps.sort_key == "lu deng guan li chu"
    again = load_organisations_of(sound)
    assert (again.created, again.changed, again.retired) == (0, 0, 0)


@pytest.mark.django_db
def test_moved_branch_takes_its_leaves_along_and_the_missing_is_closed(tmp_path: Path) -> None:
    load_organisations_of(pack(tmp_path, "a,A,x,,\nb,B,x,,\nc,C,x,a,\nd,D,x,c,\n"))
    load_organisations_of(pack(tmp_path, "b,B,x,,\nc,C,x,b,\nd,D,x,c,\n"))
    b, c, d = (Organisation.objects.get(code=code) for code in "bcd")
    assert d.path == f"/{b.pk}/{c.pk}/{d.pk}/"
    assert not Organisation.objects.get(code="a").is_active


@pytest.mark.django_db
def test_roles_are_loaded_with_what_they_add_and_withhold(tmp_path: Path) -> None:
    roles = "code,name,rights,withheld\nclerk,文员,people.manage_accounts,journal.read_audit\n"
    load_roles_of(pack(tmp_path, "", roles))
    role = Role.objects.get()
    assert (role.rights, role.withheld) == (["people.manage_accounts"], ["journal.read_audit"])
    assert load_roles_of(pack(tmp_path, "", roles)).unchanged == 1
