"""The ground of every map: the city's divisions with their names, as GeoJSON of our own."""

from __future__ import annotations

import gzip
from functools import lru_cache
from hashlib import sha256

import msgspec
import shapely
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.translation import get_language
from shapely.geometry import mapping

from yicheng.core.places.public import outlines

LEVELS = (2, 3)  # counties and districts, streets and towns
KEPT_S = 300
VARY = "Accept-Encoding, Accept-Language, Cookie"
#: about ten and thirty metres: finer than a screen shows, a tenth of the bytes
TOLERANCE_DEGREES = {2: 0.0001, 3: 0.0003}
DECIMALS = 5


def ground(request: HttpRequest) -> HttpResponse:
    """Districts and streets with outlines and label points; asked again only when they changed."""
    areas = tuple(
        (level, info.code, info.name, outline.wkb) for level in LEVELS for info, outline in outlines(level)
    )
    body, packed = _collection(areas, get_language() or "")
    is_packed = "gzip" in request.headers.get("Accept-Encoding", "")
    tag = f'"{sha256(body).hexdigest()[:20]}"'
    headers = {"ETag": tag, "Cache-Control": f"public, max-age={KEPT_S}", "Vary": VARY}
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers=headers)
    if is_packed:
        headers["Content-Encoding"] = "gzip"
    return HttpResponse(packed if is_packed else body, content_type="application/geo+json", headers=headers)


@lru_cache(maxsize=4)
def _collection(areas: tuple[tuple[int, str, str, bytes], ...], _language: str) -> tuple[bytes, bytes]:
    features = []
    for level, code, name, wkb in areas:
        outline = shapely.simplify(shapely.from_wkb(wkb), TOLERANCE_DEGREES[level])
        outline = shapely.transform(outline, lambda points: points.round(DECIMALS))
        names = {"code": code, "name": name, "level": level}
        features.append({"type": "Feature", "geometry": mapping(outline), "properties": names})
        label = {"type": "Point", "coordinates": outline.representative_point().coords[0]}
        features.append({"type": "Feature", "geometry": label, "properties": names})
    body = msgspec.json.encode({"type": "FeatureCollection", "features": features})
    return body, gzip.compress(body, mtime=0)
