"""Ratings at the desk: one's own bodies' only, words released, figures, a code for whoever stands at the window."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from yicheng.core.people.models import Account, Appointment, Organisation, Role
from yicheng.core.people.public import STRANGER, SYSTEM
from yicheng.core.services.actions.ratings import invite_rating, rate
from yicheng.core.services.models import Rating, RatingInvitation
from yicheng.core.services.ratings.facts import NewInvitation
from yicheng.core.services.ratings.tokens import code_of, spaced

pytestmark = pytest.mark.django_db
RIGHTS = ["services.see_ratings", "services.invite_rating", "services.publish_words"]


def body(code: str) -> Organisation:
    made = Organisation.objects.create(code=code, name=code.title(), kind="bureau", path="/")
    made.path = f"/{made.pk}/"
    made.save()
    return made


@pytest.fixture
def market() -> Organisation:
    return body("market")


@pytest.fixture
def client(market: Organisation) -> Client:
    """A member of the market bureau's staff who sees its ratings."""
    account = Account.objects.create(
        username="clerk", kind="staff", display_name="Clerk", organisation=market
    )
    role = Role.objects.create(code="rated", name="Rated", rights=RIGHTS)
    Appointment.objects.create(account=account, role=role, organisation=market)
    client = Client(headers={"accept-language": "en"})
    client.cookies["django_language"] = "en"
    client.force_login(account)
    return client


def rated(at: Organisation, number: int, *, words: str) -> Rating:
    code = invite_rating(SYSTEM, NewInvitation(f"application/{number}", f"Matter {number}", at.pk)).code
    return rate(STRANGER, code, level=2, reasons=["slow"], words=words)


def test_only_ones_own_bodies_ratings(client: Client, market: Organisation) -> None:
    own, others = rated(market, 1, words="Slow"), rated(body("tax"), 2, words="Slower")
    listed = client.get(reverse("desk.ratings")).content.decode()
    assert "Matter 1" in listed
    assert "Matter 2" not in listed
    assert client.get(reverse("desk.rating", args=[own.pk])).status_code == 200
    assert client.get(reverse("desk.rating", args=[others.pk])).status_code == 404
    assert (
        client.post(reverse("desk.release_words", args=[others.pk]), {"words": "publish"}).status_code == 403
    )
    figures = client.get(reverse("desk.rating_figures")).content.decode()
    assert "Market" in figures
    assert "Tax" not in figures
    assert "Took too long" in figures


def test_words_are_released_and_withheld(client: Client, market: Organisation) -> None:
    row = rated(market, 1, words="Slow")
    release = reverse("desk.release_words", args=[row.pk])
    assert client.post(release, {"words": "publish"}).status_code == 302
    row.refresh_from_db()
    assert row.words_published_at is not None
    client.post(reverse("desk.ratings"), {"bulk": "withhold", "row": [row.pk]})
    client.post(release, {"words": "withhold"})
    row.refresh_from_db()
    row = Rating.objects.get(pk=row.pk)
    assert row.words_published_at is None
    assert row.words_withheld_at is not None


def test_a_form_sent_twice_is_one_invitation_and_shows_its_code(client: Client, market: Organisation) -> None:
    sent = {"title": "Advice about a restaurant", "window": "", "once": "abc"}
    first, second = (client.post(reverse("desk.invite_rating"), sent) for _ in range(2))
    assert first["Location"] == second["Location"]
    row = RatingInvitation.objects.get()
    assert (row.title, row.organisation) == ("Advice about a restaurant", market)
    page = client.get(first["Location"]).content.decode()
    assert spaced(code_of(row.subject)) in page
    assert "<svg" in page


def test_the_list_costs_the_same_however_many(
    client: Client, market: Organisation, django_assert_max_num_queries: object
) -> None:
    for number in range(8):
        rated(market, number, words="")
    client.get(reverse("desk.ratings"))
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        client.get(reverse("desk.ratings"))
