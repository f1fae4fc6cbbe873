"""Outside systems: pages are followed, hanging and changed sources are told, secrets stay sealed, rows come by push."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from yicheng.apps.data.actions.runs import run_due, run_now
from yicheng.apps.data.actions.sources import Connection, agree_fields, connect
from yicheng.apps.data.connectors.reading import read_source
from yicheng.apps.data.intake.rules import Field
from yicheng.apps.data.models import Load, Source
from yicheng.apps.data.tests.conftest import Office
from yicheng.core.events.public import Answer, Unreachable
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid
from yicheng.core.kernel.sheets.records import Unreadable

pytestmark = pytest.mark.django_db

URL = "https://source.example/rows"


class Outside:
    """A department's web API with seven rows."""

    def __init__(self, **answers: Any) -> None:
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.rows = [{"no": number, "name": f"n{number}"} for number in range(7)]
        self.answers = answers

    def __call__(self, url: str, *, headers: dict[str, str], timeout_s: float) -> Answer:
        self.asked.append(url.removeprefix(URL))
        self.headers.append(headers)
        if "status" in self.answers:
            return Answer(self.answers["status"], b"no")
        if "body" in self.answers:
            return Answer(200, self.answers["body"])
        query = dict(pair.split("=") for pair in url.partition("?")[2].split("&") if "=" in pair)
        begin = (
            int(query.get("offset", (int(query.get("page", 1)) - 1) * 3))
            if "mark" not in query
            else int(query["mark"])
        )
        mark = str(begin + 3) if begin + 3 < len(self.rows) else None
        body = {"data": {"rows": self.rows[begin : begin + 3], "next": mark}}
        return Answer(200, json.dumps(body).encode())


def connected(office: Office, **changes: Any) -> Source:
    source = office.source()
    agree_fields(office.keeper, source.pk, [Field("no", "no", "integer", is_key=True), Field("name", "name")])
    wanted = {
        "kind": "http",
        "address": URL,
        "rows_path": "data.rows",
        "page_size": 3,
        "secret": "t0ken",
        **changes,
    }
    return connect(office.keeper, source.pk, Connection(**wanted))


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({"paging": "page", "page_name": "page"}, ["?page=1", "?page=2", "?page=3", "?page=4"]),
        (
            {"paging": "page", "page_name": "page", "size_name": "size"},
            ["?page=1&size=3", "?page=2&size=3", "?page=3&size=3"],
        ),
        ({"paging": "offset", "page_name": "offset"}, ["?offset=0", "?offset=3", "?offset=6", "?offset=9"]),
        ({"paging": "cursor", "page_name": "mark", "mark_path": "data.next"}, ["", "?mark=3", "?mark=6"]),
    ],
)
def test_pages_are_followed_to_the_end(office: Office, changes: dict[str, Any], asked: list[str]) -> None:
    outside = Outside()
    sheet = read_source(connected(office, **changes), fetch=outside)
    assert sheet.cells["0"].to_list() == [str(number) for number in range(7)]
    assert outside.asked == asked
    assert outside.headers[0]["Authorization"] == "Bearer t0ken"


def test_a_secret_is_kept_sealed_and_stays_when_none_is_given(office: Office) -> None:
    source = connected(office)
    assert "t0ken" not in source.secret_sealed
    kept = source.secret_sealed
    assert connect(office.keeper, source.pk, Connection("http", URL)).secret_sealed == kept


def test_a_source_that_repeats_itself_is_stopped(office: Office) -> None:
    body = json.dumps([{"no": 1}]).encode()
    source = connected(office, paging="page", page_name="page", rows_path="")
    with pytest.raises(Unreadable, match="came before"):
        read_source(source, fetch=Outside(body=body))


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"status": 503}, "HTTP 503"),
        ({"body": b"<html>"}, "not answer with JSON"),
        ({"body": b'{"data": 1}'}, "no list of rows"),
    ],
)
def test_answers_that_are_none(office: Office, answers: dict[str, Any], words: str) -> None:
    with pytest.raises((Unreadable, Unreachable), match=words):
        read_source(connected(office, paging="page", page_name="p"), fetch=Outside(**answers))


def test_a_source_that_hangs_leaves_the_last_good_version_and_its_words(office: Office) -> None:
    source = connected(office, every_hours=1)

    def good(found: Source) -> Any:
        return read_source(found, fetch=Outside(body=b'{"data": {"rows": [{"no": 1, "name": "a"}]}}'))

    def hangs(_found: Source) -> Any:
        raise Unreachable("“source.example” did not answer within 60 seconds.")

    assert run_due(read=good) == 1
    assert run_due(read=good) == 0
    with clock.at(clock.now().replace(year=2030)):
        assert run_due(read=hangs) == 1
    source.refresh_from_db()
    assert (source.state, source.last_fault) == (
        "failed",
        "“source.example” did not answer within 60 seconds.",
    )
    assert list(Load.objects.order_by("pk").values_list("status", flat=True)) == ["published", "refused"]


def test_private_addresses_are_closed(office: Office) -> None:
    source = connected(office, address="http://127.0.0.1:1/rows")
    with pytest.raises(Invalid, match="private network"):
        read_source(source)
    load = run_now(office.keeper, source.pk, read=read_source)
    assert load.status == Load.Status.REFUSED
    database = connect(office.keeper, source.pk, Connection("postgres", "10.0.0.1:5432/db", table="public.t"))
    with pytest.raises(Invalid, match="private network"):
        read_source(database)


@pytest.mark.parametrize(
    "connection",
    [
        Connection("http", "file:///etc/passwd"),
        Connection("postgres", "db.example/x", table="t; DROP TABLE y"),
        Connection("mysql", "db.example/../x", table="t"),
        Connection("http", URL, paging="page"),
        Connection("http", URL, every_hours=0),
        Connection("gopher", URL),
    ],
)
def test_connections_that_make_no_sense(office: Office, connection: Connection) -> None:
    source = office.source()
    with pytest.raises(Invalid):
        connect(office.keeper, source.pk, connection)
    source.refresh_from_db()
    assert (source.kind, source.address) == ("upload", "")


def test_a_postgres_table_is_read_and_never_written(office: Office, settings: Any) -> None:
    from django.db import connection as own

    settings.OUTGOING_ALLOWED = ["127.0.0.0/8", "::1/128", "localhost"]
    found = settings.DATABASES["default"]
    host = found.get("HOST") or "127.0.0.1"
    if host.startswith("/"):
        pytest.skip("the database listens on a socket only")
    source = connected(
        office, kind="postgres", address=f"{host}:{found['PORT']}/{own.settings_dict['NAME']}", table="django_migrations",
        username=found["USER"], secret=found["PASSWORD"],
    )  # fmt: skip
    sheet = read_source(source)
    assert {"id", "app", "name"} <= set(sheet.columns)
    assert sheet.height > 10


def test_uploads_are_not_fetched(office: Office) -> None:
    with pytest.raises(Conflict):
        run_now(office.keeper, office.source().pk, read=read_source)


def test_strangers_push_nothing(office: Office) -> None:
    office.source()
    answer = Client().post("/api/v1/data/sources/market.shops/loads", b"[]", content_type="application/json")
    assert answer.status_code == 401
    assert not Load.objects.exists()
