"""Points pytest at an embedded database of its own, in ``var/test``, before Django reads its settings.

Loaded by ``-p`` in ``pyproject.toml``. The server starts once, is shared by all xdist workers, and stays up
for ten minutes after the last run. What tests share is beside this: the databases (``databases.py``), rows that
many tests begin with (``rows.py``), the one browser (``browsers.py``).
"""

from __future__ import annotations

import os

import pytest
from hypothesis import settings as property_settings

from yicheng.runtime.catalogues import compile_stale
from yicheng.runtime.home import home

# A slow moment of the machine is no fault of the code: properties have no time limit.
property_settings.register_profile("yicheng", deadline=None)
property_settings.load_profile("yicheng")

#: False in xdist's workers and in runs that a test starts: they use what this run has set up
IS_FIRST = "YICHENG_TEST_DATABASE" not in os.environ


def pytest_configure(config: pytest.Config) -> None:
    """After pytest-django's own, so that the fixtures here win."""
    from django.conf import settings

    from yicheng.runtime.testing import browsers, databases, rows

    # no test is about the strength of a hash; accounts are made by the hundred
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    for module in (databases, rows, browsers):
        config.pluginmanager.register(module, module.__name__)


def pytest_sessionfinish() -> None:
    """Drop databases that no run uses any more, if this one used the server at all."""
    from yicheng.runtime.testing.databases import drop_stale

    if IS_FIRST:
        drop_stale()


if IS_FIRST:
    from yicheng.runtime.testing.template import fingerprint

    os.environ["YICHENG_HOME"] = str(home() / "test")
    os.environ["YICHENG_FSYNC"] = "off"
    os.environ["YICHENG_TEST_DATABASE"] = f"test_{fingerprint()}"
    compile_stale()
