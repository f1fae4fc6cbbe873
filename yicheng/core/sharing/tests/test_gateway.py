"""The door for systems: what a grant gives and nothing else, each answer with a receipt that verifies."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from datetime import date, timedelta
from hashlib import sha256
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from yicheng.core.cases.public import complete_task
from yicheng.core.journal.models import AccessEntry
from yicheng.core.kernel import clock
from yicheng.core.people.models import Account
from yicheng.core.people.tokens import make
from yicheng.core.sharing.actions.asking import ask
from yicheng.core.sharing.actions.giving import narrow, revoke
from yicheng.core.sharing.facts import Terms
from yicheng.core.sharing.gateway import calls, metering
from yicheng.core.sharing.gateway.asked import asked
from yicheng.core.sharing.gateway.bearers import BY_ACCOUNT, Caller, caller
from yicheng.core.sharing.gateway.middleware import DownloadStopped
from yicheng.core.sharing.models import Grant, GrantUse, QueuedReceipt
from yicheng.core.sharing.receipts import keys, log, receipt
from yicheng.core.sharing.receipts.export import export
from yicheng.core.sharing.receipts.verify import verify
from yicheng.core.sharing.tests.conftest import ROWS, granted, publish, the_task, wish


def token(viewer, *, rights=()):
    account = Account.objects.get(pk=viewer.account_id)
    return make(account, name="t", rights=list(rights), expires_at=clock.now() + timedelta(days=1))[1]


@pytest.fixture
def door(city, residents):
    """Asks as the health bureau's system."""
    headers = {"Authorization": f"Bearer {token(city.asker)}", "Accept-Language": "en"}
    return lambda grant, query="": Client().get(
        f"/api/v1/shared/{grant.pk}{'?' + query if query else ''}", headers=headers
    )


def test_rows_and_fields_of_the_grant_and_a_receipt_for_them(city, door):
    grant = granted(city)
    answer = door(grant)
    assert answer.status_code == 200
    assert answer.json() == {
        "rows": [
            {"number": "R1", "name": "张小明", "phone": "13800001234"},
            {"number": "R3", "name": "欧阳娜娜", "phone": "13700009999"},
        ],
        "next": None,
    }
    held = receipt.read(receipt.opened(answer["Yicheng-Receipt"], keys.signer().verifier))
    assert (held.grant, held.rows, held.provider, held.consumer) == (grant.pk, 2, "civil", "health")
    assert (held.purpose, held.basis, held.fields) == (
        grant.purpose,
        grant.legal_basis,
        ("number", "name", "phone"),
    )
    assert held.answer == sha256(answer.content).hexdigest()
    assert held.request == sha256(f"GET /api/v1/shared/{grant.pk}?".encode()).hexdigest()
    log.sequence()
    bundle = BytesIO()
    export(bundle)
    assert verify(bundle, receipts=[answer["Yicheng-Receipt"]]).receipts == 1


def test_masks_hide_and_cannot_be_guessed(city, door):
    request = ask(city.asker, wish())
    terms = Terms(("number", "name", "phone"), {"name": "middle", "phone": "tail"}, rows_where="")
    complete_task(city.keeper, the_task(request).pk, outcome="narrow", data={"terms": terms})
    grant = Grant.objects.get()
    assert door(grant).json()["rows"] == [
        {"number": "R1", "name": "张*明", "phone": "*******1234"},
        {"number": "R3", "name": "欧**娜", "phone": "*******9999"},
    ]
    assert door(grant, "phone=13800001234").status_code == 422
    assert door(grant, "number=R3").json()["rows"][0]["number"] == "R3"
    assert door(grant, "number=R2").json()["rows"] == []  # another district: not within the granted rows


def test_two_statements_for_each_call(city, door):
    grant = granted(city)
    ran = []
    real, kept = calls._run, metering._kept

    def counted(sql, params, **more):
        ran.append(sql.split()[0])
        return real(sql, params, **more)

    def metered(uses, **more):
        ran.append(f"WITH {len(uses)}")
        return kept(uses, **more)

    door(grant)
    with pytest.MonkeyPatch.context() as patch, CaptureQueriesContext(connection) as others:
        patch.setattr(calls, "_run", counted)
        patch.setattr(metering, "_kept", metered)
        assert door(grant).status_code == 200
    assert (ran, len(others)) == (["SELECT", "WITH 1"], 0)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("fields=number,income", 422), ("fields=secret", 422), ("income=3", 422), ("limit=0", 422), ("limit=x", 422),
        ("limit=10001", 422), ("format=exe", 422), ("number=R1'%20OR%201=1--", 200), ("after=zzz", 422), ("%ff=1", 422),
        ("number=%00", 422), ("after=99999999999999999999", 422), ("a;b", 422),
    ],
)  # fmt: skip
def test_what_is_asked_is_not_trusted(city, door, query, status):
    answer = door(granted(city), query)
    assert answer.status_code == status
    if status == 200:
        assert answer.json()["rows"] == []


