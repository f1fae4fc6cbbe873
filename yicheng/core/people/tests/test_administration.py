"""Administrators: within their scope, no wider than they are themselves, each step recorded."""

from __future__ import annotations

import pytest
from django.test import Client

from yicheng.core.journal.models import AuditEntry
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from yicheng.core.people import actions, queries
from yicheng.core.people.facts import NewOrganisation, StaffFacts
from yicheng.core.people.models import Account, Appointment, Organisation, Role, Session
from yicheng.core.people.public import SYSTEM, NewStaff, Scope, Viewer, make_staff, scoped, viewer_of_account

from .conftest import PASSWORD

pytestmark = pytest.mark.django_db
PEOPLE_RIGHTS = (
    "people.manage_accounts",
    "people.appoint",
    "people.manage_roles",
    "people.manage_organisations",
    "people.manage_clients",
)


def body(code: str, parent: Organisation | None = None, division: str = "") -> Organisation:
    new = NewOrganisation(
        code=code, name=code, kind="office", parent_id=parent.pk if parent else None, division_code=division
    )
    return actions.create_organisation(SYSTEM, new)


@pytest.fixture
def city() -> Organisation:
    return body("city")


@pytest.fixture
def east(city: Organisation) -> Organisation:
    return body("east", city, "990101")


@pytest.fixture
def west(city: Organisation) -> Organisation:
    return body("west", city, "990102")


def staff(username: str, organisation: Organisation) -> Account:
    return actions.create_staff(SYSTEM, StaffFacts(username, username.title(), organisation.pk))[0]


def administrator(organisation: Organisation | None, division: str = "") -> Viewer:
    scope = Scope(None if organisation is None else _below(organisation), division)
    return Viewer(kind="staff", account_id=1, grants=dict.fromkeys(PEOPLE_RIGHTS, (scope,)))


def _below(organisation: Organisation) -> frozenset[int]:
    return frozenset(
        Organisation.objects.filter(path__startswith=organisation.path).values_list("pk", flat=True)
    )


def test_account_is_made_with_a_password_that_works(client: Client, east: Organisation) -> None:
    account, password = actions.create_staff(administrator(east), StaffFacts("Wang.Fang", "王芳", east.pk))
    assert client.post("/account/login/", {"login": "wang.fang", "password": password}).status_code == 302
    entry = AuditEntry.objects.get(action="people.create_staff")
    assert (entry.subject, entry.division_code) == (f"account/{account.pk}", "990101")
    assert password not in str(entry.detail)


def test_administrator_of_the_east_reaches_nothing_in_the_west(
    east: Organisation, west: Organisation
) -> None:
    viewer, stranger = administrator(east), staff("wang", west)
    with pytest.raises(Forbidden):
        actions.create_staff(viewer, StaffFacts("li", "Li", west.pk))
    with pytest.raises(Forbidden):
        actions.close_account(viewer, stranger.pk, reason="")
    with pytest.raises(Forbidden):
        actions.renew_password(viewer, stranger.pk)
    with pytest.raises(NotFound):
        queries.find_account(viewer, stranger.pk)
    assert list(queries.accounts(viewer)) == []
    assert not Account.objects.filter(username="li").exists()


def test_residents_are_no_business_of_administrators(city: Organisation) -> None:
    resident = Account.objects.create(username="li", display_name="Li")
    viewer = administrator(None)
    assert resident not in queries.accounts(viewer)
    with pytest.raises(NotFound):
        actions.renew_password(viewer, resident.pk)
    with pytest.raises(Invalid):
        actions.appoint(viewer, resident.pk, role_id=Role.objects.create(code="clerk", name="Clerk").pk)


