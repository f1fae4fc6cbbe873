"""Rating on the portal: two taps without scripts, a low one followed under its code, results for everybody."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from yicheng.core.people.models import Organisation
from yicheng.core.people.public import SYSTEM
from yicheng.core.services.actions.ratings import invite_rating, release_words
from yicheng.core.services.models import Rating
from yicheng.core.services.ratings.facts import NewInvitation
from yicheng.core.services.ratings.tokens import LENGTH

pytestmark = pytest.mark.django_db


@pytest.fixture
def path() -> str:
    body = Organisation.objects.create(code="market", name="Market", kind="bureau", path="/1/")
    return invite_rating(SYSTEM, NewInvitation("application/1", "Open a restaurant", body.pk)).path


@pytest.fixture
def client() -> Client:
    return Client(headers={"accept-language": "en"})


def text(client: Client, path: str, **data: str) -> str:
    return client.get(path, data or None).content.decode()


def test_two_taps_rate_and_the_second_time_it_is_told(client: Client, path: str) -> None:
    first = text(client, path)
    assert "Open a restaurant" in first
    assert "?level=5" in first
    assert "Took too long" not in first
    second = text(client, path, level="2")
    assert "Took too long" in second
    assert "Friendly and patient" not in second
    sent = client.post(path, {"level": "2", "reasons": ["slow"], "words": "An hour"})
    assert sent.status_code == 302
    assert Rating.objects.get().level == 2
    after = text(client, path)
    assert "Dissatisfied" in after
    assert "An hour" in after
    again = client.post(path, {"level": "5"})
    assert again.status_code == 409
    assert Rating.objects.get().level == 2


def test_a_wrong_form_comes_back_with_its_words(client: Client, path: str) -> None:
    sent = client.post(path, {"level": "9", "words": "Kept words"})
    assert sent.status_code == 422
    assert "Kept words" in sent.content.decode()
    sent = client.post(path, {"level": "5", "reasons": ["slow"]})
    assert sent.status_code == 422
    assert not Rating.objects.exists()


def test_a_typed_code_leads_on_and_a_wrong_one_says_so_until_it_is_too_many(
    client: Client, path: str
) -> None:
    code = path.rstrip("/").rpartition("/")[2]
    found = client.get(reverse("portal.find_rating"), {"code": f"{code[:4]}-{code[4:]}".lower()})
    assert (found.status_code, found["Location"]) == (302, path)
    wrong = reverse("portal.rate", args=["0" * LENGTH])
    assert {client.get(wrong).status_code for _ in range(30)} == {404}
    assert client.get(wrong).status_code == 429
    assert client.get(path).status_code == 200


def test_results_count_and_show_only_released_words(client: Client, path: str) -> None:
    results = reverse("portal.ratings")
    assert "Nothing was rated" in text(client, results)
    client.post(path, {"level": "5", "words": "Quick and kind"})
    shown = text(client, results)
    assert "100.0" in shown
    assert "Quick and kind" not in shown
    release_words(SYSTEM, Rating.objects.get().pk, is_published=True)
    assert "Quick and kind" in text(client, results)


def test_results_cost_the_same_however_many(
    client: Client, path: str, django_assert_max_num_queries: object
) -> None:
    client.post(path, {"level": "5"})
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        client.get(reverse("portal.ratings"))
