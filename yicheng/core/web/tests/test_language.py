"""The language of a page: chosen on the browser, else the account's, else the browser's, else Chinese."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("", "zh-hans"), ("en-GB,en;q=0.8", "en"), ("zh-CN", "zh-hans"), ("fr", "zh-hans"), ("*", "zh-hans")],
)
def test_a_stranger_s_browser_decides(accepted, language):
    response = Client().get("/", headers={"Accept-Language": accepted})
    assert response["Content-Language"] == language


def test_the_account_comes_before_the_browser(sign_in):
    response = sign_in("resident").get("/", headers={"Accept-Language": "zh-CN"})
    assert response["Content-Language"] == "en"


def test_the_choice_on_this_browser_comes_first(sign_in):
    client = sign_in("resident")
    response = client.get("/language/zh-hans?next=/accessibility/")
    assert (response.status_code, response["Location"]) == (302, "/accessibility/")
    assert client.get("/")["Content-Language"] == "zh-hans"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_the_switch_leads_nowhere_else(target):
    assert Client().get("/language/en", {"next": target})["Location"] == "/"


def test_a_language_nobody_speaks_changes_nothing():
    client = Client()
    client.get("/language/xx?next=/")
    assert not client.cookies


def test_the_page_says_its_language(sample_city):
    page = Client().get("/", headers={"Accept-Language": "en"}).content.decode()
    assert '<html lang="en">' in page
    assert "Sample" in page
    assert '<html lang="zh-CN">' in Client().get("/").content.decode()
