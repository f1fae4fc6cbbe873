"""Scanning: the right page for the one who scans, clear words for what nobody printed, nothing for those who guess."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from yicheng.core.credentials import public as credentials
from yicheng.core.credentials.actions.licences import showing
from yicheng.core.credentials.licences import codes, sdjwt
from yicheng.core.credentials.licences.credential import credential_of
from yicheng.core.credentials.models import OneTimeCode, Showing
from yicheng.core.credentials.queries.licences import own_version
from yicheng.core.credentials.tests.licensing import FOOD, Town, food, town
from yicheng.core.kernel import clock
from yicheng.core.people.models import Account, Appointment, Role
from yicheng.core.people.public import Limit, Viewer
from yicheng.core.sensing.models import Device, DeviceModel
from yicheng.faces.code import scanning
from yicheng.runtime.testing.rows import shared_rows

pytestmark = pytest.mark.django_db
the_town = shared_rows(town)
BASE = "http://testserver"


@pytest.fixture
def reader(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def text_of(client: Client, path: str, *, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def sign_in(reader: Client, viewer: Viewer) -> None:
    assert viewer.account_id is not None
    reader.force_login(Account.objects.get(pk=viewer.account_id))


def test_stranger_checks_a_licence(reader: Client, the_town: Town) -> None:
    facts = food(the_town)
    answer = reader.get(f"/c/{facts.code}")
    shown = answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "Valid" in shown
    assert facts.number in shown
    assert FOOD["premises"] in shown
    assert "张三丰" not in shown
    assert FOOD["scope"] not in shown
    credentials.revoke_licence(the_town.officer, facts.id, reason="违法")
    shown = text_of(reader, f"/c/{facts.code.lower()}")
    assert "Revoked" in shown
    assert "违法" not in shown
    assert Showing.objects.filter(kind="code").count() == 2


def test_page_of_a_licence_asks_few_queries(reader: Client, the_town: Town) -> None:
    facts = food(the_town)
    reader.get(f"/c/{facts.code}")
    with CaptureQueriesContext(connection) as asked:
        reader.get(f"/c/{facts.code}")
    assert len(asked) <= 4, [one["sql"] for one in asked]


def test_unknown_codes_are_told_plainly_and_counted(reader: Client, the_town: Town, monkeypatch) -> None:
    monkeypatch.setattr(scanning, "UNKNOWN", Limit("code.unknown.test", 3, 3600))
    for _time in range(3):
        assert "printed no such code" in text_of(reader, f"/c/{codes.new_code(codes.LICENCE)}", status=404)
    assert reader.get(f"/c/{codes.new_code(codes.LICENCE)}").status_code == 429
    assert reader.get(f"/c/{food(the_town).code}").status_code == 200


@pytest.mark.parametrize("code", ["x", "%00", "../../etc", "<script>", "C" * 99, "410102", "💥", "-"])
def test_any_text_gets_an_answer(reader: Client, code: str) -> None:
    assert reader.get(f"/c/{code}").status_code in (404, 400)


def test_typed_code_leads_to_its_page(reader: Client, the_town: Town) -> None:
    facts = food(the_town)
    answer = reader.get("/c/", {"code": f"https://city.example/c/{facts.code}"})
    assert answer.status_code == 302
    assert answer["Location"] == f"/c/{facts.code}"


def test_chosen_fields_are_seen_once_by_whoever_says_who_they_are(reader: Client, the_town: Town) -> None:
    facts = food(the_town)
    leave = showing.give_leave(the_town.holder, facts.id, fields=["holder_name", "scope"])
    path = f"/c/{leave.code}"
    assert "Open it" in text_of(reader, path)
    assert reader.post(path, {"stated": " "}).status_code == 200
    assert OneTimeCode.objects.get().opened_at is None
    shown = reader.post(path, {"stated": "和平超市", "purpose": "进货"}).content.decode()
    assert "张三丰" in shown
    assert FOOD["scope"] in shown
    assert FOOD["premises"] not in shown
    assert facts.number not in shown
    assert reader.get(path).status_code == 410
    assert reader.post(path, {"stated": "thief"}).status_code == 410
    line = Showing.objects.get(kind="once")
    assert (line.stated, line.purpose, line.fields) == ("和平超市", "进货", ["holder_name", "scope"])
    assert leave.code not in str(OneTimeCode.objects.values().get())


def test_one_time_code_runs_out_and_can_be_taken_back(reader: Client, the_town: Town) -> None:
    facts = food(the_town)
    leave = showing.give_leave(the_town.holder, facts.id, fields=["holder_name"])
    with clock.at(leave.expires_at + timedelta(seconds=1)):
        assert reader.get(f"/c/{leave.code}").status_code == 410
        assert reader.post(f"/c/{leave.code}", {"stated": "x"}).status_code == 410
    showing.withdraw_leave(the_town.holder, leave.id)
    assert reader.get(f"/c/{leave.code}").status_code == 410


def test_staff_and_strangers_scan_the_same_device(reader: Client, the_town: Town) -> None:
    model = DeviceModel.objects.create(code="cam", name="camera")
    device = Device.objects.create(
        number="CAM-0017", name="gate", organisation=the_town.market, model=model, registered_at=clock.now()
    )
    shown = text_of(reader, "/c/cam-0017")
    assert "市场监督管理局" in shown
    reader.force_login(keeper(the_town))
    assert reader.get("/c/CAM-0017")["Location"] == f"/desk/devices/{device.pk}/"


def keeper(the_town: Town) -> Account:
    """Whoever keeps the market's devices."""
    account = Account.objects.create(
        username="keeper", kind="staff", display_name="keeper", organisation=the_town.market
    )
    role, _is_new = Role.objects.get_or_create(code="device_keeper", defaults={"name": "设备管理员"})
    Appointment.objects.create(account=account, role=role, organisation=the_town.market)
    return account


