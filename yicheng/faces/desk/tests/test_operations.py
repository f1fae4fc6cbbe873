"""Administrators see what did not arrive and what got stuck, and mend it; nobody else does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from yicheng.core.events.models import ParkedEvent
from yicheng.core.kernel import clock
from yicheng.core.notices.models import Delivery, Notice
from yicheng.core.people.models import Account, Appointment, Role

pytestmark = pytest.mark.django_db
Browser = Callable[..., Client]


@pytest.fixture
def browser() -> Browser:
    """A browser in which somebody of this kind and role is signed in."""

    def sign_in(kind: str = "staff", *, role: str = "") -> Client:
        account = Account(username=f"{kind}-{role}", kind=kind, display_name="Lin", language="en")
        account.set_unusable_password()
        account.save()
        if role:
            held = Role.objects.get_or_create(code=role, defaults={"name": role})[0]
            Appointment.objects.create(account=account, role=held)
        client = Client()
        client.force_login(account)
        return client

    return sign_in


@pytest.fixture
def parked() -> ParkedEvent:
    return ParkedEvent.objects.create(
        event_id=5,
        reaction="gone.reaction",
        key="gone.happened",
        subject="case/7",
        occurred_at=clock.now(),
        payload={"number": "UC7"},
        error='Traceback\n  File "x"\nRuntimeError: <b>stuck</b>',
    )


@pytest.fixture
def dead(browser: Browser) -> Delivery:
    browser("resident")
    notice = Notice.objects.create(
        account=Account.objects.get(kind="resident"),
        kind="gone.kind",
        subject="case/7",
        created_at=clock.now(),
    )
    return Delivery.objects.create(
        notice=notice, channel="sms", status="dead", attempts=6, error="no such number"
    )


def test_undelivered_messages_are_listed_and_sent_again(browser: Browser, dead: Delivery) -> None:
    client = browser(role="administrator")
    page = client.get(reverse("desk.undelivered"))
    assert "no such number" in page.content.decode()
    answer = client.post(reverse("desk.undelivered"), {"action": "resend", "row": [dead.pk]}, follow=True)
    assert "1 message is sent again." in answer.content.decode()
    dead.refresh_from_db()
    assert (dead.status, dead.attempts) == ("waiting", 0)


def test_a_stuck_event_shows_its_error_escaped(browser: Browser, parked: ParkedEvent) -> None:
    client = browser(role="administrator")
    assert "&lt;b&gt;stuck" in client.get(reverse("desk.parked")).content.decode()
    page = client.get(reverse("desk.parked_event", args=[parked.pk])).content.decode()
    assert "RuntimeError: &lt;b&gt;stuck" in page
    assert "UC7" in page


def test_trying_again_in_vain_says_so_and_letting_go_is_final(browser: Browser, parked: ParkedEvent) -> None:
    client = browser(role="administrator")
    url = reverse("desk.parked_event", args=[parked.pk])
    with translation.override("en"):
        assert "It failed again" in client.post(url, {"retry": "1"}, follow=True).content.decode()
        assert ParkedEvent.objects.get().attempts == 2
        client.post(url, {"discard": "1", "reason": "the part is gone"})
    assert not ParkedEvent.objects.exists()
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("name", ["desk.undelivered", "desk.parked"])
def test_who_may_not_is_turned_away(browser: Browser, name: str) -> None:
    assert browser().get(reverse(name)).status_code == 403
    assert browser("resident").get(reverse(name)).status_code == 403
    stranger = Client().get(reverse(name))
    assert (stranger.status_code, stranger["Location"].startswith("/account/")) == (302, True)


def test_a_clerk_cannot_mend(browser: Browser, parked: ParkedEvent, dead: Delivery) -> None:
    clerk = browser()
    clerk.post(reverse("desk.undelivered"), {"action": "resend", "row": [dead.pk]})
    clerk.post(reverse("desk.parked_event", args=[parked.pk]), {"discard": "1", "reason": "x"})
    dead.refresh_from_db()
    assert dead.status == "dead"
    assert ParkedEvent.objects.exists()
