"""From the platform's words to the standard's: services, requests, faults. Contact data has no place here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from yicheng.apps.urban.connectors.open311.wire import CONTENT_TYPES, Format, Value, encode
from yicheng.apps.urban.queries.open311 import OPEN, FoundRequest
from yicheng.apps.urban.stages import STAGES
from yicheng.core.cases.public import ClassInfo
from yicheng.core.kernel.errors import Forbidden, NotFound, Refusal, SignInRequired, TooMany
from yicheng.core.kernel.languages import in_language

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
PART_CODE = "part_code"


def reply(root: str, value: Value, form: Format, *, status: int = 200) -> HttpResponse:
    """An answer in the wanted shape; other sites' pages may read it, as the standard's clients need."""
    answer = HttpResponse(encode(root, value, form), status=status, content_type=CONTENT_TYPES[form])
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Vary"] = "Accept-Language"
    return answer


def faults(refusal: Refusal, form: Format) -> HttpResponse:
    """The errors as the standard has them: 404 for what is not there, 403 for keys, 400 for all else."""
    status = (
        404
        if isinstance(refusal, NotFound)
        else 403
        if isinstance(refusal, Forbidden | SignInRequired)
        else 400
    )
    code = 429 if isinstance(refusal, TooMany) else status
    texts = [str(text) for text in refusal.fields.values()] or [str(refusal)]
    return reply("errors", [{"code": code, "description": text} for text in texts], form, status=status)


def discovery(url: str, *, changed: str, contact: str, key_service: str) -> Value:
    """The discovery document."""
    endpoint: Mapping[str, Value] = {
        "specification": SPECIFICATION,
        "url": url,
        "changeset": changed,
        "type": "production",
        "formats": ["text/xml", "application/json"],
    }
    return {"changeset": changed, "contact": contact, "key_service": key_service, "endpoints": [endpoint]}


def service(one: ClassInfo, groups: Mapping[str, ClassInfo]) -> Value:
    """A class of cases as a service."""
    above = groups.get(one.parent_code)
    return {
        "service_code": one.code,
        "service_name": one.name,
        "description": one.definition or one.name,
        "metadata": has_attributes(one),
        "type": "realtime",
        "keywords": ", ".join(one.keywords),
        "group": above.name if above else "",
    }


def has_attributes(one: ClassInfo) -> bool:
    """Parts carry a code on their plate, which may be told."""
    return one.kind == "part"


def definition(one: ClassInfo) -> Value:
    """What may be told of a service besides place and words."""
    plate: Mapping[str, Value] = {
        "variable": True,
        "code": PART_CODE,
        "datatype": "string",
        "required": False,
        "datatype_description": _("Sixteen digits"),
        "order": 1,
        "description": _("The code on the part's plate, if there is one"),
    }
    return {"service_code": one.code, "attributes": [plate] if has_attributes(one) else []}


def request(one: FoundRequest, *, media_url: str) -> Value:
    """A case as a request: to others than its sender, only what may be published."""
    case = one.case
    return {
        "service_request_id": case.number,
        "status": "open" if case.status in OPEN else "closed",
        "status_notes": status_notes(case),
        "service_name": _class_name(case),
        "service_code": case.case_class_id,
        "description": case.description if one.is_own else case.title,
        "agency_responsible": str(case.organisation) if case.organisation else "",
        "service_notice": "",
        "requested_datetime": timezone.localtime(case.opened_at),
        "updated_datetime": timezone.localtime(one.updated_at),
        "expected_datetime": timezone.localtime(case.due_at) if case.due_at else None,
        "address": case.address,
        "address_id": "",
        "zipcode": "",
        "lat": case.lat,
        "long": case.lon,
        "media_url": media_url,
    }


def status_notes(case: Any) -> str:
    """Where the case stands, in words."""
    notes = {
        "suspended": _("The clock stands still for now."),
        "cancelled": _("It was not followed up."),
        "merged": _("It is the same as another request and joined that."),
        "closed": _("It was closed."),
    }
    return notes.get(case.status) or str(STAGES.get(case.stage, ""))


def created(number: str, *, notice: str) -> Sequence[Value]:
    """The answer to a new request."""
    return [{"service_request_id": number, "service_notice": notice, "account_id": None}]


def _class_name(case: Any) -> str:
    found = case.case_class
    return in_language(found.name, found.name_en)
