"""What callers send, parsed at the border. An empty parameter counts as one that was not sent."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import Refusal

LONGEST_SPAN = timedelta(days=90)
LARGEST_PAGE = 1000
DEFAULT_PAGE = 1000
MOST_IDS = 1000
MOST_CODES = 200
LARGEST_RADIUS_M = 50_000
LONGEST_DESCRIPTION = 4000
STATUSES = ("open", "closed")
_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,60})\](\[\])?")
_MARKUP = re.compile(r"<\s*/?\s*[a-zA-Z!?][^>]*>")


class BadRequest(Refusal):
    """Something in the call is missing or wrong: 400, as the standard says for everything but keys and absences."""

    status = 400
    code = "400"


@dataclass(frozen=True, slots=True)
class Search:
    """A question for requests. ``numbers`` given: all else is ignored."""

    numbers: tuple[str, ...] = ()
    service_codes: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    near: tuple[float, float, float] | None = None
    page: int = 1
    page_size: int = DEFAULT_PAGE


@dataclass(frozen=True, slots=True)
class Report:
    """A request to be made. ``lon`` and ``lat`` are WGS 84; without them an address stands alone."""

    service_code: str
    lon: float | None
    lat: float | None
    address: str
    description: str
    media_url: str
    email: str
    phone: str
    name: str
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def parse_search(query: QueryDict, *, now: datetime) -> Search:
    """The filters of GET requests. Raises ``BadRequest``.

    Without dates: the most recent 90 days. With one of them: 90 days from or up to it.
    """
    numbers = _many(query, "service_request_id")
    if len(numbers) > MOST_IDS:
        raise BadRequest(_("At most %(limit)d service_request_id may be asked for at once."), limit=MOST_IDS)
    page, size = _page(query)
    if numbers:
        return Search(numbers=numbers, page=page, page_size=size)
    codes = _many(query, "service_code")
    if len(codes) > MOST_CODES:
        raise BadRequest(_("At most %(limit)d service_code may be asked for at once."), limit=MOST_CODES)
    start, end = _span(query, now)
    return Search((), codes, _statuses(query), start, end, _near(query), page, size)


def parse_report(query: QueryDict) -> Report:
    """The arguments of POST request. Raises ``BadRequest`` naming every one at fault."""
    faults: dict[str, str] = {}
    lon, lat = _position(query, faults)
    address, code = _one(query, "address_string"), _one(query, "service_code")
    if not code:
        faults["service_code"] = str(_("service_code was not provided."))
    if lon is None and not address and not faults:
        if _one(query, "address_id"):
            faults["address_id"] = str(_("There is no register of address ids here: send lat and long."))
        else:
            faults["lat"] = str(_("Provide lat and long, or address_string."))
    report = Report(
        service_code=code,
        lon=lon,
        lat=lat,
        address=_limited(address, 200, "address_string", faults),
        description=_limited(_one(query, "description"), LONGEST_DESCRIPTION, "description", faults),
        media_url=_media_url(query, faults),
        email=_limited(_one(query, "email"), 254, "email", faults),
        phone=_limited(_one(query, "phone"), 40, "phone", faults),
        name=_limited(
            " ".join(filter(None, (_one(query, "last_name"), _one(query, "first_name")))), 80, "name", faults
        ),
        attributes=_attributes(query),
    )
    if _MARKUP.search(report.description):
        faults["description"] = str(_("The description may not hold HTML."))
    if faults:
        raise BadRequest(_("The request cannot be taken as it is."), fields=faults)
    return report


def _one(query: QueryDict, name: str) -> str:
    return query.get(name, "").replace("\x00", "").strip()


def _many(query: QueryDict, name: str) -> tuple[str, ...]:
    parts = (part.strip() for value in query.getlist(name) for part in value.replace("\x00", "").split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


def _statuses(query: QueryDict) -> tuple[str, ...]:
    statuses = tuple(status.lower() for status in _many(query, "status"))
    for status in statuses:
        if status not in STATUSES:
            raise BadRequest(_("status must be open or closed, not “%(said)s”."), said=status[:40])
    return statuses


def _span(query: QueryDict, now: datetime) -> tuple[datetime, datetime]:
    start, end = (parse_w3(_one(query, name), name) for name in ("start_date", "end_date"))
    if start and end:
        if end < start:
            raise BadRequest(_("end_date lies before start_date."))
        if end - start > LONGEST_SPAN:
            raise BadRequest(_("start_date and end_date may not lie more than 90 days apart."))
        return start, end
    if start:
        return start, _shifted(start, LONGEST_SPAN)
    end = end or now
    return _shifted(end, -LONGEST_SPAN), end


def _shifted(moment: datetime, by: timedelta) -> datetime:
    """At the edges of the calendar the span is shorter."""
    try:
        return moment + by
    except OverflowError:
        return moment


def parse_w3(text: str, name: str) -> datetime | None:
    """A W3C date with time zone, in UTC; None where nothing was sent. A date alone is its first moment in UTC."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))
        if moment.tzinfo is None:
            if len(text) > len("2010-01-01"):
                raise ValueError(text)
            moment = moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadRequest(
            _("%(name)s must be a date with its time zone, such as 2010-01-01T00:00:00Z."), name=name
        ) from None


