"""Sharing as people do it: choose data, ask, decide, see the grant and its receipts, revoke; keep checkpoints."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from yicheng.core.people.models import Account
from yicheng.core.sharing.models import Grant, LodgingPlace, Request, Subscription
from yicheng.core.sharing.receipts import log
from yicheng.core.sharing.tests import conftest as small_city
from yicheng.core.sharing.tests.conftest import KEY, granted, the_task
from yicheng.core.sharing.tests.test_gateway import token

in_english, fresh_key, city, residents = (
    small_city.in_english,
    small_city.fresh_key,
    small_city.city,
    small_city.residents,
)


def browser(viewer) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    account = Account.objects.get(pk=viewer.account_id)
    account.language = "en"
    account.save()
    client.force_login(account, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def form(**changed):
    today = date.today()
    return {
        "fields_wanted": ["number", "name"], "rows_where": "", "purpose": "高龄津贴核对", "legal_basis": "法第三十三条",
        "starts_on": today.isoformat(), "ends_on": (today + timedelta(days=9)).isoformat(),
    } | changed  # fmt: skip


def test_from_the_catalogue_to_a_grant(city, residents):
    asker, keeper = browser(city.asker), browser(city.keeper)
    assert "居民登记" in asker.get("/desk/sharing/ask/?q=居民").content.decode()
    assert "Which rows" in asker.get(f"/desk/sharing/ask/{KEY}/").content.decode()
    sent = asker.post(f"/desk/sharing/ask/{KEY}/", form())
    request = Request.objects.get()
    assert sent.headers["Location"] == f"/desk/sharing/requests/{request.pk}/"
    for side in (asker, keeper):
        assert "高龄津贴核对" in side.get(f"/desk/sharing/requests/{request.pk}/").content.decode()
        assert "居民登记" in side.get("/desk/sharing/requests/").content.decode()
    page = keeper.get(f"/desk/cases/{request.case_id}/").content.decode()
    task = the_task(request)
    assert f'name="task{task.pk}-give_name"' in page
    said = {"give_number": "", "give_name": "middle", "answer": "最小够用", "ends_on": form()["ends_on"]}
    done = keeper.post(
        f"/desk/cases/{request.case_id}/tasks/{task.pk}/",
        {"outcome": "narrow"} | {f"task{task.pk}-{name}": value for name, value in said.items()},
    )
    assert done.status_code == 302
    grant = Grant.objects.get()
    assert dict(grant.fields.values_list("key", "mask")) == {"number": "", "name": "middle"}
    for side in (asker, keeper):
        assert side.get(f"/desk/sharing/grants/{grant.pk}/").status_code == 200
        assert "居民登记" in side.get("/desk/sharing/grants/").content.decode()


def test_a_faulty_request_comes_back_with_what_is_wrong(city, residents):
    answer = browser(city.asker).post(f"/desk/sharing/ask/{KEY}/", form(rows_where="secret = 1"))
    assert "Line 1: there is no field “secret” that can be shared." in answer.content.decode()
    assert not Request.objects.exists()


def test_receipts_on_both_sides_and_a_bundle(city, residents):
    grant = granted(city)
    Client().get(f"/api/v1/shared/{grant.pk}", headers={"Authorization": f"Bearer {token(city.asker)}"})
    log.sequence()
    for viewer in (city.asker, city.keeper, city.officer):
        side = browser(viewer)
        assert "Place in the log" in side.get(f"/desk/sharing/grants/{grant.pk}/").content.decode()
        file: Any = side.get(f"/desk/sharing/grants/{grant.pk}/receipts.zip")
        assert b"".join(file.streaming_content)[:2] == b"PK"
        listed = side.get(f"/api/v1/shared/{grant.pk}/receipts").json()
        assert [one["serial"] for one in listed["receipts"]] == [1]
    assert browser(city.outsider).get(f"/desk/sharing/grants/{grant.pk}/").status_code == 404
    assert browser(city.outsider).get(f"/desk/sharing/grants/{grant.pk}/receipts.zip").status_code == 404
    assert browser(city.outsider).get(f"/api/v1/shared/{grant.pk}/receipts").status_code == 404


def test_revoked_and_narrowed_by_the_provider_on_a_page(city, residents):
    grant = granted(city)
    keeper = browser(city.keeper)
    kept = {
        "give_number": "",
        "give_name": "-",
        "give_phone": "tail",
        "reason": "少给",
        "ends_on": grant.ends_on.isoformat(),
    }
    assert keeper.post(f"/desk/sharing/grants/{grant.pk}/narrow/", kept).status_code == 302
    assert dict(grant.fields.values_list("key", "mask")) == {"number": "", "phone": "tail"}
    refused = browser(city.asker).post(f"/desk/sharing/grants/{grant.pk}/revoke/", {"reason": "x"})
    assert "Only the department that gave the data" in refused.content.decode()
    assert keeper.post(f"/desk/sharing/grants/{grant.pk}/revoke/", {"reason": "到期"}).status_code == 302
    grant.refresh_from_db()
    assert grant.revoke_reason == "到期"


@pytest.mark.parametrize("path", ["requests/", "grants/", "log/", "ask/"])
def test_closed_to_strangers_and_residents(city, path):
    assert Client().get(f"/desk/sharing/{path}").status_code in (302, 401)
    resident = Account.objects.create(username="wang", kind="resident", display_name="王")
    client = Client()
    client.force_login(resident, backend=settings.AUTHENTICATION_BACKENDS[0])
    assert client.get(f"/desk/sharing/{path}").status_code == 403


def test_checkpoints_are_lodged_as_files(city, residents, tmp_path, settings):
    from yicheng.core.sharing.actions.lodging import lodge_due

    settings.LODGING_FOLDER = tmp_path
    grant = granted(city)
    Client().get(f"/api/v1/shared/{grant.pk}", headers={"Authorization": f"Bearer {token(city.asker)}"})
    log.sequence()
    office = browser(city.officer)
    place = {"title": "公证处", "kind": "file", "address": "../../etc/passwd", "every_hours": 24}
    assert office.post("/desk/sharing/log/add/", place).status_code in (200, 422)
    assert office.post("/desk/sharing/log/add/", place | {"address": "notary"}).status_code == 302
    private = place | {"kind": "webhook", "address": "http://127.0.0.1/x"}
    office.post("/desk/sharing/log/add/", private)
    assert LodgingPlace.objects.count() == 1
    assert lodge_due() == 1
    assert lodge_due() == 0
    assert (tmp_path / "notary-1.note").read_text().startswith("localhost/sharing\n1\n")
    assert "公证处" in office.get("/desk/sharing/log/").content.decode()
    assert (
        Client().get("/sharing-log/checkpoint").content.decode() == (tmp_path / "notary-1.note").read_text()
    )
    assert len(Client().get("/sharing-log/tile/0/000.p/1").content) == 32
    assert Client().get("/sharing-log/tile/0/000").status_code == 404


def test_counts_for_everybody(city, residents):
    grant = granted(city)
    assert (
        "Nothing was used yet" in Client(headers={"Accept-Language": "en"}).get("/exchange/").content.decode()
    )
    Client().get(f"/api/v1/shared/{grant.pk}", headers={"Authorization": f"Bearer {token(city.asker)}"})
    log.sequence()
    page = Client().get("/exchange/").content.decode()
    assert "卫健委" in page
    assert "居民登记" in page
    assert "张小明" not in page


def test_following_changes_on_a_page(city, residents):
    grant = granted(city)
    asker = browser(city.asker)
    refused = asker.post(f"/desk/sharing/grants/{grant.pk}/subscribe/", {"url": "http://127.0.0.1/x"})
    assert "private network" in refused.content.decode()
    made = asker.post(f"/desk/sharing/grants/{grant.pk}/subscribe/", {"url": "https://93.184.215.14/x"})
    assert "whsec_" in made.content.decode()
    followed = Subscription.objects.get()
    page = asker.get(f"/desk/sharing/grants/{grant.pk}/").content.decode()
    assert "https://93.184.215.14/x" in page
    assert "whsec_" not in page
    assert "Every change arrived" in asker.get("/desk/sharing/undelivered/").content.decode()
    assert asker.post(f"/desk/sharing/subscriptions/{followed.pk}/resume/", {"after": "0"}).status_code == 302
    assert asker.post(f"/desk/sharing/subscriptions/{followed.pk}/end/").status_code == 302
    followed.refresh_from_db()
    assert followed.state == "ended"
