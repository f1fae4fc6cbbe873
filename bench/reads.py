"""Pages and answers as staff get them, over HTTP; beside the same SQL by bare psycopg."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import cycle
from urllib.parse import quote

from django.conf import settings
from django.db import connection
from django.test import Client as InProcess
from django.test.utils import CaptureQueriesContext

from bench.city import HOST
from bench.http import Client
from bench.table import Figure, percentile
from yicheng.core.people.models import Account

TIMES = 60
#: a page that takes seconds is read for this long, not sixty times: twice sixty of them would look like a hang
LONG_ENOUGH_S = 10.0
LEAST = 5


def read(
    port: int, cookies: dict[str, str], *, username: str, name: str, paths: Sequence[str], wanted: str
) -> Figure:
    """The 95th percentile of GETs of ``paths`` in turn, in milliseconds."""
    with Client(HOST, port, dict(cookies)) as client:
        turns = cycle(paths)
        for path in [*paths, *paths]:
            _get(client, path)
        samples = sampled(lambda: _get(client, next(turns)))
    statements = _statements(username, paths[0])
    return Figure(
        name,
        percentile(samples, 0.95) * 1000,
        "ms p95",
        wanted,
        limit=percentile(_bare(statements), 0.95) * 1000,
        limit_is="the same SQL by psycopg",
        note=f"{len(statements)} queries",
    )


def search_path(words: str) -> str:
    return f"/desk/cases/?words={quote(words)}"


def sampled(ask: Callable[[], object], *, seconds: Callable[[], float] = time.perf_counter) -> list[float]:
    """How long ``ask`` takes, in seconds, sixty times; a slow one less often, yet five times at least."""
    samples: list[float] = []
    until = seconds() + LONG_ENOUGH_S
    while len(samples) < TIMES and (len(samples) < LEAST or seconds() < until):
        began = seconds()
        ask()
        samples.append(seconds() - began)
    return samples


def _get(client: Client, path: str) -> None:
    answer = client.get(path)
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")


def _statements(username: str, path: str) -> list[str]:
    """The SQL that the page runs, as it was sent; asked twice, so that what a process keeps is kept.

    What the server holds prepared (the session's look-up) cannot be sent as text and is left out.
    """
    client = InProcess(SERVER_NAME=HOST)
    client.force_login(Account.objects.get(username=username), backend=settings.AUTHENTICATION_BACKENDS[0])
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return [
        query["sql"]
        for query in captured.captured_queries
        if query["sql"].startswith(("SELECT", "WITH")) and "$1" not in query["sql"]
    ]


def _bare(statements: Sequence[str]) -> list[float]:
    with connection.cursor() as cursor:

        def run() -> None:
            for statement in statements:
                cursor.cursor.execute(statement)
                cursor.cursor.fetchall()

        return sampled(run)
