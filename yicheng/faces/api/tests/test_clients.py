"""Other people's programs read our doors unchanged: ckanapi, OWSLib, GDAL, and the validator of DCAT-AP's shapes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ckanapi import NotFound, RemoteCKAN
from django.conf import settings
from django.test import Client
from owslib.ogcapi.features import Features
from rdflib import Graph
from rdflib.namespace import DCAT, RDF

from yicheng.faces.api.tests import shelters

SHAPES = Path(settings.PROJECT).parent / "shared" / "data" / "standards" / "dcat_ap" / "shapes.ttl"


@pytest.fixture
def served(transactional_db: None, live_server: Any) -> str:
    shelters.build()
    return str(live_server.url)


def test_ckanapi_reads_the_catalogue(served: str) -> None:
    with RemoteCKAN(served) as ckan:
        assert ckan.action.package_list() == ["civil-areas", "civil-shelters"]
        package = ckan.action.package_show(id="civil-shelters")
        rows = ckan.action.datastore_search(
            resource_id=package["resources"][0]["id"], filters={"is_open": True}, limit=3
        )
        assert [row["code"] for row in rows["records"]] == ["A00", "A02", "A04"]
        assert ckan.action.organization_list() == ["410100-civil"]
        assert ckan.action.resource_show(id=package["resources"][1]["id"])["format"] == "JSON"
        assert ckan.action.package_search(q="避难", rows=5)["count"] == 1
        with pytest.raises(NotFound):
            ckan.action.package_show(id="civil-aid")


def test_owslib_reads_features(served: str) -> None:
    features = Features(f"{served}/ogc/")
    assert set(features.feature_collections()) == {"civil.areas", shelters.SHELTERS}
    assert features.collection(shelters.SHELTERS)["title"] == "应急避难场所"
    page = features.collection_items(shelters.SHELTERS, bbox=[113.495, 34, 113.515, 35], limit=5)
    assert [one["id"] for one in page["features"]] == ["A00", "A01"]
    page = features.collection_items(shelters.SHELTERS, filter="beds > 230", limit=5)
    assert [one["id"] for one in page["features"]] == ["A24"]
    assert features.collection_item(shelters.SHELTERS, "A03")["properties"]["beds"] == 30
    assert "beds" in features.collection_queryables(shelters.SHELTERS)["properties"]


GDAL = """
import json, sys
import pyogrio
address, layer = sys.argv[1:]
names = sorted(name for name, _kind in pyogrio.list_layers(address))
meta, _ids, shapes, columns = pyogrio.raw.read(address, layer=layer, PAGE_SIZE="10")
boxed = pyogrio.raw.read(address, layer=layer, bbox=(113.495, 34, 113.515, 35))
chosen = pyogrio.raw.read(address, layer=layer, where="beds > 230")
names_column = [str(one) for one in columns[list(meta["fields"]).index("name")]]
print(json.dumps([names, len(shapes), names_column[3], meta["geometry_type"], len(boxed[2]), len(chosen[2])]))
"""


def test_gdal_reads_features(served: str) -> None:
    """Pages are followed, boxes and conditions understood: GDAL's OAPIF driver, which QGIS has too.

    In a process of its own: GDAL waits for the answer while it holds the interpreter, which the server needs.
    """
    pyogrio = pytest.importorskip("pyogrio")
    if "OAPIF" not in pyogrio.list_drivers():
        pytest.skip("this GDAL has no OAPIF driver")
    done = subprocess.run(
        [sys.executable, "-c", GDAL, f"OAPIF:{served}/ogc", shelters.SHELTERS],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [
        ["civil.areas", shelters.SHELTERS],
        shelters.COUNT,
        "避难所3",
        "Point",
        2,
        1,
    ]


@pytest.mark.parametrize(("form", "name"), [("ttl", "turtle"), ("jsonld", "json-ld")])
@pytest.mark.django_db
def test_the_catalogue_passes_the_shapes_of_dcat_ap(client: Client, form: str, name: str) -> None:
    if not SHAPES.exists():
        pytest.skip("the shapes of DCAT-AP are not on this machine")
    from pyshacl import validate

    shelters.build()
    answer = client.get(f"/dcat/catalog.{form}")
    graph = Graph().parse(data=answer.content, format=name)
    assert len(list(graph.subjects(RDF.type, DCAT.Dataset))) == 2
    is_sound, _report, text = validate(graph, shacl_graph=Graph().parse(SHAPES), advanced=False)
    assert is_sound, text


@pytest.mark.django_db
def test_the_catalogue_comes_in_pages_and_single_data_sets(client: Client) -> None:
    shelters.build()
    one = Graph().parse(data=client.get(f"/dcat/datasets/{shelters.SHELTERS}.ttl").content, format="turtle")
    assert len(list(one.subjects(RDF.type, DCAT.Distribution))) == 6
    led = client.get(f"/dcat/datasets/{shelters.SHELTERS}", headers={"Accept": "application/ld+json"})
    assert led["Location"].endswith(f"/dcat/datasets/{shelters.SHELTERS}.jsonld")
    assert client.get("/dcat/datasets/civil.aid.ttl").status_code == 404
    assert client.get("/dcat/catalog.exe").status_code == 404
    assert client.get("/dcat/catalog.ttl", {"page": "x"}).status_code == 422
