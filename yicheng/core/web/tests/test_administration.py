"""Administration through its pages: what an administrator of one branch sees, makes and closes."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from oauth2_provider.models import Application

from yicheng.core.journal.models import AccessEntry, AuditEntry
from yicheng.core.journal.public import record_access
from yicheng.core.people import actions
from yicheng.core.people.facts import NewOrganisation, StaffFacts
from yicheng.core.people.models import Account, Appointment, Organisation, Role
from yicheng.core.people.public import SYSTEM, Viewer

pytestmark = pytest.mark.django_db
ROOT = "/desk/administration"


def body(code: str, parent: Organisation | None = None) -> Organisation:
    new = NewOrganisation(
        code=code, name=code.title(), kind="office", parent_id=parent.pk if parent else None
    )
    return actions.create_organisation(SYSTEM, new)


@pytest.fixture
def city() -> Organisation:
    return body("city")


@pytest.fixture
def east(city: Organisation) -> Organisation:
    return body("east", city)


@pytest.fixture
def west(city: Organisation) -> Organisation:
    return body("west", city)


def staff(
    client: Client | None, username: str, role: str, organisation: Organisation, *, whole: bool
) -> Account:
    account, _password = actions.create_staff(SYSTEM, StaffFacts(username, username.title(), organisation.pk))
    held, _made = Role.objects.get_or_create(code=role, defaults={"name": role.title()})
    where = None if whole else organisation.pk
    actions.appoint(SYSTEM, account.pk, role_id=held.pk, organisation_id=where)
    if client:
        client.force_login(account)
    return account


@pytest.fixture
def boss(client: Client, city: Organisation) -> Account:
    """Administrator of the whole city, signed in."""
    return staff(client, "boss", "administrator", city, whole=True)


@pytest.fixture
def east_boss(client: Client, east: Organisation) -> Account:
    """Administrator of the east only, signed in."""
    return staff(client, "east.boss", "administrator", east, whole=False)


def test_account_from_making_to_closing(client: Client, boss: Account, east: Organisation) -> None:
    form = {"username": "wang.fang", "display_name": "王芳", "organisation": east.pk, "phone": "13812345678"}
    made = client.post(f"{ROOT}/accounts/new/", form)
    password = made.context["secret"]
    account = Account.objects.get(username="wang.fang")
    browser = Client()
    assert browser.post("/account/login/", {"login": "wang.fang", "password": password}).status_code == 302
    assert "138****5678" in client.get(f"{ROOT}/accounts/{account.pk}/").text
    role = Role.objects.create(code="mender", name="Mender")
    client.post(f"{ROOT}/accounts/{account.pk}/appoint/", {"role": role.pk, "organisation": east.pk})
    appointment = Appointment.objects.get(account=account)
    assert (appointment.organisation_id, appointment.division_code) == (east.pk, "")
    client.post(f"{ROOT}/accounts/{account.pk}/appointments/{appointment.pk}/end/")
    appointment.refresh_from_db()
    assert appointment.ended_at is not None
    client.post(f"{ROOT}/accounts/{account.pk}/close/", {"reason": "left"})
    assert browser.get("/account/profile/").status_code == 302
    client.post(f"{ROOT}/accounts/{account.pk}/reopen/")
    account.refresh_from_db()
    assert account.is_active
    done = set(AuditEntry.objects.filter(account_id=boss.pk).values_list("action", flat=True))
    assert done >= {"people.create_staff", "people.appoint", "people.end_appointment", "people.close_account"}


def test_showing_particulars_is_logged_for_the_person(
    client: Client, boss: Account, east: Organisation
) -> None:
    account = staff(None, "wang", "mender", east, whole=False)
    client.get(f"{ROOT}/accounts/{account.pk}/")
    assert not AccessEntry.objects.exists()
    client.get(f"{ROOT}/accounts/{account.pk}/change/")
    entry = AccessEntry.objects.get()
    assert (entry.person_id, entry.account_id) == (account.pk, boss.pk)
    browser = Client()
    browser.force_login(account)
    shown = browser.get("/me/looks/")
    assert "Boss" in shown.text
    assert entry.purpose in shown.text
    assert "Boss" not in client.get("/me/looks/").text.partition("<main")[2]


def test_administrator_of_the_east_sees_and_reaches_the_east_only(
    client: Client, east_boss: Account, east: Organisation, west: Organisation
) -> None:
    ours, theirs = (staff(None, f"clerk.{one.code}", "mender", one, whole=False) for one in (east, west))
    shown = client.get(f"{ROOT}/accounts/").text
    assert "clerk.east" in shown
    assert "clerk.west" not in shown
    assert client.get(f"{ROOT}/accounts/{ours.pk}/").status_code == 200
    for path in ("", "change/", "appoint/"):
        assert client.get(f"{ROOT}/accounts/{theirs.pk}/{path}").status_code == 404
    for path in ("close/", "password/", "second-step/", "reopen/"):
        answer = client.post(f"{ROOT}/accounts/{theirs.pk}/{path}", {"reason": "x"})
        assert answer.status_code in (403, 404), path
    assert "West" not in client.get(f"{ROOT}/organisations/").text
    assert client.get(f"{ROOT}/organisations/{west.pk}/").status_code == 404
    form = {"username": "spy", "display_name": "Spy", "organisation": west.pk}
    assert client.post(f"{ROOT}/accounts/new/", form).context["form"].errors["organisation"]
    theirs.refresh_from_db()
    assert theirs.is_active


def test_list_is_searched_and_filtered(
    client: Client, boss: Account, east: Organisation, west: Organisation
) -> None:
    for one in (east, west):
        staff(None, f"clerk.{one.code}", "mender", one, whole=False)
    Account.objects.create(username="resident", display_name="Clerk of nothing")
    found = client.get(f"{ROOT}/accounts/", {"q": "clerk"}).context["rows"]
    assert [row.item.username for row in found] == ["clerk.east", "clerk.west"]
    found = client.get(f"{ROOT}/accounts/", {"organisation": str(east.pk)}).context["rows"]
    assert [row.item.username for row in found] == ["clerk.east"]
    assert client.get(f"{ROOT}/accounts/", {"organisation": "x"}).status_code == 422


def test_organisation_is_added_moved_and_closed(
    client: Client, boss: Account, east: Organisation, west: Organisation
) -> None:
    form = {"code": "depot", "name": "Depot", "kind": "office", "parent": east.pk, "division_code": "990101"}
    assert client.post(f"{ROOT}/organisations/new/", form).status_code == 302
    depot = Organisation.objects.get(code="depot")
    client.post(f"{ROOT}/organisations/{depot.pk}/", form | {"parent": west.pk, "name": "West depot"})
    depot.refresh_from_db()
    assert (depot.name, depot.parent_id) == ("West depot", west.pk)
    client.post(f"{ROOT}/organisations/{depot.pk}/close/", {"reason": "merged"})
    depot.refresh_from_db()
    assert not depot.is_active
    refused = client.post(f"{ROOT}/organisations/new/", form)
    assert refused.context["form"].errors["code"]


def test_role_is_changed_on_the_matrix(client: Client, boss: Account) -> None:
    assert (
        client.post(f"{ROOT}/roles/new/", {"code": "reader", "name": "Reader", "is_active": "on"}).status_code
        == 302
    )
    role = Role.objects.get(code="reader")
    page = client.get(f"{ROOT}/roles/{role.pk}/").text
    assert not re.search(r'value="journal.read_audit"[^>]*checked', page)
    client.post(
        f"{ROOT}/roles/{role.pk}/", {"name": "Reader", "is_active": "on", "rights": ["journal.read_audit"]}
    )
    role.refresh_from_db()
    assert role.rights == ["journal.read_audit"]
    assert re.search(r'value="journal.read_audit"[^>]*checked', client.get(f"{ROOT}/roles/{role.pk}/").text)
    assert client.get(f"{ROOT}/roles/").status_code == 200


def test_system_is_registered_and_its_secret_works(client: Client, boss: Account, east: Organisation) -> None:
    wanted = {"name": "Water meters", "client_id": "meters", "organisation_id": east.pk}
    made = client.post(f"{ROOT}/clients/new/", wanted)
    row = Application.objects.get()
    assert row.user.organisation_id == east.pk
    assert str(east) in client.get(f"{ROOT}/clients/{row.pk}/").text
    form = {
        "grant_type": "client_credentials",
        "client_id": "meters",
        "client_secret": made.context["secret"],
    }
    role = Role.objects.create(code="reader", name="Reader", rights=["journal.read_audit"])
    client.post(f"{ROOT}/accounts/{row.user_id}/appoint/", {"role": role.pk})
    assert Client().post("/account/oauth2/token/", form).status_code == 200
    client.post(f"{ROOT}/clients/{row.pk}/secret/")
    assert Client().post("/account/oauth2/token/", form).status_code == 401
    assert made.context["secret"] not in client.get(f"{ROOT}/clients/{row.pk}/").text
    client.post(f"{ROOT}/clients/{row.pk}/close/", {"reason": "replaced"})
    row.user.refresh_from_db()
    assert not row.user.is_active


def test_auditor_reads_the_trail_with_filters_and_as_a_file(
    client: Client, boss: Account, city: Organisation
) -> None:
    auditor = staff(client, "auditor", "auditor", city, whole=True)
    found = client.get(f"{ROOT}/audit/", {"action": "people.appoint"}).context["rows"]
    assert {row.item.action for row in found} == {"people.appoint"}
    found = client.get(f"{ROOT}/audit/", {"subject": f"account/{auditor.pk}", "since": "2026-01-01"}).context[
        "rows"
    ]
    assert len(found) >= 2
    assert client.get(f"{ROOT}/audit/", {"since": "yesterday"}).status_code == 422
    file = client.get(f"{ROOT}/audit/", {"export": "csv"})
    assert b"people.appoint" in b"".join(file.streaming_content if file.streaming else [file.content])  # type: ignore[attr-defined]


def test_auditor_of_a_division_reads_that_division_only(client: Client, city: Organisation) -> None:
    auditor = staff(client, "auditor", "auditor", city, whole=True)
    Appointment.objects.filter(account=auditor).update(division_code="990101")
    clerk = Viewer(kind="staff", account_id=auditor.pk)
    for division in ("990101003", "990102"):
        actions_record(clerk, division)
    found = client.get(f"{ROOT}/audit/").context["rows"]
    assert {row.item.division_code for row in found} == {"990101003"}


def actions_record(viewer: Viewer, division: str) -> None:
    from yicheng.core.journal.public import record

    record(viewer, action="lamps.mend_lamp", subject="lamp/1", division=division)


def test_auditor_reads_who_looked_at_whom(client: Client, boss: Account, city: Organisation) -> None:
    resident = Account.objects.create(username="li", display_name="Li Lei")
    viewer = Viewer(kind="staff", account_id=boss.pk, name="Boss")
    record_access(viewer, person_id=resident.pk, subject="case/7", purpose="call back")
    staff(client, "auditor", "auditor", city, whole=True)
    shown = client.get(f"{ROOT}/accesses/", {"whose": "li"}).text
    assert "Li Lei" in shown
    assert "call back" in shown


@pytest.mark.parametrize(
    "path", ["accounts/", "organisations/", "roles/", "clients/", "audit/", "accesses/", "accounts/new/"]
)
def test_others_see_none_of_it(client: Client, city: Organisation, path: str) -> None:
    assert client.get(f"{ROOT}/{path}").status_code == 302
    client.force_login(Account.objects.create(username="li", display_name="Li"))
    assert client.get(f"{ROOT}/{path}").status_code == 403
    staff(client, "clerk", "mender", city, whole=True)
    assert client.get(f"{ROOT}/{path}").status_code == 403


def test_administrator_and_auditor_are_two_people(client: Client, boss: Account) -> None:
    assert client.get(f"{ROOT}/audit/").status_code == 403