def test_closed_account_is_out_at_once_and_may_be_opened_again(client: Client, east: Organisation) -> None:
    account, password = actions.create_staff(SYSTEM, StaffFacts("wang", "Wang", east.pk))
    client.post("/account/login/", {"login": "wang", "password": password})
    actions.close_account(administrator(east), account.pk, reason="left")
    assert client.get("/account/profile/").status_code == 302
    assert not Session.objects.filter(account=account).exists()
    assert (
        client.post("/account/login/", {"login": "wang", "password": password})["Location"]
        == "/account/inactive/"
    )
    actions.reopen_account(administrator(east), account.pk)
    assert client.post("/account/login/", {"login": "wang", "password": password})["Location"] == "/desk/"


def test_nobody_closes_the_account_he_sits_in(east: Organisation) -> None:
    account = staff("wang", east)
    viewer = Viewer(kind="staff", account_id=account.pk, grants={"people.manage_accounts": (Scope(),)})
    with pytest.raises(Conflict):
        actions.close_account(viewer, account.pk, reason="")


def test_appointment_stays_inside_the_givers_scope(city: Organisation, east: Organisation) -> None:
    account, role = staff("wang", east), Role.objects.create(code="mender", name="Mender")
    viewer = administrator(east)
    for scope in ({}, {"organisation_id": city.pk}, {"division_code": "990101"}):
        with pytest.raises(Forbidden):
            actions.appoint(viewer, account.pk, role_id=role.pk, **scope)
    actions.appoint(viewer, account.pk, role_id=role.pk, organisation_id=east.pk)
    assert viewer_of_account(account.pk).may("lamps.mend_lamp", organisation_id=east.pk)
    with pytest.raises(Conflict):
        actions.appoint(viewer, account.pk, role_id=role.pk, organisation_id=east.pk)
    assert Appointment.objects.count() == 1


def test_nobody_makes_an_administrator_who_is_more_than_himself(east: Organisation) -> None:
    account = staff("wang", east)
    role = Role.objects.create(code="administrator", name="Administrator")
    scope = (Scope(_below(east)),)
    viewer = Viewer(kind="staff", account_id=1, grants={"people.appoint": scope})
    with pytest.raises(Forbidden):
        actions.appoint(viewer, account.pk, role_id=role.pk, organisation_id=east.pk)
    actions.appoint(administrator(east), account.pk, role_id=role.pk, organisation_id=east.pk)


def test_ended_appointment_ends_once(east: Organisation) -> None:
    account, role = staff("wang", east), Role.objects.create(code="mender", name="Mender")
    row = actions.appoint(SYSTEM, account.pk, role_id=role.pk)
    with pytest.raises(Forbidden):
        actions.end_appointment(administrator(east), row.pk)
    actions.end_appointment(SYSTEM, row.pk)
    assert not viewer_of_account(account.pk).may("lamps.mend_lamp")
    with pytest.raises(NotFound):
        actions.end_appointment(SYSTEM, row.pk)


def test_branch_moves_with_all_its_leaves(city: Organisation, east: Organisation, west: Organisation) -> None:
    leaf = body("leaf", body("twig", east))
    twig = Organisation.objects.get(code="twig")
    new = NewOrganisation(code="twig", name="Twig", kind="office", parent_id=west.pk)
    actions.change_organisation(administrator(city), twig.pk, new)
    leaf.refresh_from_db()
    assert leaf.path == f"/{city.pk}/{west.pk}/{twig.pk}/{leaf.pk}/"
    below_itself = NewOrganisation(code="west", name="West", kind="office", parent_id=leaf.pk)
    with pytest.raises(Invalid):
        actions.change_organisation(SYSTEM, west.pk, below_itself)


def test_branch_is_not_moved_into_a_foreign_one(east: Organisation, west: Organisation) -> None:
    twig = body("twig", east)
    new = NewOrganisation(code="twig", name="Twig", kind="office", parent_id=west.pk)
    with pytest.raises(Forbidden):
        actions.change_organisation(administrator(east), twig.pk, new)
    twig.refresh_from_db()
    assert twig.parent_id == east.pk


