"""The log of receipts for everybody's tools: checkpoint and tiles of hashes, as C2SP ``tlog-tiles`` has them.

Hashes tell nothing: each receipt holds 128 random bits. The entries themselves are for the two sides only.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import NotFound
from yicheng.core.sharing import public as sharing

_HEADERS = {"Access-Control-Allow-Origin": "*"}


def checkpoint(_request: HttpRequest) -> HttpResponse:
    """The newest signed checkpoint."""
    state = sharing.state()
    if not state.note:
        raise NotFound(_("The log holds no receipt yet."))
    return HttpResponse(state.note, content_type="text/plain; charset=utf-8", headers=_HEADERS)


def key(_request: HttpRequest) -> HttpResponse:
    """The verifier key of the log."""
    return HttpResponse(
        f"{sharing.state().key}\n", content_type="text/plain; charset=utf-8", headers=_HEADERS
    )


def tile(_request: HttpRequest, level: str, index: str, width: str | None = None) -> HttpResponse:
    """Hashes side by side: 256, or as many as the address says where the tree ends."""
    number = int(index.replace("x", "").replace("/", ""))
    found = sharing.tile(int(level), number)
    wanted = int(width or 256) * 32
    if not 0 < wanted <= len(found):
        raise NotFound(_("The tree does not reach there."))
    return HttpResponse(found[:wanted], content_type="application/octet-stream", headers=_HEADERS)


urlpatterns = [
    path("checkpoint", checkpoint, name="sharing_checkpoint"),
    path("key", key, name="sharing_key"),
    re_path(
        r"^tile/(?P<level>[0-9]{1,2})/(?P<index>(?:x[0-9]{3}/){0,4}[0-9]{3})(?:\.p/(?P<width>[0-9]{1,3}))?$",
        tile,
        name="sharing_tile",
    ),
]
