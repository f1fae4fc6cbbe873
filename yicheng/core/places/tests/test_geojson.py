"""Outlines from outside: what is accepted, and how each fault is told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from yicheng.core.places.geojson import Collection, read_text

RING = [[113.6, 34.7], [113.7, 34.7], [113.7, 34.8], [113.6, 34.7]]


def feature(coordinates: Any, kind: str = "Polygon") -> str:
    geometry = {"type": kind, "coordinates": coordinates}
    return json.dumps({"type": "Feature", "properties": {"code": "1"}, "geometry": geometry})


def read(*features: str, head: str = '"type": "FeatureCollection"') -> Collection:
    text = "{" + head + ', "features": [\n' + ",\n".join(features) + "\n]}"
    with override("en"):
        return read_text(text, "x.geojson", datum="wgs84")


def test_a_sound_outline_with_its_line() -> None:
    found = read(feature([RING]), feature([[RING]], "MultiPolygon"))
    assert found.findings == ()
    assert [(one.line, one.code, one.outline.geom_type) for one in found.features] == [
        (2, "1", "Polygon"),
        (3, "1", "MultiPolygon"),
    ]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (feature([113.6, 34.7], "Point"), "The geometry must be a Polygon or a MultiPolygon."),
        (feature([RING[:2]]), "The coordinates do not make a polygon."),
        (feature("far away"), "The coordinates do not make a polygon."),
        (feature([[[13000, 4100], [13100, 4100], [13100, 4200], [13000, 4100]]]), "degrees"),
        (feature([[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]), "Self-intersection"),
        ("7", "The geometry must be a Polygon or a MultiPolygon."),
    ],
)
def test_each_fault_with_its_line_and_the_sound_ones_kept(bad: str, reason: str) -> None:
    found = read(feature([RING]), bad)
    assert len(found.features) == 1
    (finding,) = found.findings
    assert reason in finding.reason
    assert finding.line in (3, 0)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "This is not JSON"),
        ("[]", "This is not a GeoJSON FeatureCollection."),
        ('{"type": "Feature"}', "This is not a GeoJSON FeatureCollection."),
        ('{"type": "FeatureCollection", "datum": "mars", "features": []}', "“datum” must be one of"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_no_collection_is_refused(text: str, reason: str) -> None:
    with override("en"):
        (finding,) = read_text(text, "x.geojson", datum="wgs84").findings
    assert reason in finding.reason


def test_another_datum_is_converted() -> None:
    plain = read(feature([RING])).features[0].outline
    shifted = read(feature([RING]), head='"type": "FeatureCollection", "datum": "gcj02"').features[0].outline
    assert 0.004 < plain.hausdorff_distance(shifted) < 0.008


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.integers(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


@given(geometry=json_values, properties=json_values, coordinates=json_values)
def test_nothing_breaks_the_reader(geometry: Any, properties: Any, coordinates: Any) -> None:
    shapes = [geometry, {"type": "Polygon", "coordinates": coordinates}]
    features = [{"type": "Feature", "geometry": shape, "properties": properties} for shape in shapes]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    found = read_text(text, "x.geojson", datum="bd09")
    assert len(found.features) + len(found.findings) == 2