def test_who_is_refused(city, door):
    grant = granted(city)
    path = f"/api/v1/shared/{grant.pk}"
    assert Client().get(path).status_code == 401
    assert Client().get(path, HTTP_AUTHORIZATION="Bearer yc_000000000000_x").status_code == 401
    assert Client().get(path, HTTP_AUTHORIZATION="Bearer nonsense").status_code == 401
    for viewer, rights in (
        (city.outsider, ()),
        (city.keeper, ()),
        (city.officer, ()),
        (city.asker, ("sharing.ask",)),
    ):
        assert (
            Client().get(path, HTTP_AUTHORIZATION=f"Bearer {token(viewer, rights=rights)}").status_code == 403
        )
    key = token(city.asker)
    assert Client().get(path, HTTP_AUTHORIZATION=f"Bearer {key[:-1]}!").status_code == 401
    assert Client().get("/api/v1/shared/999999", HTTP_AUTHORIZATION=f"Bearer {key}").status_code == 404
    assert not QueuedReceipt.objects.exists()


def test_a_change_of_the_grant_counts_at_once(city, door):
    grant = granted(city)
    assert set(door(grant).json()["rows"][0]) == {"number", "name", "phone"}
    narrow(city.keeper, grant.pk, Terms(("number",), rows_where="number = R1"), reason="less")
    assert door(grant).json()["rows"] == [{"number": "R1"}]
    revoke(city.keeper, grant.pk, reason="over")
    answer = door(grant)
    assert (answer.status_code, answer.json()["code"]) == (403, "grant_ended")


def test_a_grant_that_is_over_or_not_begun(city, door):
    grant = granted(city)
    for starts, ends in ((-9, -1), (1, 9)):
        today = date.today()
        Grant.objects.filter(pk=grant.pk).update(
            starts_on=today + timedelta(days=starts), ends_on=today + timedelta(days=ends)
        )
        assert door(grant).json()["code"] == "grant_ended"


def test_a_new_version_of_the_data_counts_at_once(city, door):
    grant = granted(city)
    assert len(door(grant).json()["rows"]) == 2
    publish([*ROWS, ("R4", "新人", "1", "410102", None, None, "")])
    assert [row["number"] for row in door(grant).json()["rows"]] == ["R1", "R3", "R4"]


def test_pages_go_on_by_their_mark(city, door):
    grant = granted(city)
    first = door(grant, "limit=1").json()
    assert [row["number"] for row in first["rows"]] == ["R1"]
    second = door(grant, f"limit=1&after={first['next']}").json()
    assert [row["number"] for row in second["rows"]] == ["R3"]
    assert door(grant, f"limit=1&after={second['next']}").json() == {"rows": [], "next": None}


def test_the_volume_is_kept_to_the_row(city, door):
    grant = granted(city, rows_per_day=3)
    assert len(door(grant).json()["rows"]) == 2
    assert len(door(grant).json()["rows"]) == 1
    answer = door(grant)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many")
    assert sum(GrantUse.objects.values_list("rows", flat=True)) == 3


def test_files_in_every_form(city, door):
    grant = granted(city)
    lines = b"".join(door(grant, "format=ndjson&fields=number")).splitlines()
    assert [json.loads(line) for line in lines] == [{"number": "R1"}, {"number": "R3"}]
    csv = b"".join(door(grant, "format=csv")).decode()
    assert csv == 'number,name,phone\r\n"R1","张小明","13800001234"\r\n"R3","欧阳娜娜","13700009999"\r\n'


def test_csv_holds_no_formula(city, door):
    publish([("R1", "=HYPERLINK(1)", '@"x', "410102", date(1950, 1, 2), None, "")])
    csv = b"".join(door(granted(city), "format=csv")).decode()
    assert csv.splitlines()[1] == '"R1","\'=HYPERLINK(1)","\'@""x"'


def test_a_parquet_file_in_parts_is_whole_typed_and_receipted(city, door, monkeypatch):
    from pyarrow import parquet

    monkeypatch.setattr(calls, "PART", 1)
    fields = ("number", "name", "born", "income")
    grant = granted(city, fields=fields, rows_where="")
    content = b"".join(door(grant, "format=parquet"))
    found = parquet.read_table(BytesIO(content))
    assert [str(one.type) for one in found.schema] == ["string", "string", "date32[day]", "double"]
    assert found.num_rows == 3
    assert [str(one) for one in found["born"].to_pylist()] == ["1950-05-01", "1961-02-03", "1970-07-07"]
    by = Caller(BY_ACCOUNT, city.asker.account_id or 0)
    parts = list(calls.parts(by, grant.pk, asked("format=parquet&limit=2&fields=number"), line="GET x"))
    assert parquet.read_table(BytesIO(b"".join(one.body for one in parts)))["number"].to_pylist() == [
        "R1",
        "R2",
    ]
    bodies = [json.loads(urlsafe_b64decode(one.receipt.split(".")[1] + "==")) for one in parts]
    assert [one["answer"] for one in bodies] == [sha256(one.body).hexdigest() for one in parts]
    nobody = b"".join(door(grant, "format=parquet&number=Z"))
    assert parquet.read_table(BytesIO(nobody)).num_rows == 0


