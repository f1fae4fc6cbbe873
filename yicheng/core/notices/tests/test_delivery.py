"""Messages leave in batches, once, in the recipient's language; faults are tried again, then given up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Forbidden, Invalid, NotFound
from yicheng.core.notices import actions, delivery, queries
from yicheng.core.notices.channels.protocol import Fault, Message
from yicheng.core.notices.models import Delivery
from yicheng.core.notices.public import notify
from yicheng.core.notices.tests.conftest import ANSWERS
from yicheng.core.people.public import SYSTEM, Viewer

Person = Callable[..., Viewer]
START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def tell(*viewers: Viewer, subject: str = "case/1", kind: str = "test.plain") -> None:
    people = [viewer.account_id or 0 for viewer in viewers]
    with clock.at(START):
        notify(kind, people, subject=subject, link="/desk/", values={"number": 7, "place": "Erqi"})


def deliver(after_minutes: float = 0) -> int:
    with clock.at(START + timedelta(minutes=after_minutes)):
        return delivery.deliver_due()


def test_no_channel_is_on_by_default(person: Person, settings: Any) -> None:
    assert settings.NOTICE_CHANNELS == {}
    tell(person("an"))
    assert not Delivery.objects.exists()


def test_it_leaves_once_with_a_receipt(person: Person, recording: list[Message]) -> None:
    tell(person("an"))
    assert (deliver(), deliver(1)) == (1, 0)
    [message] = recording
    assert (message.to, message.title, message.text) == ("an@city.example", "Case 7", "Case 7 is done.")
    sent = Delivery.objects.get()
    assert (sent.status, sent.receipt, sent.attempts) == ("sent", f"r-notice-{sent.pk}-1", 1)


def test_links_are_absolute_where_the_address_is_known(
    person: Person, recording: list[Message], settings: Any
) -> None:
    settings.PUBLIC_URL = "https://city.example/"
    tell(person("an"))
    deliver()
    assert recording[0].link == "https://city.example/desk/"


def test_a_batch_costs_a_fixed_number_of_queries(
    person: Person, recording: list[Message], django_assert_num_queries: Callable[..., Any]
) -> None:
    tell(*[person(f"p{number:02}") for number in range(20)])
    with django_assert_num_queries(4):  # claim, read, contacts, settle in one savepoint
        deliver()
    assert len(recording) == 20


def test_faults_are_tried_again_later_and_later_then_given_up(
    person: Person, recording: list[Message]
) -> None:
    tell(person("an"))
    waits = [0.0]
    for minutes in delivery.BACK_OFF_MINUTES:
        ANSWERS.append(Fault("the gateway sleeps"))
        assert deliver(waits[-1]) == 1
        assert deliver(waits[-1] + minutes - 0.1) == 0
        waits.append(waits[-1] + minutes)
    ANSWERS.append(Fault("the gateway sleeps"))
    deliver(waits[-1])
    given_up = Delivery.objects.get()
    assert (given_up.status, given_up.attempts, given_up.error) == ("dead", 6, "the gateway sleeps")
    assert deliver(waits[-1] + 10_000) == 0


def test_a_final_fault_is_not_tried_again(person: Person, recording: list[Message]) -> None:
    ANSWERS.append(Fault("no such number", is_final=True))
    tell(person("an"))
    deliver()
    assert Delivery.objects.get().status == "dead"


def test_a_worker_killed_in_between_leaves_nothing_behind(
    person: Person, recording: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(person("an"))

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(delivery, "_send", killed)
        with pytest.raises(KeyboardInterrupt):
            deliver()
    assert deliver(1) == 0, "the batch is leased"
    assert deliver(delivery.LEASE.total_seconds() / 60 + 0.1) == 1
    assert Delivery.objects.get().status == "sent"


def test_who_cannot_be_reached_is_no_fault(person: Person, recording: list[Message]) -> None:
    tell(person("an", email=""))
    deliver()
    assert Delivery.objects.get().status == "withdrawn"
    assert recording == []


def test_a_channel_switched_off_meanwhile_ends_as_a_dead_letter(
    person: Person, recording: list[Message], settings: Any
) -> None:
    tell(person("an"))
    settings.NOTICE_CHANNELS = {}
    deliver()
    assert Delivery.objects.get().error == "this channel is switched off"


def test_people_choose_their_channels(person: Person, recording: list[Message]) -> None:
    an, bo = person("an"), person("bo")
    actions.choose_channels(an, {"sms": False})
    assert [(choice.channel, choice.is_on) for choice in queries.choices(an)] == [("sms", False)]
    tell(an, bo)
    deliver()
    assert [message.to for message in recording] == ["bo@city.example"]
    with pytest.raises(Invalid):
        actions.choose_channels(an, {"pigeon": True})


def test_dead_letters_are_seen_and_sent_again_by_whom_may(person: Person, recording: list[Message]) -> None:
    an = person("an")
    ANSWERS.append(Fault("no such number", is_final=True))
    tell(an)
    deliver()
    for forbidden in (lambda: queries.dead_letters(an), lambda: actions.resend_all(an)):
        with pytest.raises(Forbidden):
            forbidden()
    [letter] = queries.dead_letters(SYSTEM)
    assert (letter.notice.account_id, letter.error) == (an.account_id, "no such number")
    with clock.at(START):
        assert actions.resend(SYSTEM, [letter.pk]) == 1
        assert actions.resend(SYSTEM, [letter.pk]) == 0
    deliver()
    assert Delivery.objects.get().status == "sent"
    assert not queries.dead_letters(SYSTEM)


def test_a_gateway_reports_what_became_of_it(person: Person, recording: list[Message]) -> None:
    an = person("an")
    tell(an)
    deliver()
    receipt = Delivery.objects.get().receipt
    with pytest.raises(Forbidden):
        actions.take_report(an, channel="sms", receipt=receipt, is_delivered=True)
    actions.take_report(SYSTEM, channel="sms", receipt=receipt, is_delivered=True)
    assert Delivery.objects.get().status == "delivered"
    actions.take_report(SYSTEM, channel="sms", receipt=receipt, is_delivered=False, reason="phone is off")
    assert (Delivery.objects.get().status, Delivery.objects.get().error) == ("dead", "phone is off")
    with pytest.raises(NotFound):
        actions.take_report(SYSTEM, channel="sms", receipt="unheard-of", is_delivered=True)


def test_mail_bundles_what_is_not_urgent(person: Person, settings: Any) -> None:
    settings.NOTICE_CHANNELS = {
        "email": {
            "adapter": "yicheng.core.notices.channels.email.Email",
            "sender": "一城 <noreply@city.example>",
        }
    }
    an = person("an")
    tell(an, subject="case/1")
    tell(an, subject="case/2")
    tell(an, kind="test.urgent")
    deliver()
    assert sorted(message.subject for message in mail.outbox) == ["2 messages for you", "Flood at Erqi"]
    assert set(Delivery.objects.values_list("status", flat=True)) == {"sent"}
