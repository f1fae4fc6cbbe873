"""Pages that look the same to every stranger are rendered once for each language, until an item changes.

Where no item is in force nothing is kept. The front page, which shows other parts' news too, is kept for seconds only.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from threading import Lock
from time import monotonic
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from yicheng.core.people.public import viewer_of
from yicheng.core.services.queries.items import revision

PAGES_AT_MOST = 2_000
#: what an item's revision does not tell (the city's name, a hall's hours) shows after so long
SECONDS_AT_MOST = 60.0
_kept: OrderedDict[tuple[str, str, str], tuple[float, bytes]] = OrderedDict()
_lock = Lock()

View = Callable[..., HttpResponse]


def kept_for_strangers(view: View, *, seconds: float = SECONDS_AT_MOST) -> View:
    """A view whose pages for strangers hold nothing of their own: no token, no name, no message."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        state = revision() if _is_plain(request) else ""
        if not state:
            return view(request, *args, **kwargs)
        key = (request.get_full_path(), get_language() or "", state)
        page = _find(key, seconds)
        if page is None:
            response = view(request, *args, **kwargs)
            if response.status_code == 200 and "csrftoken" not in response.cookies:
                _keep(key, response.content)
            return response
        return HttpResponse(page)

    return answer


def _is_plain(request: HttpRequest) -> bool:
    return (
        request.method == "GET"
        and not settings.DEBUG
        and not viewer_of(request).is_signed_in
        and "HX-Request" not in request.headers
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and not len(get_messages(request))
    )


def _find(key: tuple[str, str, str], seconds: float) -> bytes | None:
    found = _kept.get(key)
    return found[1] if found and monotonic() - found[0] < seconds else None


def _keep(key: tuple[str, str, str], page: bytes) -> None:
    with _lock:
        _kept[key] = (monotonic(), page)
        _kept.move_to_end(key)
        while len(_kept) > PAGES_AT_MOST:
            _kept.popitem(last=False)
