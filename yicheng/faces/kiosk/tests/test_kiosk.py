"""The kiosk: only a browser with a device's key is one; a person left is wiped; paper is counted; silence is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Forbidden
from yicheng.core.people.models import Account, Organisation
from yicheng.core.people.public import STRANGER, SYSTEM
from yicheng.core.sensing.ingest import keys
from yicheng.core.sensing.models import DeviceKey, DeviceModel, Hearing
from yicheng.core.sensing.public import drain_readings, revoke_key
from yicheng.core.services.actions.kiosks import NewKiosk, refill, register_kiosk, use_paper
from yicheng.core.services.actions.ratings import invite_rating
from yicheng.core.services.models import Kiosk, Rating
from yicheng.core.services.ratings.facts import NewInvitation
from yicheng.faces.kiosk.standing import IDLE_S

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau() -> Organisation:
    return Organisation.objects.create(code="hall", name="Hall", kind="office", path="/1/")


@pytest.fixture
def put_up(bureau: Organisation) -> tuple[Kiosk, str]:
    keys.forget_keys()
    DeviceModel.objects.create(code="kiosk", name="Kiosk", properties="paper", interval_s=60)
    new = NewKiosk("Lobby", "kiosk", bureau.pk, division_code="100101", sheets_full=2, number="K-1")
    return register_kiosk(SYSTEM, new)


@pytest.fixture
def browser(put_up: tuple[Kiosk, str]) -> Client:
    client = Client(headers={"accept-language": "en"})
    assert client.post(reverse("kiosk.sign_in"), {"key": put_up[1]}).status_code == 302
    return client


def person(name: str, *, kind: str = "resident") -> None:
    account = Account(username=name, display_name=name.title(), kind=kind)
    account.set_password("a-long-password-1")
    account.save()


def test_only_a_key_makes_a_browser_a_kiosk(put_up: tuple[Kiosk, str], browser: Client) -> None:
    stranger = Client()
    for name in ("kiosk.start", "kiosk.guides", "kiosk.papers", "kiosk.code", "kiosk.progress"):
        reply = stranger.get(reverse(name))
        assert (reply.status_code, reply["Location"]) == (302, reverse("kiosk.sign_in"))
    assert stranger.post(reverse("kiosk.alive")).status_code == 403
    assert stranger.post(reverse("kiosk.sign_in"), {"key": "yd_aaaaaaaa_wrong"}).status_code == 403
    assert browser.get(reverse("kiosk.start")).status_code == 200
    revoke_key(SYSTEM, DeviceKey.objects.get().pk)
    assert browser.get(reverse("kiosk.start"))["Location"] == reverse("kiosk.sign_in")


def test_it_tells_that_it_is_alive_and_how_much_paper_it_has(
    put_up: tuple[Kiosk, str], browser: Client
) -> None:
    drain_readings()
    before = Hearing.objects.get(device_id=put_up[0].pk).heard_at
    with clock.at(clock.now() + timedelta(minutes=1)):
        assert browser.post(reverse("kiosk.alive")).status_code == 204
        drain_readings()
    after = Hearing.objects.get(device_id=put_up[0].pk).heard_at
    assert before is not None
    assert after is not None
    assert after > before


def test_rating_at_the_kiosk(bureau: Organisation, browser: Client) -> None:
    invited = invite_rating(SYSTEM, NewInvitation("application/1", "Open a restaurant", bureau.pk))
    found = browser.get(reverse("kiosk.code"), {"code": invited.shown.lower()})
    page = reverse("kiosk.rate", args=[invited.code])
    assert found["Location"] == page
    assert "Open a restaurant" in browser.get(page).content.decode()
    assert browser.post(page, {"level": "4", "reasons": ["quick"]})["Location"] == reverse("kiosk.thanks")
    rating = Rating.objects.get()
    assert (rating.level, rating.channel) == (4, "kiosk")


def test_a_person_who_went_away_is_wiped(browser: Client) -> None:
    person("resident")
    sent = {"name": "resident", "password": "a-long-password-1", "next": reverse("kiosk.papers")}
    assert browser.post(reverse("kiosk.person"), sent)["Location"] == reverse("kiosk.papers")
    assert browser.get(reverse("kiosk.papers")).status_code == 200
    with clock.at(clock.now() + timedelta(seconds=IDLE_S + 1)):
        assert browser.get(reverse("kiosk.papers"))["Location"].startswith(reverse("kiosk.person"))
        assert "_auth_user_id" not in browser.session
    assert browser.post(reverse("kiosk.person"), sent).status_code == 302
    assert browser.post(reverse("kiosk.wipe")).status_code == 302
    assert "_auth_user_id" not in browser.session
    assert browser.get(reverse("kiosk.start")).status_code == 200


def test_staff_do_not_sign_in_here_and_no_other_site_is_led_to(browser: Client) -> None:
    person("clerk", kind="staff")
    sent = {"name": "clerk", "password": "a-long-password-1"}
    assert browser.post(reverse("kiosk.person"), sent).status_code == 403
    person("resident")
    led = browser.post(reverse("kiosk.person"), {**sent, "name": "resident", "next": "//evil.example/kiosk/"})
    assert led["Location"] == reverse("kiosk.start")


def test_paper_is_counted_and_runs_out(put_up: tuple[Kiosk, str]) -> None:
    kiosk = put_up[0]
    use_paper(kiosk, 2)
    with pytest.raises(Conflict):
        use_paper(kiosk, 1)
    with pytest.raises(Forbidden):
        refill(STRANGER.__class__(kind="staff", account_id=7), kiosk.pk)
    assert refill(SYSTEM, kiosk.pk).sheets_left == 2


def test_showing_the_start_page_all_night_is_no_visit(put_up: tuple[Kiosk, str], browser: Client) -> None:
    for _ in range(3):
        browser.get(reverse("kiosk.start"))
    assert Kiosk.objects.get().visits == 0
    browser.get(reverse("kiosk.code"))
    browser.get(reverse("kiosk.code"))
    assert Kiosk.objects.get().visits == 1