def test_organisation_with_staff_or_leaves_stays_open(east: Organisation) -> None:
    twig = body("twig", east)
    with pytest.raises(Conflict):
        actions.close_organisation(SYSTEM, east.pk, reason="")
    staff("wang", twig)
    with pytest.raises(Conflict):
        actions.close_organisation(SYSTEM, twig.pk, reason="")
    assert Organisation.objects.filter(is_active=True).count() == 3


def test_role_keeps_only_its_difference_from_what_is_declared() -> None:
    role = actions.create_role(SYSTEM, code="mender", name="Mender", name_en="", rights=["people.appoint"])
    assert (role.rights, role.withheld) == (["people.appoint"], ["lamps.mend_lamp"])
    role = actions.change_role(
        SYSTEM, role.pk, name="Mender", name_en="", rights=["lamps.mend_lamp"], is_active=True
    )
    assert (role.rights, role.withheld) == ([], [])


def test_roles_are_changed_by_administrators_of_the_whole_city_only(east: Organisation) -> None:
    with pytest.raises(Forbidden):
        actions.create_role(administrator(east), code="clerk", name="Clerk", name_en="", rights=[])
    with pytest.raises(Invalid):
        actions.create_role(administrator(None), code="Clerk!", name="Clerk", name_en="", rights=[])
    with pytest.raises(Invalid):
        actions.create_role(administrator(None), code="clerk", name="Clerk", name_en="", rights=["no.such"])
    assert not Role.objects.exists()


def test_client_gets_a_token_until_its_secret_changes_or_it_is_closed(client: Client) -> None:
    row, secret = actions.create_client(SYSTEM, name="Water meters", client_id="meters")

    def asked(secret: str) -> int:
        form = {"grant_type": "client_credentials", "client_id": "meters", "client_secret": secret}
        return client.post("/account/oauth2/token/", form).status_code

    role = Role.objects.create(code="mender", name="Mender")
    actions.appoint(SYSTEM, row.user_id, role_id=role.pk)
    assert asked(secret) == 200
    _row, newer = actions.renew_client_secret(SYSTEM, row.pk)
    assert (asked(secret), asked(newer)) == (401, 200)
    actions.close_client(SYSTEM, row.pk, reason="replaced")
    assert asked(newer) == 400
    assert secret not in str(list(AuditEntry.objects.values_list("detail")))


def test_tree_is_seen_from_the_viewers_own_top(
    city: Organisation, east: Organisation, west: Organisation
) -> None:
    body("twig", east)
    assert [(depth, row.code) for depth, row in queries.tree(SYSTEM)] == [
        (0, "city"),
        (1, "east"),
        (2, "twig"),
        (1, "west"),
    ]
    assert [(depth, row.code) for depth, row in queries.tree(administrator(east))] == [
        (0, "east"),
        (1, "twig"),
    ]


def test_scoped_rows_follow_the_same_rule_as_single_checks(east: Organisation, west: Organisation) -> None:
    for row in (east, west):
        staff(f"clerk.{row.code}", row)
    for viewer in (administrator(east), administrator(None, "990102"), administrator(None), Viewer()):
        rows = scoped(
            Account.objects.select_related("organisation"),
            viewer,
            "people.manage_accounts",
            division="organisation__division_code",
        )
        every = Account.objects.select_related("organisation")
        covered = {
            row.pk
            for row in every
            if row.organisation
            and viewer.may(
                "people.manage_accounts",
                organisation_id=row.organisation_id,
                division=row.organisation.division_code,
            )
        }
        assert {row.pk for row in rows} == covered


def test_many_accounts_are_made_with_one_password(client: Client, east: Organisation) -> None:
    Role.objects.create(code="mender", name="Mender")
    wanted = [NewStaff(f"clerk{n}", f"Clerk {n}", "east", "mender") for n in range(30)]
    with pytest.raises(Forbidden):
        make_staff(administrator(east), wanted, password=PASSWORD)
    assert len(make_staff(SYSTEM, wanted, password=PASSWORD)) == 30
    assert client.post("/account/login/", {"login": "clerk7", "password": PASSWORD}).status_code == 302
