"""A strict content-security policy, and templates that keep to it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

from yicheng.core.web.assets import icon_names
from yicheng.core.web.declare import PAGES

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = sorted(path for path in ROOT.rglob("templates/**/*.html"))
INLINE = re.compile(
    r"""\sstyle\s*=|\son[a-z]+\s*=\s*["']|<style|javascript:|hx-on|<script(?![^>]*(src=|application/json))"""
)
FOREIGN = re.compile(r"""(src|href|action)\s*=\s*["'](https?:)?//""")


@pytest.mark.django_db
def test_headers_of_every_page():
    response = Client().get("/")
    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert "geolocation=(self)" in response["Permissions-Policy"]


@pytest.mark.django_db
def test_a_public_page_sets_no_cookie_and_a_private_one_is_not_kept(sign_in):
    assert not Client().get("/").cookies
    assert "private" in sign_in().get("/desk/")["Cache-Control"]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_hold_no_inline_code_and_no_foreign_host(path):
    text = path.read_text("utf-8")
    assert not INLINE.search(text)
    assert not FOREIGN.search(text)


def test_every_icon_in_use_is_in_the_sprite():
    known = icon_names()
    if known is None:
        pytest.fail("the front-end is not built: python -m yicheng.runtime.assets")
    used = {
        name
        for path in TEMPLATES
        for name in re.findall(r"""(?:{% icon |icon_name=)"([a-z0-9-]+)\"""", path.read_text("utf-8"))
    }
    used |= {page.menu.icon for page in PAGES if page.menu}
    assert used <= known, used - known
