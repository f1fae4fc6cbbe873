"""The ground of every map: the city's divisions with their names, as GeoJSON of our own."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

import msgspec
import shapely
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.translation import get_language
from shapely.geometry import mapping

from yicheng.core.places.public import outlines

COUNTY = 2
KEPT_S = 300
#: about ten metres: finer than a screen shows, a tenth of the bytes
TOLERANCE_DEGREES = 0.0001


def ground(request: HttpRequest) -> HttpResponse:
    """Counties and districts with outlines and label points; asked again only when they changed."""
    areas = tuple((info.code, info.name, outline.wkb) for info, outline in outlines(COUNTY))
    body = _collection(areas, get_language() or "")
    tag = f'"{sha256(body).hexdigest()[:20]}"'
    headers = {"ETag": tag, "Cache-Control": f"public, max-age={KEPT_S}", "Vary": "Accept-Language, Cookie"}
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers=headers)
    return HttpResponse(body, content_type="application/geo+json", headers=headers)


@lru_cache(maxsize=4)
def _collection(areas: tuple[tuple[str, str, bytes], ...], _language: str) -> bytes:
    features = []
    for code, name, wkb in areas:
        outline = shapely.simplify(shapely.from_wkb(wkb), TOLERANCE_DEGREES)
        names = {"code": code, "name": name}
        features.append({"type": "Feature", "geometry": mapping(outline), "properties": names})
        label = {"type": "Point", "coordinates": outline.representative_point().coords[0]}
        features.append({"type": "Feature", "geometry": label, "properties": names})
    return msgspec.json.encode({"type": "FeatureCollection", "features": features})