def test_a_revocation_stops_a_download_between_two_parts(city, door, monkeypatch):
    monkeypatch.setattr(calls, "PART", 1)
    grant = granted(city)
    answer = iter(door(grant, "format=ndjson").streaming_content)
    assert json.loads(next(answer))["number"] == "R1"
    revoke(city.keeper, grant.pk, reason="stop")
    with pytest.raises(DownloadStopped):
        next(answer)
    assert QueuedReceipt.objects.count() == 1  # what was sent has its receipt, what was not has none


def test_a_change_between_reading_and_receipt_sends_nothing(city, door, monkeypatch):
    grant = granted(city)
    real = calls._receipted

    def revoked_meanwhile(*args, **more):
        revoke(city.keeper, grant.pk, reason="now")
        return real(*args, **more)

    monkeypatch.setattr(calls, "_receipted", revoked_meanwhile)
    answer = door(grant)
    assert (answer.status_code, answer.json()["code"]) == (409, "grant_changed")
    assert not QueuedReceipt.objects.exists()
    assert not GrantUse.objects.exists()


def test_parts_of_one_file_have_receipts_of_one_name(city, residents, monkeypatch):
    monkeypatch.setattr(calls, "PART", 1)
    grant = granted(city)
    by = caller(f"Bearer {token(city.asker)}")
    parts = list(calls.parts(by, grant.pk, asked("format=ndjson"), line="GET x"))
    bodies = [json.loads(urlsafe_b64decode(part.receipt.split(".")[1] + "==")) for part in parts]
    assert len({one["call"][:24] for one in bodies}) == 1
    assert [int(one["call"][24:], 16) for one in bodies] == [0, 1, 2]
    assert [one["answer"] for one in bodies] == [sha256(part.body).hexdigest() for part in parts]


def test_an_oauth_client_of_the_organisation(city, door, client):
    from yicheng.core.people.actions.clients import create_client
    from yicheng.core.people.models import Appointment, Role
    from yicheng.core.people.public import SYSTEM

    made, secret = create_client(
        SYSTEM, name="健康平台", client_id="health-cloud", organisation_id=city.health.pk
    )
    role, _ = Role.objects.get_or_create(code="data_system", defaults={"name": "x"})
    Appointment.objects.create(account=made.user, role=role, organisation=city.health)
    form = {"grant_type": "client_credentials", "client_id": made.client_id, "client_secret": secret}
    bearer = client.post("/account/oauth2/token/", form).json()["access_token"]
    answer = client.get(f"/api/v1/shared/{granted(city).pk}", HTTP_AUTHORIZATION=f"Bearer {bearer}")
    assert len(answer.json()["rows"]) == 2
    assert not AccessEntry.objects.exists()


def test_the_person_concerned_sees_the_use(city):
    from yicheng.core.catalogue import public as catalogue
    from yicheng.core.catalogue.facts import Field, NewDataSet
    from yicheng.core.journal.public import looks_at_me
    from yicheng.core.people.public import SYSTEM, viewer_of_account

    wang = Account.objects.create(username="wang", kind="resident", display_name="王")
    fields = (
        Field("number", "编号", "code", is_key=True),
        Field("account", "账号", "integer", sensitivity=3, term="yicheng.account"),
    )
    facts = {"key": "civil.aged", "title": "高龄", "provider_id": city.civil.pk, "share_type": "conditional"}
    catalogue.register_data_set(SYSTEM, NewDataSet(**facts, legal_basis="x", fields=fields))
    version = catalogue.begin_version(SYSTEM, "civil.aged", fields)
    catalogue.copy_rows(version, [("A1", wang.pk), ("A2", None), ("A3", wang.pk)])
    catalogue.publish_version(SYSTEM, version.id)
    grant = granted(city, resource="civil.aged", fields=("number",), rows_where="")
    answer = Client().get(
        f"/api/v1/shared/{grant.pk}", headers={"Authorization": f"Bearer {token(city.asker)}"}
    )
    assert answer.json()["rows"] == [{"number": "A1"}, {"number": "A2"}, {"number": "A3"}]
    (look,) = looks_at_me(viewer_of_account(wang.pk))
    assert (look.purpose, look.organisation_id, look.subject) == (
        "高龄津贴核对",
        city.health.pk,
        f"sharing_grant/{grant.pk}",
    )
