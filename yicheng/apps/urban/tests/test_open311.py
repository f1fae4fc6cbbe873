"""Open311 GeoReport v2 at its door, clause by clause of the standard's text (wiki.open311.org/GeoReport_v2)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yicheng.apps.urban.actions.parts import take_parts
from yicheng.apps.urban.models import PartCase, UrbanCase
from yicheng.apps.urban.tests.street import NORTH, Street, centre
from yicheng.apps.urban.tests.test_parts_import import line, stage
from yicheng.core.cases.models import Case
from yicheng.core.kernel import clock
from yicheng.core.people import tokens
from yicheng.core.people.models import Account

V2 = "/open311/v2"
LON, LAT = centre(5)


@pytest.fixture
def client() -> Client:
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def key(street: Street) -> str:
    return make_key(street, "gateway")


def make_key(street: Street, name: str) -> str:
    account = Account.objects.get(pk=street.accounts[name])
    return tokens.make(account, name="app", rights=[], expires_at=clock.now() + timedelta(days=1))[1]


def post(client: Client, key: str, form: str = "json", **more: Any) -> Any:
    values = {
        "api_key": key,
        "service_code": "E0102",
        "lat": LAT,
        "long": LON,
        "description": "垃圾没人收",
        **more,
    }
    return client.post(
        f"{V2}/requests.{form}", {name: value for name, value in values.items() if value is not None}
    )


def send(client: Client, key: str, **more: Any) -> str:
    answer = post(client, key, **more)
    assert answer.status_code == 200, answer.content
    return str(answer.json()[0]["service_request_id"])


def publish(number: str, **more: Any) -> None:
    Case.objects.filter(number=number).update(**{"is_public": True, "stage": "handle", **more})


def listed(client: Client, **query: Any) -> list[str]:
    return [one["service_request_id"] for one in client.get(f"{V2}/requests.json", query).json()]


# ── discovery, services ─────────────────────────────────────────────────────


def test_discovery_in_both_formats(client: Client, street: Street) -> None:
    found = client.get(f"{V2}/discovery.json")
    assert found["Content-Type"] == "application/json; charset=utf-8"
    (endpoint,) = found.json()["endpoints"]
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert endpoint["url"] == "http://testserver/open311/v2"
    assert endpoint["formats"] == ["text/xml", "application/json"]
    xml = client.get(f"{V2}/discovery.xml")
    assert xml["Content-Type"] == "text/xml; charset=utf-8"
    assert xml.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    root = ElementTree.fromstring(xml.content)
    assert [one.text for one in root.findall("endpoints/endpoint/formats/format")] == [
        "text/xml",
        "application/json",
    ]
    assert {one.tag for one in root} == {"changeset", "contact", "key_service", "endpoints"}


def test_services_are_the_public_classes(client: Client, street: Street) -> None:
    services = client.get(f"{V2}/services.json").json()
    assert [one["service_code"] for one in services] == ["E0102", "P0101", "P0118"]
    assert services[0] == {
        "service_code": "E0102",
        "service_name": "Exposed rubbish",
        "description": "Exposed rubbish",
        "metadata": False,
        "type": "realtime",
        "keywords": "词, word",
        "group": "Appearance",
    }
    root = ElementTree.fromstring(client.get(f"{V2}/services.xml").content)
    assert root.tag == "services"
    assert root.find("service/metadata").text == "false"  # type: ignore[union-attr]


def test_services_are_in_the_readers_language(street: Street) -> None:
    services = Client(headers={"accept-language": "zh-CN"}).get(f"{V2}/services.json").json()
    assert services[0]["service_name"] == "暴露垃圾"


def test_definition_of_a_service(client: Client, street: Street) -> None:
    lamp = client.get(f"{V2}/services/P0118.json").json()
    assert lamp["service_code"] == "P0118"
    assert [one["code"] for one in lamp["attributes"]] == ["part_code"]
    assert client.get(f"{V2}/services/E0102.json").json() == {"service_code": "E0102", "attributes": []}
    assert client.get(f"{V2}/services/E9999.json").status_code == 404


# ── sending ─────────────────────────────────────────────────────────────────


def test_a_request_becomes_a_case(client: Client, key: str, street: Street) -> None:
    answer = post(client, key, first_name="小", last_name="李", phone="13800000000", email="li@example.com")
    assert answer.status_code == 200
    (made,) = answer.json()
    assert set(made) == {"service_request_id", "service_notice", "account_id"}
    case = Case.objects.get(number=made["service_request_id"])
    assert (case.source, case.case_class_id, case.description) == ("open311", "E0102", "垃圾没人收")
    assert case.division_code.startswith(NORTH)
    own = UrbanCase.objects.get(pk=case.pk)
    assert own.reporter_id == street.accounts["gateway"]
    assert "13800000000" not in own.contact_sealed
    assert own.contact_sealed


def test_a_request_in_xml_and_by_bearer(client: Client, key: str, street: Street) -> None:
    answer = post(client, "", form="xml", api_key=None)
    assert answer.status_code == 403
    assert ElementTree.fromstring(answer.content).find("error/code").text == "403"  # type: ignore[union-attr]
    values = {"service_code": "E0102", "lat": LAT, "long": LON}
    made = client.post(f"{V2}/requests.xml", values, headers={"authorization": f"Bearer {key}"})
    root = ElementTree.fromstring(made.content)
    assert root.tag == "service_requests"
    assert Case.objects.filter(number=root.findtext("request/service_request_id")).exists()


@pytest.mark.parametrize("wrong", ["", "yc_aaaaaaaaaaaa_wrong", "anything"])
def test_without_a_key_nothing_is_made(client: Client, street: Street, wrong: str) -> None:
    answer = post(client, wrong)
    assert answer.status_code == 403
    assert answer.json()[0]["code"] == 403
    assert "api_key" in answer.json()[0]["description"]
    assert Case.objects.count() == 0


def test_a_signed_in_browser_is_no_key(browser: Any, street: Street) -> None:
    answer = post(browser("supervisor"), "", api_key=None)
    assert answer.status_code == 403
    assert Case.objects.count() == 0


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        ({"service_code": None}, 400, "service_code was not provided"),
        ({"service_code": "E9999"}, 404, "was not found"),
        ({"service_code": "E01"}, 404, "was not found"),
        ({"lat": None}, 400, "lat and long"),
        ({"lat": 10, "long": 10}, 400, "outside the city"),
        ({"lat": "north"}, 400, "lat and long"),
        ({"description": "<b>x</b>"}, 400, "HTML"),
        ({"description": "x" * 4001}, 400, "longer than 4000"),
        ({"jurisdiction_id": "elsewhere.gov"}, 404, "jurisdiction_id"),
        ({"service_code": "P0118", "attribute[part_code]": "123"}, 400, "no part of this kind"),
    ],
)
def test_refusals_are_an_array_of_errors(
    client: Client, key: str, street: Street, more: Any, status: int, said: str
) -> None:
    answer = post(client, key, **more)
    assert answer.status_code == status
    assert any(said in one["description"] for one in answer.json()), answer.json()
    assert all(set(one) == {"code", "description"} for one in answer.json())
    assert Case.objects.count() == 0


def test_an_address_alone_is_enough(client: Client, key: str, street: Street) -> None:
    from yicheng.core.web.city import forget_city
    from yicheng.core.web.models import CityProfile

    CityProfile.objects.create(code="990000", name="样城", name_en="Sample", lon=LON, lat=LAT)
    forget_city()
    number = send(client, key, lat=None, long=None, address_string="花园路 3 号")
    forget_city()
    case = Case.objects.get(number=number)
    assert (case.lon, case.division_code, case.address) == (None, "990000", "花园路 3 号")


def test_the_same_idempotency_key_makes_one_request(client: Client, key: str, street: Street) -> None:
    values = {"api_key": key, "service_code": "E0102", "lat": LAT, "long": LON}
    numbers = {
        client.post(f"{V2}/requests.json", values, headers={"idempotency-key": "a1"}).json()[0][
            "service_request_id"
        ]
        for _ in range(3)
    }
    assert len(numbers) == Case.objects.count() == 1


def test_the_code_on_a_plate_leads_to_the_owner(client: Client, key: str, street: Street) -> None:
    keeper = street.viewer("keeper")
    take_parts(keeper, stage(keeper, line(5)).pk)
    number = send(client, key, service_code="P0118", **{"attribute[part_code]": "9901010118000005"})
    case = Case.objects.get(number=number)
    assert case.organisation_id == street.bodies["LAMPS"]
    assert PartCase.objects.get(pk=case.pk).part.code == "9901010118000005"


def test_a_photo_may_come_along_and_no_other_file(client: Client, key: str, street: Street) -> None:
    from io import BytesIO

    from PIL import Image

    target = BytesIO()
    Image.new("RGB", (64, 48), "red").save(target, "JPEG")
    number = send(client, key, media=SimpleUploadedFile("a.jpg", target.getvalue()))
    publish(number)
    (found,) = client.get(f"{V2}/requests/{number}.json").json()
    assert found["media_url"].startswith("http://testserver/")
    assert client.get(found["media_url"]).status_code == 200
    answer = post(client, key, media=SimpleUploadedFile("a.jpg", b"<html>"))
    assert answer.status_code == 400
    assert Case.objects.count() == 1


# ── reading ─────────────────────────────────────────────────────────────────


def test_a_published_request_as_everybody_sees_it(client: Client, key: str, street: Street) -> None:
    number = send(client, key, description="垃圾。我是李四，电话 13800000000", phone="13900000000")
    assert client.get(f"{V2}/requests/{number}.json").status_code == 404
    publish(number)
    (found,) = client.get(f"{V2}/requests/{number}.json").json()
    assert set(found) == {
        "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
        "agency_responsible", "service_notice", "requested_datetime", "updated_datetime", "expected_datetime",
        "address", "address_id", "zipcode", "lat", "long", "media_url",
    }  # fmt: skip
    assert (found["status"], found["service_code"], found["description"]) == ("open", "E0102", "垃圾")
    assert (found["lat"], found["long"]) == (pytest.approx(LAT), pytest.approx(LON))
    for name in ("requested_datetime", "updated_datetime", "expected_datetime"):
        assert found[name] is None or datetime.fromisoformat(found[name]).tzinfo is not None
    everything = client.get(f"{V2}/requests.json").content + client.get(f"{V2}/requests.xml").content
    for secret in ("13800000000", "13900000000", "李四", "gateway"):
        assert secret not in everything.decode()


def test_a_sender_sees_its_own_before_it_is_published_and_nobody_elses(
    client: Client, key: str, street: Street
) -> None:
    number = send(client, key)
    other = make_key(street, "other_gateway")
    assert listed(client) == []
    assert listed(client, api_key=other) == []
    assert listed(client, api_key=key) == [number]
    (own,) = client.get(f"{V2}/requests/{number}.json", {"api_key": key}).json()
    assert own["description"] == "垃圾没人收"
    assert client.get(f"{V2}/requests.json", {"api_key": "wrong"}).status_code == 403


def test_filters(client: Client, key: str, street: Street) -> None:
    rubbish, lamp = send(client, key), send(client, key, service_code="P0118", lat=LAT + 0.0015)
    publish(rubbish)
    publish(lamp, status="closed", closed_at=clock.now())
    assert listed(client) == [lamp, rubbish]
    assert listed(client, status="open") == [rubbish]
    assert listed(client, status="closed") == [lamp]
    assert listed(client, status="open,closed") == [lamp, rubbish]
    assert listed(client, service_code="P0118,P0101") == [lamp]
    assert listed(client, service_request_id=f"{rubbish},{lamp},nothing") == [lamp, rubbish]
    assert listed(client, service_request_id=rubbish, status="nonsense") == [rubbish]
    assert listed(client, lat=LAT, long=LON, radius=50) == [rubbish]
    assert listed(client, lat=LAT, long=LON, radius=200) == [lamp, rubbish]
    assert listed(client, page_size=1) == [lamp]
    assert listed(client, page_size=1, page=2) == [rubbish]
    assert listed(client, end_date="2020-01-01T00:00:00Z") == []
    Case.objects.filter(number=rubbish).update(opened_at=clock.now() - timedelta(days=100))
    assert listed(client) == [lamp]
    found = client.get(
        f"{V2}/requests.json", {"start_date": "2020-01-01T00:00:00Z", "end_date": "2021-01-01T00:00:00Z"}
    )
    assert found.status_code == 400
    assert "90 days" in found.json()[0]["description"]


def test_a_token_leads_to_its_request(client: Client, key: str, street: Street) -> None:
    (made,) = post(client, key).json()
    token = made["service_notice"].rstrip("/").rpartition("/")[2]
    (found,) = client.get(f"{V2}/tokens/{token}.json").json()
    assert found == {"service_request_id": made["service_request_id"], "token": token}
    assert client.get(f"{V2}/tokens/unknown.json").status_code == 404


def test_the_list_asks_a_fixed_number_of_queries(client: Client, key: str, street: Street) -> None:
    counts = []
    for amount in (1, 4):
        for n in range(amount):
            publish(send(client, key, lat=LAT + n * 0.0001))
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{V2}/requests.json")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4


@pytest.mark.parametrize(
    "address",
    ["services.yaml", "requests/nothing.json", "nothing.json", "services/E0102.html", "tokens/x.json"],
)
def test_what_is_not_there_is_404(client: Client, street: Street, address: str) -> None:
    assert client.get(f"{V2}/{address}").status_code == 404


def test_other_methods_are_refused_in_the_standards_words(client: Client, street: Street) -> None:
    answer = client.delete(f"{V2}/requests.json")
    assert answer.status_code == 400
    assert json.loads(answer.content)[0]["code"] == 400


QUERY = st.dictionaries(
    st.sampled_from(["status", "start_date", "end_date", "lat", "long", "radius", "page", "page_size", "service_code",
                     "service_request_id", "jurisdiction_id"]),
    st.text(max_size=30) | st.floats().map(str) | st.integers().map(str),
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(query=QUERY)
def test_any_question_is_answered_or_refused(client: Client, street: Street, query: dict[str, str]) -> None:
    try:
        answer = client.get(f"{V2}/requests.json", query)
    except UnicodeEncodeError:
        return
    assert answer.status_code in (200, 400, 404)
    assert isinstance(answer.json(), list)
