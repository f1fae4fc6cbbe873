"""The desk's pages of parts, as a keeper, another department, a resident and a stranger meet them."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from yicheng.apps.urban.actions.parts import take_parts
from yicheng.apps.urban.models import FileImport, Part
from yicheng.apps.urban.pages.imports import harmless
from yicheng.apps.urban.pages.parts import features
from yicheng.apps.urban.tests.street import Street, centre
from yicheng.apps.urban.tests.test_parts_import import HEADER, line, stage
from yicheng.core.web.declare import Box


def send(client: Client, *lines: str):
    upload = SimpleUploadedFile("census.csv", "\n".join([HEADER, *lines]).encode("gb18030"))
    return client.post(reverse("urban.import_parts"), {"file": upload, "datum": "cgcs2000"})


def test_a_file_goes_in_by_the_browser(browser) -> None:
    keeper = browser("keeper")
    sent = send(keeper, line(1), line(2, state="=坏了"))
    assert sent.status_code == 302
    found = FileImport.objects.get()
    page = keeper.get(sent["Location"]).content.decode()
    assert "census.csv" in page
    assert "must be one of" in page
    assert "GB18030" in page
    refused = b"".join(keeper.get(reverse("urban.import_parts_refused", args=[found.pk])).streaming_content)
    rows = list(csv.reader(io.StringIO(refused.decode("utf-8-sig"))))
    assert rows[0][:3] == ["refused_line", "refused_reason", "标识码"]
    assert rows[1][0] == "3"
    assert rows[1][3] == "'=坏了"
    take = reverse("urban.import_parts_take", args=[found.pk])
    assert keeper.post(take).status_code == 422
    assert Part.objects.count() == 0
    assert keeper.post(take, {"choice": "only_sound"}).status_code == 302
    assert Part.objects.count() == 1
    assert keeper.post(take, {"choice": "only_sound"}).status_code == 409
    mended = SimpleUploadedFile("mended.csv", refused.replace("'=坏了".encode(), "破损".encode()))
    keeper.post(reverse("urban.import_parts"), {"file": mended, "datum": "cgcs2000"})
    assert (
        keeper.post(reverse("urban.import_parts_take", args=[FileImport.objects.latest("pk").pk])).status_code
        == 302
    )
    assert Part.objects.count() == 2


def test_an_unreadable_file_is_refused_on_the_form(browser) -> None:
    upload = SimpleUploadedFile("x.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 100)
    answer = browser("keeper").post(reverse("urban.import_parts"), {"file": upload, "datum": "cgcs2000"})
    assert answer.status_code == 422
    assert "save it as XLSX" in answer.content.decode()
    assert FileImport.objects.count() == 0


def test_list_detail_and_correction(browser, street: Street) -> None:
    keeper = browser("keeper")
    take_parts(street.viewer("keeper"), stage(street.viewer("keeper"), line(1), line(2, state="丢失")).pk)
    page = keeper.get(reverse("urban.parts")).content.decode()
    assert "9901010118000001" in page
    assert "Street lamp" in page
    only = keeper.get(reverse("urban.parts"), {"state": "missing"}).content.decode()
    assert "9901010118000001" not in only
    found = keeper.get(reverse("urban.parts"), {"q": "9901010118000002"}).content.decode()
    assert "9901010118000001" not in found
    export = b"".join(keeper.get(reverse("urban.parts"), {"export": "csv"})).decode("utf-8-sig")
    assert len(export.splitlines()) == 3
    change = reverse("urban.part_change", args=["9901010118000001"])
    assert keeper.post(change, {"state": "broken", "name": "灯", "address": "花园路"}).status_code == 302
    assert "花园路" in keeper.get(reverse("urban.part", args=["9901010118000001"])).content.decode()


def test_the_list_asks_a_fixed_number_of_queries(browser, street: Street) -> None:
    keeper = browser("keeper")
    viewer = street.viewer("keeper")
    counts = []
    for numbers in (range(1, 3), range(3, 10)):
        take_parts(viewer, stage(viewer, *[line(n) for n in numbers]).pk)
        keeper.get(reverse("urban.parts"))
        with CaptureQueriesContext(connection) as queries:
            keeper.get(reverse("urban.parts"))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8


@pytest.mark.parametrize("name", ["", "resident", "clerk", "water_keeper"])
def test_who_may_not_see_does_not_see(browser, street: Street, name: str) -> None:
    take_parts(street.viewer("keeper"), stage(street.viewer("keeper"), line(1)).pk)
    staged = stage(street.viewer("keeper"), line(2))
    client = browser(name)
    for address in (
        reverse("urban.parts"),
        reverse("urban.part", args=["9901010118000001"]),
        reverse("urban.part_change", args=["9901010118000001"]),
        reverse("urban.import_parts_check", args=[staged.pk]),
        reverse("urban.import_parts_refused", args=[staged.pk]),
    ):
        answer = client.get(address)
        assert answer.status_code in (200, 302, 403, 404), address
        if answer.status_code == 200:
            assert "9901010118000001" not in answer.content.decode(), address
            assert "census.csv" not in answer.content.decode(), address
        if answer.status_code == 302:
            assert "login" in answer["Location"], address
    assert client.post(reverse("urban.import_parts_take", args=[staged.pk])).status_code in (
        302,
        401,
        403,
        404,
    )
    assert Part.objects.count() == 1


def test_the_map_shows_single_parts_near_and_counts_from_above(street: Street) -> None:
    viewer = street.viewer("keeper")
    take_parts(viewer, stage(viewer, line(1), line(2, state="丢失")).pk)
    lon, lat = centre(1)
    near = features(viewer, Box(lon - 0.01, lat - 0.01, lon + 0.01, lat + 0.01, 16), {})
    assert [one["properties"]["title"] for one in near["features"]] == [
        "9901010118000001",
        "9901010118000002",
    ]
    above = features(viewer, Box(113, 34, 114, 35, 12), {})
    assert sum(one["properties"]["count"] for one in above["features"]) == 2
    assert len(features(viewer, Box(113, 34, 114, 35, 16), {"state": "missing"})["features"]) == 1
    assert features(street.viewer("clerk"), Box(113, 34, 114, 35, 16), {})["features"] == []


@pytest.mark.parametrize(
    ("cell", "written"),
    [("=1+1", "'=1+1"), ("@x", "'@x"), ("-5.5", "-5.5"), ("+cmd", "'+cmd"), ("路灯", "路灯"), ("", "")],
)
def test_no_cell_runs_as_a_formula(cell: str, written: str) -> None:
    assert harmless(cell) == written