def _near(query: QueryDict) -> tuple[float, float, float] | None:
    """Longitude, latitude and radius in metres (an extension that many servers know)."""
    given = [_one(query, name) for name in ("long", "lat", "radius")]
    if not any(given):
        return None
    lon, lat, radius = (_number(text) for text in given)
    if lon is None or lat is None or radius is None or not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise BadRequest(_("To search near a place send lat, long (degrees) and radius (metres)."))
    if not 0 < radius <= LARGEST_RADIUS_M:
        raise BadRequest(_("radius must be between 0 and %(limit)d metres."), limit=LARGEST_RADIUS_M)
    return lon, lat, radius


def _position(query: QueryDict, faults: dict[str, str]) -> tuple[float | None, float | None]:
    given = _one(query, "long"), _one(query, "lat")
    if not any(given):
        return None, None
    lon, lat = (_number(text) for text in given)
    if lon is None or lat is None or not (-180 <= lon <= 180 and -90 <= lat <= 90):
        faults["lat"] = str(_("lat and long must both be degrees (WGS 84)."))
        return None, None
    return lon, lat


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _page(query: QueryDict) -> tuple[int, int]:
    page, size = _one(query, "page") or "1", _one(query, "page_size") or str(DEFAULT_PAGE)
    if not (page.isascii() and page.isdigit() and size.isascii() and size.isdigit()):
        raise BadRequest(_("page and page_size must be whole numbers."))
    number, length = int(page[:9]), int(size[:9])
    if not 1 <= length <= LARGEST_PAGE or not 1 <= number <= 10_000:
        raise BadRequest(_("page must be 1 or more, page_size between 1 and %(limit)d."), limit=LARGEST_PAGE)
    return number, length


def _limited(text: str, longest: int, name: str, faults: dict[str, str]) -> str:
    if len(text) > longest:
        faults[name] = str(_("%(name)s is longer than %(limit)d characters.")) % {
            "name": name,
            "limit": longest,
        }
    return text


def _media_url(query: QueryDict, faults: dict[str, str]) -> str:
    url = _one(query, "media_url")
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        is_sound = parts.scheme in ("http", "https") and bool(parts.hostname) and len(url) <= 500
    except ValueError:
        is_sound = False
    if not is_sound:
        faults["media_url"] = str(_("media_url must be an http or https address of at most 500 characters."))
    return url


def _attributes(query: QueryDict) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for key in query:
        match = _ATTRIBUTE.fullmatch(key)
        if match:
            values = tuple(value.strip() for value in query.getlist(key) if value.strip())
            found[match[1]] = (*found.get(match[1], ()), *values)
    return found