def test_file_of_the_holder_is_checked(reader: Client, the_town: Town) -> None:
    facts = food(the_town)
    whole = credential_of(own_version(the_town.holder, facts.id), base=BASE, holder_key=None)
    part = sdjwt.cut(whole, ["premises"])
    shown = check(reader, part.encode())
    assert "The city signed what is written here" in shown
    assert FOOD["premises"] in shown
    assert "张三丰" not in shown
    credentials.suspend_licence(the_town.officer, facts.id, reason="x")
    assert "Suspended" in check(reader, part.encode())
    altered = part[:200] + ("A" if part[200] != "A" else "B") + part[201:]
    assert "Not genuine" in check(reader, altered.encode())
    assert "Not a licence" in check(reader, b"hello")
    assert "cannot be read" in check(reader, b"%PDF-1.7 nonsense")


def check(client: Client, raw: bytes) -> str:
    upload = SimpleUploadedFile("licence.sd-jwt", raw)
    answer = client.post("/c/file/", {"file": upload})
    assert answer.status_code == 200
    return answer.content.decode()


def test_published_keys_and_lists_are_all_it_takes(reader: Client, the_town: Town) -> None:
    facts = food(the_town)
    whole = credential_of(own_version(the_town.holder, facts.id), base=BASE, holder_key=None)
    bundle = json.loads(reader.get("/credentials/offline.json").content)
    from yicheng.core.credentials.licences.offline import judge

    verdict = judge(whole, keys=bundle["jwks"], lists=bundle["status_lists"], now=clock.now())
    assert verdict.word == "valid"
    assert verdict.claims["holder_name"] == "张三丰"
    address = verdict.claims["status"]["status_list"]["uri"]
    assert reader.get(address.removeprefix(BASE))["Content-Type"] == "application/statuslist+jwt"
    kind = json.loads(reader.get(verdict.claims["vct"].removeprefix(BASE)).content)
    assert kind["vct"] == verdict.claims["vct"]
    assert json.loads(reader.get("/.well-known/jwks.json").content)["keys"]
    assert json.loads(reader.get("/.well-known/jwt-vc-issuer").content)["issuer"] == BASE
    credentials.renew_licence(the_town.officer, facts.id, reason="x")
    newer = json.loads(reader.get("/credentials/offline.json").content)
    assert judge(whole, keys=newer["jwks"], lists=newer["status_lists"], now=clock.now()).word == "replaced"
    later = clock.now() + timedelta(days=2)
    assert judge(whole, keys=bundle["jwks"], lists=bundle["status_lists"], now=later).word == "status_unknown"
    assert judge(whole, keys=bundle["jwks"], lists={}, now=clock.now()).word == "status_unknown"


