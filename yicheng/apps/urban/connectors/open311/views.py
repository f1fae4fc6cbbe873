"""The addresses of Open311 GeoReport v2: discovery, services, requests, tokens, each in XML and JSON."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt

from yicheng.apps.urban.actions.report import Report, report
from yicheng.apps.urban.connectors.open311 import answers
from yicheng.apps.urban.connectors.open311.parameters import (
    BadRequest,
    Search,
    parse_report,
    parse_search,
)
from yicheng.apps.urban.connectors.open311.parameters import Report as Sent
from yicheng.apps.urban.connectors.open311.wire import Format
from yicheng.apps.urban.limits import count_report
from yicheng.apps.urban.models import FieldRules
from yicheng.apps.urban.queries import open311
from yicheng.apps.urban.queries.follow import owner_of
from yicheng.apps.urban.queries.parts import part_with_code
from yicheng.core.cases.public import ClassInfo
from yicheng.core.journal.public import attached_files, receive_file
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Forbidden, NotFound, Refusal
from yicheng.core.people.public import STRANGER, Viewer, viewer_of, viewer_of_key
from yicheng.core.web.public import city

FORMATS = ("xml", "json")
MOST_PHOTOS = 3
View = Callable[..., HttpResponse]


def door(*methods: str) -> Callable[[View], View]:
    """Parse the format, check method and jurisdiction, and answer refusals as the standard does."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def guarded(request: HttpRequest, *, form: str, **kwargs: Any) -> HttpResponse:
            shape = cast("Format", form if form in FORMATS else "xml")
            try:
                if form not in FORMATS:
                    raise NotFound(
                        gettext_lazy("There is no format “%(form)s”: ask for xml or json."), form=form[:20]
                    )
                if request.method not in methods:
                    raise BadRequest(gettext_lazy("This address cannot be called like this."))
                _check_jurisdiction(request)
                return view(request, shape, **kwargs)
            except Refusal as refusal:
                return answers.faults(refusal, shape)

        return guarded

    return decorate


def _check_jurisdiction(request: HttpRequest) -> None:
    """One city: its code, or the host's name, or nothing."""
    given = (request.GET.get("jurisdiction_id") or request.POST.get("jurisdiction_id") or "").strip()
    if given and given not in (city().code, request.get_host(), request.get_host().partition(":")[0]):
        raise NotFound(gettext_lazy("The jurisdiction_id “%(given)s” is not served here."), given=given[:60])


@door("GET")
def discovery(request: HttpRequest, form: Format) -> HttpResponse:
    """Where this is and what it speaks."""
    rules = FieldRules.objects.first()
    changed = rules.services_changed_at if rules else None
    value = answers.discovery(
        request.build_absolute_uri(reverse("open311:root")).rstrip("/"),
        changed=changed.strftime("%Y-%m-%d %H:%M") if changed else "",
        contact=_("%(city)s, hotline %(hotline)s") % {"city": city().name, "hotline": city().hotline or "–"},
        key_service=_(
            "Ask the city's administrators for an account of a system; it makes its keys by itself."
        ),
    )
    return answers.reply("discovery", value, form)


@door("GET")
def services(_request: HttpRequest, form: Format) -> HttpResponse:
    """The classes that may be reported."""
    groups = open311.service_groups()
    return answers.reply("services", [answers.service(one, groups) for one in open311.services()], form)


@door("GET")
def service(_request: HttpRequest, form: Format, code: str) -> HttpResponse:
    """What one service asks for besides place and words."""
    return answers.reply("service_definition", answers.definition(_service(code)), form)


@door("GET", "POST")
def requests(request: HttpRequest, form: Format) -> HttpResponse:
    """Search requests, or send one."""
    return _send(request, form) if request.method == "POST" else _search(request, form)


@door("GET")
def one_request(request: HttpRequest, form: Format, number: str) -> HttpResponse:
    """One request by its number."""
    found = open311.requests(_reader(request), open311.Wanted(numbers=[number]))
    if not found:
        raise NotFound(
            gettext_lazy("There is no request “%(number)s”, or none that is published."), number=number[:40]
        )
    return _listed(request, found, form)


