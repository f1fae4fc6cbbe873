"""The desk's device pages: list, device with its chart, deeds, keys, files, refused payloads."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yicheng.core.kernel import clock
from yicheng.core.people.models import Account, Appointment, Organisation, Role
from yicheng.core.people.public import SYSTEM
from yicheng.core.sensing.models import Device, DeviceModel, RefusedPayload, Status
from yicheng.core.sensing.public import (
    NewDevice,
    NewReading,
    Source,
    drain_readings,
    issue_key,
    register_device,
    take_readings,
)

pytestmark = pytest.mark.django_db
RIGHTS = ["view_devices", "keep_devices", "issue_keys", "import_readings", "view_refused"]
TREND = b"Timestamp,Space Temp (\xc2\xb0C)\n01-Sep-21 12:30:00 am,20.6\nnonsense,1\n"


@pytest.fixture
def device() -> Device:
    DeviceModel.objects.create(code="th1", name="Thermometer", interval_s=60)
    made = register_device(
        SYSTEM,
        NewDevice(
            "Reading room",
            "th1",
            number="T1",
            division_code="410102",
            lon=113.6,
            lat=34.7,
            is_in_service=True,
        ),
    )
    now = clock.now()
    batch = [NewReading("T1", "temperature", 20 + i % 5, now - timedelta(minutes=i)) for i in range(60)]
    batch += [
        NewReading("T1", "temperature", 19, now.replace(year=1970)),
    ]
    take_readings(Source("platform", is_trusted=True), batch)
    issue_key(SYSTEM, made.pk)
    own = Source("http", device_id=made.pk, key_id=made.keys.get().pk)
    take_readings(own, [NewReading("T1", "mood", 1, now)])
    take_readings(Source("platform", is_trusted=True), [NewReading("T8", "temperature", 1, now)])
    drain_readings()
    return made


@pytest.fixture
def client(device: Device) -> Client:
    body = Organisation.objects.create(code="m", name="Museum", kind="department", path="/1/")
    account = Account.objects.create(
        username="keeper", display_name="Keeper", kind="staff", language="en", organisation=body
    )
    role = Role.objects.create(code="k", name="k", rights=[f"sensing.{name}" for name in RIGHTS])
    Appointment.objects.create(account=account, role=role, division_code="410102")
    client = Client()
    client.force_login(account)
    return client


def get(client: Client, path: str) -> str:
    """The page without its token against forgery: among its random letters any short number may stand."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.text.replace(str(answer.context["csrf_token"]), "")


def test_list_shows_and_filters(client: Client, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(14):
        assert "Reading room" in get(client, "/desk/devices/")
    assert "Reading room" in get(client, "/desk/devices/?state=wrong_clock&q=T1&division=410102")
    assert "Reading room" not in get(client, "/desk/devices/?state=silent")
    assert client.get("/desk/devices/?export=csv").status_code == 200


def test_device_with_chart(client: Client, device: Device) -> None:
    page = get(client, f"/desk/devices/{device.pk}/?span=day")
    for words in ("data-chart", "20.0 °C", "impossible time", "Issue a key", "wrong clock"):
        assert words in page
    assert client.get("/desk/devices/999999/").status_code == 404


def test_device_of_another_district_is_not_there(client: Client, device: Device) -> None:
    other = register_device(SYSTEM, NewDevice("Elsewhere", "th1", number="T9", division_code="410103"))
    assert client.get(f"/desk/devices/{other.pk}/").status_code == 404
    assert "Elsewhere" not in get(client, "/desk/devices/")
    assert client.post(f"/desk/devices/{other.pk}/do/retire/", {"reason": "x"}).status_code == 404


def test_register_issue_revoke(client: Client) -> None:
    said = {"name": "New", "model": "th1", "number": "T2", "lon": "", "lat": ""}
    assert client.post("/desk/devices/new/", said).status_code == 403  # no district: not theirs to register
    made = register_device(SYSTEM, NewDevice("New", "th1", number="T2", division_code="410102"))
    answer = client.post(f"/desk/devices/{made.pk}/key/", {})
    assert "yd_" in answer.text
    key = made.keys.get()
    assert client.post(f"/desk/devices/{made.pk}/keys/{key.pk}/revoke/").status_code == 302
    key.refresh_from_db()
    assert key.revoked_at is not None


def test_deeds(client: Client, device: Device) -> None:
    at = f"/desk/devices/{device.pk}/do/"
    for deed in ("move", "maintain", "unbind", "replace", "retire"):
        get(client, f"{at}{deed}/")
    assert client.get(f"{at}explode/").status_code == 404
    assert client.post(f"{at}maintain/", {"note": "new battery", "firmware": "2.1"}).status_code == 302
    assert client.post(f"{at}unbind/", {"reason": "x", "status": "in_store"}).status_code == 409
    assert client.post(f"{at}retire/", {"reason": "broken"}).status_code == 302
    device.refresh_from_db()
    assert (device.status, device.firmware) == (Status.RETIRED, "2.1")
    assert "new battery" in get(client, f"/desk/devices/{device.pk}/")


def test_file_comes_in_with_its_report(client: Client, device: Device) -> None:
    get(client, "/desk/devices/import/")
    said = {"file": SimpleUploadedFile("t.csv", TREND), "device": "T1", "logger": "", "zone": "Asia/Shanghai"}
    assert client.post("/desk/devices/import/", said).status_code == 302
    page = get(client, "/desk/devices/import/")
    assert "Trend" in page
    assert "is no time" in page
    wrong = {**said, "file": SimpleUploadedFile("t.csv", b"hello")}
    assert client.post("/desk/devices/import/", wrong).status_code == 422


def test_refused_payloads(client: Client) -> None:
    page = get(client, "/desk/devices/refused/")
    assert "T1 mood" in page
    assert "T8" not in page  # came with no key of this district
    kept = RefusedPayload.objects.get(reason="unknown_property")
    assert "mood" in get(client, f"/desk/devices/refused/{kept.pk}/")


def test_map_layer(client: Client) -> None:
    box = "west=113&south=34&east=114&north=35&zoom=12"
    answer = client.get(f"/map/layers/map.devices/?{box}").json()
    assert [one["properties"]["title"] for one in answer["features"]] == ["Reading room"]
