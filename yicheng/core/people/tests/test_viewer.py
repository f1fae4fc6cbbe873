"""Who asks: what appointments grant, how quickly a change is felt, what a request costs."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpResponse
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from yicheng.core.people.middleware import ViewerMiddleware, viewer_for
from yicheng.core.people.models import Account, Appointment, Organisation, Role
from yicheng.core.people.public import Viewer, viewer_of

pytestmark = pytest.mark.django_db


def _viewer(account: Account) -> Viewer:
    account.refresh_from_db()
    return viewer_for(account)


def test_appointment_reaches_the_organisations_below(mender: Account) -> None:
    viewer = _viewer(mender)
    below = Organisation.objects.get(code="lamps").pk
    assert viewer.may("lamps.mend_lamp", organisation_id=below, division="410102")
    assert not viewer.may("lamps.mend_lamp", organisation_id=10**9, division="410102")


def test_new_organisation_is_inside_at_once(mender: Account) -> None:
    assert _viewer(mender).may("lamps.mend_lamp")
    root = Organisation.objects.get(code="city")
    depot = Organisation.objects.create(code="depot", name="Depot", kind="office", parent=root, path="/")
    Organisation.objects.filter(pk=depot.pk).update(path=f"{root.path}{depot.pk}/")
    assert _viewer(mender).may("lamps.mend_lamp", organisation_id=depot.pk, division="")


def test_ended_appointment_grants_nothing_from_the_next_request(mender: Account) -> None:
    assert _viewer(mender).may("lamps.mend_lamp")
    Appointment.objects.update(ended_at="2026-01-01T00:00Z")
    assert not _viewer(mender).may("lamps.mend_lamp")


def test_role_withholds_a_declared_right(mender: Account) -> None:
    assert _viewer(mender).may("lamps.mend_lamp")
    Role.objects.update(withheld=["lamps.mend_lamp"])
    assert not _viewer(mender).may("lamps.mend_lamp")


def test_application_scope_holds_only_for_its_own_rights(mender: Account) -> None:
    Appointment.objects.update(application="parks")
    assert not _viewer(mender).may("lamps.mend_lamp")


def test_division_scope_is_a_prefix(mender: Account) -> None:
    Appointment.objects.update(organisation=None, division_code="410102")
    viewer = _viewer(mender)
    assert viewer.may("lamps.mend_lamp", division="410102003")
    assert not viewer.may("lamps.mend_lamp", division="410103")


def _asked(cookies: dict[str, str]) -> Viewer:
    """The viewer of a request with these cookies, past the two middlewares that find it."""
    request = RequestFactory().get("/")
    request.COOKIES.update(cookies)
    SessionMiddleware(ViewerMiddleware(lambda request: HttpResponse()))(request)
    return viewer_of(request)


def test_request_of_a_signed_in_person_costs_one_query(
    mender: Account, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(mender)
    cookies = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
    _asked(cookies)
    with django_assert_num_queries(1):
        assert _asked(cookies).may("lamps.mend_lamp")


def test_request_of_a_stranger_costs_none(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert not _asked({}).is_signed_in


def test_changed_password_ends_other_sessions(mender: Account, client: Client) -> None:
    client.force_login(mender)
    mender.set_password("another-lantern-42")
    mender.save()
    assert client.get("/account/profile/").status_code == 302


def test_closed_account_is_a_stranger(mender: Account, client: Client) -> None:
    client.force_login(mender)
    Account.objects.update(is_active=False)
    assert client.get("/account/profile/").status_code == 302
