"""The desk's pages about the grid: browsing, duties, importing cells, and who may not."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yicheng.core.people.models import Organisation, Role
from yicheng.core.places.models import Duty, GridCell

pytestmark = pytest.mark.usefixtures("tinytown")


def test_browsing_down_to_a_cell(looker: Client) -> None:
    assert "East District" in looker.get("/desk/places/").content.decode()
    street = looker.get("/desk/places/990101002/").content.decode()
    assert "990101002001" in street
    cell = looker.get("/desk/places/990101002001001/").content.decode()
    assert "East District Office" in cell
    assert "Assign" not in cell
    assert looker.get("/desk/places/990199/").status_code == 404


def test_strangers_and_the_unentitled_are_kept_out(looker: Client) -> None:
    assert Client().get("/desk/places/").status_code in (302, 401)
    assert looker.get("/desk/places/import/").status_code == 403
    assert looker.post("/desk/places/990101/", {"role": 1, "organisation": 1}).status_code == 403


def test_assigning_and_ending_a_duty(keeper: Client) -> None:
    wanted = {
        "role": Role.objects.get(code="handler").pk,
        "organisation": Organisation.objects.get(code="works").pk,
    }
    assert keeper.post("/desk/places/990102100/", wanted).status_code == 302
    duty = Duty.objects.get(division="990102100")
    again = keeper.post("/desk/places/990102100/", wanted)
    assert "This is already so." in again.content.decode()
    assert keeper.post(f"/desk/places/990102100/duties/{duty.pk}/end/").status_code == 302
    assert keeper.get(f"/desk/places/990102100/duties/{duty.pk}/end/").status_code == 405
    duty.refresh_from_db()
    assert duty.ended_at is not None


def test_importing_cells_with_a_report(keeper: Client) -> None:
    ring = [[160.021, 20.005], [160.023, 20.005], [160.023, 20.007], [160.021, 20.007], [160.021, 20.005]]
    features = [
        {
            "type": "Feature",
            "properties": {"code": code},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for code in ("990101001001901", "12")
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    answer = keeper.post(
        "/desk/places/import/", {"file": SimpleUploadedFile("survey.geojson", text), "datum": "wgs84"}
    )
    words = answer.content.decode()
    assert "1 cell was taken in." in words
    assert "15 digits" in words
    assert GridCell.objects.filter(pk="990101001001901", origin="surveyed").exists()


@pytest.mark.parametrize("raw", [b"{", b"\xff\xfe", b"[]"])
def test_a_file_that_is_none_is_refused_on_the_form(keeper: Client, raw: bytes) -> None:
    before = GridCell.objects.count()
    answer = keeper.post(
        "/desk/places/import/", {"file": SimpleUploadedFile("x.geojson", raw), "datum": "wgs84"}
    )
    assert answer.status_code == 200
    assert GridCell.objects.count() == before
