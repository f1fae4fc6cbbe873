"""What a request for features asks for: page, box, moment, system of coordinates, filter. Raises ``Invalid`` (400)."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from yicheng.core.catalogue import public as catalogue
from yicheng.core.catalogue.filters import And, Box, Compare, Filter, Or
from yicheng.core.kernel.errors import Invalid
from yicheng.faces.api.ogc import cql2, crs
from yicheng.faces.api.open_door import number

USUAL = 10
MOST = 10_000
OWN = (
    "limit",
    "offset",
    "after",
    "bbox",
    "bbox-crs",
    "crs",
    "datetime",
    "filter",
    "filter-lang",
    "filter-crs",
    "f",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for features, read."""

    limit: int
    offset: int
    after: str
    system: str
    where: Filter


def asked_of(request: HttpRequest, entry: catalogue.Entry, fields: tuple[catalogue.Field, ...]) -> Asked:
    """Everything the address says; unknown parameters are refused, as the standard has it."""
    given = {name: str(text) for name, text in request.GET.items()}
    known = {field.key: field for field in fields if field.kind != "geometry"}
    parts: list[Filter] = []
    for name, text in given.items():
        if name in OWN:
            continue
        if name not in known:
            raise Invalid(f"There is no parameter “{name[:60]}”.", fields={name[:60]: "unknown"})
        parts.append(Compare(name, "=", text))
    if "bbox" in given:
        parts.append(_box(given["bbox"], crs.known(given.get("bbox-crs", ""), name="bbox-crs")))
    if given.get("datetime"):
        parts += _moment(given["datetime"], fields)
    if given.get("filter"):
        parts.append(_filter(given))
    return Asked(
        limit=max(1, number(given.get("limit", ""), name="limit", usual=USUAL, least=1, most=MOST)),
        offset=number(given.get("offset", ""), name="offset", usual=0),
        after=given.get("after", "")[:60],
        system=crs.known(given.get("crs", ""), name="crs"),
        where=And(tuple(parts)),
    )


def moment_field(fields: tuple[catalogue.Field, ...]) -> catalogue.Field | None:
    """The field that ``datetime`` looks at: the first moment, else the first day."""
    for kind in ("datetime", "date"):
        for field in fields:
            if field.kind == kind:
                return field
    return None


def _box(text: str, system: str) -> Filter:
    try:
        corners = [float(one) for one in text.split(",")]
    except ValueError:
        corners = []
    if len(corners) == 6:
        corners = [*corners[:2], *corners[3:5]]
    if len(corners) != 4:
        raise Invalid(
            "bbox takes four numbers: west, south, east, north", fields={"bbox": "not four numbers"}
        )
    read = crs.read_from(system)
    (west, south), (east, north) = read(corners[0], corners[1]), read(corners[2], corners[3])
    if south > north:
        raise Invalid("bbox: south lies north of north", fields={"bbox": "upside down"})
    if west > east:  # over the 180th meridian
        return Or((Box(west, south, 180, north), Box(-180, south, east, north)))
    return Box(west, south, east, north)


def _moment(text: str, fields: tuple[catalogue.Field, ...]) -> list[Filter]:
    field = moment_field(fields)
    if field is None:
        return []
    begin, slash, end = text.partition("/")
    if not slash:
        return [Compare(field.key, "=", begin)]
    parts: list[Filter] = []
    if begin not in ("", ".."):
        parts.append(Compare(field.key, ">=", begin))
    if end not in ("", ".."):
        parts.append(Compare(field.key, "<=", end))
    return parts


def _filter(given: dict[str, str]) -> Filter:
    if given.get("filter-lang", "cql2-text") != "cql2-text":
        raise Invalid("filter-lang: only cql2-text is understood", fields={"filter-lang": "unknown"})
    if crs.known(given.get("filter-crs", ""), name="filter-crs") != crs.CRS84:
        raise Invalid("filter-crs: filters are in CRS84", fields={"filter-crs": "unknown"})
    return cql2.parse(given["filter"])
