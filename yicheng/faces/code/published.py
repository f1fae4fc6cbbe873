"""``/credentials/``: kinds of licences as wallets show them, status lists, and all of it in one file to take along."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from yicheng.core.credentials.licences import credential, statuslist
from yicheng.core.credentials.queries.licences import licence_types
from yicheng.core.kernel.errors import NotFound


def base_of(request: HttpRequest) -> str:
    """The address that names the issuer."""
    return credential.issuer(request.build_absolute_uri("/"))


def open_to_all(answer: HttpResponse, *, seconds: int) -> HttpResponse:
    """For programs of any site, to be kept so long."""
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cache-Control"] = f"public, max-age={seconds}"
    return answer


def kind(request: HttpRequest, code: str) -> HttpResponse:
    """What a wallet shows of a kind of licence."""
    found = next((one for one in licence_types() if one.code == code), None)
    if found is None:
        raise NotFound(_("There is no kind of licence “%(code)s”."), code=code)
    return open_to_all(JsonResponse(credential.type_metadata(found, base=base_of(request))), seconds=3600)


def status(request: HttpRequest, number: int) -> HttpResponse:
    """One status list, signed."""
    if not 0 <= number < credential.list_count():
        raise NotFound(_("There is no such status list."))
    token = credential.status_list_token(number, base=base_of(request))
    answer = HttpResponse(token, content_type=statuslist.MEDIA_TYPE)
    return open_to_all(answer, seconds=statuslist.LIVES_S)


def offline(request: HttpRequest) -> HttpResponse:
    """Keys and every status list, for checking without a network."""
    bundle = credential.offline_bundle(base=base_of(request))
    return open_to_all(JsonResponse(bundle), seconds=statuslist.LIVES_S)


urlpatterns = [
    path("types/<slug:code>", kind, name="credentials.type"),
    path("status/<int:number>", status, name="credentials.status"),
    path("offline.json", offline, name="credentials.offline"),
]