def test_lists_that_do_not_exist_are_not_made(reader: Client, the_town: Town) -> None:
    assert reader.get("/credentials/status/99").status_code == 404
    assert reader.get("/credentials/types/none").status_code == 404


def test_resident_walks_through_own_licences(reader: Client, the_town: Town) -> None:
    facts = food(the_town)
    sign_in(reader, the_town.holder)
    assert facts.number in text_of(reader, "/me/licences/")
    assert FOOD["scope"] in text_of(reader, f"/me/licences/{facts.id}/")
    made = reader.post(f"/me/licences/{facts.id}/show/", {"fields_shown": ["premises"]})
    assert made.status_code == 200
    leave = OneTimeCode.objects.get()
    assert "waiting to be scanned" in text_of(reader, f"/me/licences/shown/{leave.pk}/")
    assert reader.get(f"/me/licences/{facts.id}/licence.sd-jwt")["Content-Type"] == "application/dc+sd-jwt"
    sign_in(reader, the_town.stranger)
    for path in ("", "show/", "paper.pdf", "licence.sd-jwt"):
        assert reader.get(f"/me/licences/{facts.id}/{path}").status_code == 404
    assert reader.get(f"/me/licences/shown/{leave.pk}/").status_code == 404


def test_wallet_key_binds_the_file(reader: Client, the_town: Town) -> None:
    from yicheng.core.credentials.tests.test_sdjwt import WALLET

    facts = food(the_town)
    sign_in(reader, the_town.holder)
    assert "P-256" in reader.post("/me/wallet/", {"name": "phone", "key": "{}"}).content.decode()
    assert reader.post("/me/wallet/", {"name": "phone", "key": json.dumps(WALLET.jwk)}).status_code == 302
    made = reader.get(f"/me/licences/{facts.id}/licence.sd-jwt").content
    assert sdjwt.unverified(made.decode())["cnf"]["jwk"]["x"] == WALLET.jwk["x"]
    assert "signature is missing" in check(reader, made)


def test_desk_opens_issues_and_revokes(reader: Client, the_town: Town) -> None:
    facts = food(the_town)
    sign_in(reader, the_town.officer)
    page = f"/desk/licences/{facts.id}/"
    assert "张三丰" not in text_of(reader, page)
    assert "张三丰" in reader.post(page, {"purpose": "年检"}).content.decode()
    found = reader.post(
        "/desk/licences/find/", {"kind": "person", "number": "410102199003071230", "purpose": "来访"}
    )
    assert facts.number in found.content.decode()
    wanted = {f"field_{key}": value for key, value in FOOD.items()}
    person = {"kind": "company", "number": "91410100MA46LG0A5B", "name": "老张烩面有限公司"}
    issued = reader.post("/desk/licences/issue/food/", {**wanted, **person})
    assert issued.status_code == 302, issued.content.decode()
    wrong = reader.post("/desk/licences/issue/food/", {**wanted, **person, "name": "另一家公司"})
    assert "another name" in wrong.content.decode()
    assert reader.post(f"{page}suspend/", {"reason": "x"}).status_code == 302
    assert reader.post(f"{page}suspend/", {"reason": "x"}).status_code == 409
    assert reader.post(f"{page}change/", {"purpose": "迁址"}).status_code == 200
    assert (
        reader.post(f"{page}change/", {**wanted, "field_premises": "新址", "reason": "迁址"}).status_code
        == 302
    )
    assert reader.post(f"{page}revoke/", {"reason": "x"}).status_code == 302
    sign_in(reader, the_town.other_officer)
    assert reader.get(page).status_code == 404
    assert reader.post(f"{page}revoke/", {"reason": "x"}).status_code == 404