@door("GET")
def token(_request: HttpRequest, form: Format, token: str) -> HttpResponse:
    """The request that a follow link's token belongs to. New requests get their number at once."""
    case_id, _is_reporter = owner_of(token)
    value = [{"service_request_id": open311.number_of(case_id), "token": token}]
    return answers.reply("service_requests", value, form)


def _search(request: HttpRequest, form: Format) -> HttpResponse:
    search = parse_search(request.GET, now=clock.now())
    return _listed(request, open311.requests(_reader(request), _wanted(search)), form)


def _wanted(search: Search) -> open311.Wanted:
    return open311.Wanted(
        numbers=search.numbers,
        class_codes=search.service_codes,
        statuses=search.statuses,
        start=search.start,
        end=search.end,
        near=search.near,
        page=search.page,
        page_size=search.page_size,
    )


def _listed(request: HttpRequest, found: list[open311.FoundRequest], form: Format) -> HttpResponse:
    subjects = {f"case/{one.case.pk}": one.case.pk for one in found}
    photos = {
        subjects[subject]: next((one.shown for one in shown if one.kind == "photo"), "")
        for subject, shown in attached_files(subjects).items()
    }
    value = [answers.request(one, media_url=_absolute(request, photos.get(one.case.pk, ""))) for one in found]
    return answers.reply("service_requests", value, form)


def _absolute(request: HttpRequest, address: str) -> str:
    return request.build_absolute_uri(address) if address else ""


def _send(request: HttpRequest, form: Format) -> HttpResponse:
    viewer = _sender(request)
    sent = parse_report(request.POST)
    about = _service(sent.service_code)
    count_report(viewer)
    uploads = request.FILES.getlist("media")[:MOST_PHOTOS]
    photos = [receive_file(viewer, upload) for upload in uploads]
    new = Report(
        class_code=about.code,
        words=_words(sent, about),
        lon=sent.lon,
        lat=sent.lat,
        division="" if sent.lon is not None else city().code,
        address=sent.address,
        source="open311",
        photos=photos,
        contact_name=sent.name,
        contact_phone=" ".join(filter(None, (sent.phone, sent.email))),
        part_id=_part(sent, about),
    )
    key = request.headers.get("Idempotency-Key", "").strip()[:100]
    reported = report(viewer, new, idempotency_key=f"open311:{viewer.account_id}:{key}" if key else "")
    link = request.build_absolute_uri(reverse("urban.follow", args=[reported.token]))
    notice = _("Follow it at %(link)s") % {"link": link}
    return answers.reply("service_requests", answers.created(reported.case.number, notice=notice), form)


def _words(sent: Sent, about: ClassInfo) -> str:
    """The description; an address of a picture is kept as text, and never fetched."""
    return "\n".join(filter(None, (sent.description or about.name, sent.media_url)))


def _part(sent: Sent, about: ClassInfo) -> int | None:
    code = next(iter(sent.attributes.get(answers.PART_CODE, ())), "")
    if not code or not answers.has_attributes(about):
        return None
    found = part_with_code(code, class_code=about.code)
    if found is None:
        raise BadRequest(
            gettext_lazy("There is no part of this kind with the code “%(given)s”."), given=code[:20]
        )
    return found


def _service(code: str) -> ClassInfo:
    found = next((one for one in open311.services() if one.code == code), None)
    if found is None:
        raise NotFound(gettext_lazy("The service_code “%(given)s” was not found."), given=code[:20])
    return found


def _sender(request: HttpRequest) -> Viewer:
    """Who holds the key: ``api_key`` in the form or the address, or a bearer's token. A browser's session is no key."""
    key = request.POST.get("api_key") or request.GET.get("api_key") or ""
    bearer = viewer_of(request)
    found = viewer_of_key(key, address=bearer.address) if key else bearer if bearer.kind == "system" else None
    if found is None:
        raise Forbidden(
            gettext_lazy("Missing or invalid api_key: ask for a key, see the discovery document.")
        )
    return found


def _reader(request: HttpRequest) -> Viewer:
    """Reading needs no key; with one, a sender sees its own requests before they are published."""
    has_key = request.GET.get("api_key") or viewer_of(request).kind == "system"
    return _sender(request) if has_key else STRANGER
