"""A licence as a signed credential, the list that says whether it still counts, and what the addresses publish.

``base`` is the platform's public address without a slash at its end (``https://city.example``): it names the issuer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from yicheng.core.credentials.keys.jws import published_keys, sign_jws
from yicheng.core.credentials.licences import sdjwt, statuslist
from yicheng.core.credentials.licences.facts import LicenceFacts, TypeFacts
from yicheng.core.credentials.licences.reading import facts_of
from yicheng.core.credentials.models import Licence, LicenceVersion
from yicheng.core.kernel import clock
from yicheng.core.people.public import party_number

PURPOSE = "licences"
TYPES_PATH, LISTS_PATH = "credentials/types", "credentials/status"


def issuer(given: str) -> str:
    """The address that names the issuer: the one the settings say, else the one the reader came by."""
    return (settings.PUBLIC_URL or given).rstrip("/")


def credential_of(version: LicenceVersion, *, base: str, holder_key: Mapping[str, str] | None) -> str:
    """The whole credential (``dc+sd-jwt``), for its holder alone. The caller has checked the right."""
    facts = facts_of(version)
    return sdjwt.issue(_plain(facts, base=base), _disclosed(facts), sign=_sign, holder_key=holder_key)


def chosen(credential: str, names: Collection[str]) -> str:
    """The same with only these fields, as it is handed on."""
    return sdjwt.cut(credential, names)


def status_list_token(number: int, *, base: str) -> str:
    """The signed status list of this number; empty ones exist as well."""
    rows = statuslist.rows_of(number)
    inside = Q(pk__gte=rows.start, pk__lt=rows.stop)
    gone = LicenceVersion.objects.filter(inside, replaced_at__isnull=False)
    halted = LicenceVersion.objects.filter(inside).exclude(licence__status=Licence.Status.VALID)
    statuses = dict.fromkeys(gone.values_list("pk", flat=True), statuslist.INVALID)
    for pk, status in halted.values_list("pk", "licence__status"):
        is_only_halted = status == Licence.Status.SUSPENDED and pk not in statuses
        statuses[pk] = statuslist.SUSPENDED if is_only_halted else statuslist.INVALID
    packed = statuslist.packed(
        (statuslist.place(pk, key=_key())[1], status) for pk, status in statuses.items()
    )
    address = f"{base}/{LISTS_PATH}/{number}"
    claims = statuslist.token_claims(packed, address=address, now_s=int(clock.now().timestamp()))
    return sign_jws(PURPOSE, {"typ": statuslist.TYPE}, claims)


def list_count() -> int:
    """How many lists there are; at least one."""
    newest = LicenceVersion.objects.order_by("-pk").values_list("pk", flat=True).first() or 1
    return (newest - 1) // statuslist.SIZE + 1


def issuer_metadata(*, base: str) -> dict[str, Any]:
    """``/.well-known/jwt-vc-issuer``: who issues, with which keys."""
    return {"issuer": base, "jwks": published_keys()}


def type_metadata(kind: TypeFacts, *, base: str) -> dict[str, Any]:
    """What a wallet shows of a kind of licence (SD-JWT VC type metadata)."""
    own = (
        ("issuing_authority", "发证机关", "Issued by"),
        ("licence_number", "证照编号", "Licence number"),
        ("holder_name", "持有人", "Holder"),
        ("holder_number", "证件号码", "Number of the holder"),
        *((rule.key, rule.name, rule.name_en or rule.name) for rule in kind.fields),
    )
    return {
        "vct": f"{base}/{TYPES_PATH}/{kind.code}",
        "name": kind.name_en or kind.name,
        "display": [
            {"locale": "zh-CN", "name": kind.name},
            {"locale": "en", "name": kind.name_en or kind.name},
        ],
        "claims": [
            {
                "path": [key],
                "sd": "never" if key == "issuing_authority" else "always",
                "display": [{"locale": "zh-CN", "label": zh}, {"locale": "en", "label": en}],
            }
            for key, zh, en in own
        ],
    }


def offline_bundle(*, base: str) -> dict[str, Any]:
    """All that checking without a network takes: keys, and every status list as it is now."""
    return {
        "issuer": base,
        "made_at": int(clock.now().timestamp()),
        "jwks": published_keys(),
        "status_lists": {
            f"{base}/{LISTS_PATH}/{number}": status_list_token(number, base=base)
            for number in range(list_count())
        },
    }


def _plain(facts: LicenceFacts, *, base: str) -> dict[str, Any]:
    number, index = statuslist.place(facts.version_id, key=_key())
    plain: dict[str, Any] = {
        "iss": base,
        "vct": f"{base}/{TYPES_PATH}/{facts.type_code}",
        "iat": int(clock.now().timestamp()),
        "nbf": _start_of(facts.valid_from),
        "issuing_authority": facts.organisation,
        "status": {"status_list": {"idx": index, "uri": f"{base}/{LISTS_PATH}/{number}"}},
    }
    if facts.valid_until is not None:
        plain["exp"] = _start_of(facts.valid_until + timedelta(days=1))
    return plain


def _disclosed(facts: LicenceFacts) -> dict[str, str]:
    own = {
        "licence_number": facts.number,
        "holder_name": facts.holder_name,
        "holder_number": party_number(facts.holder_id),
    }
    return own | {key: value for key, value in facts.values().items() if value}


def _start_of(day: date) -> int:
    """Midnight in the city's time."""
    return int(datetime.combine(day, time(), tzinfo=timezone.get_default_timezone()).timestamp())


def _sign(header: Mapping[str, Any], payload: Mapping[str, Any]) -> str:
    return sign_jws(PURPOSE, header, payload)


def _key() -> bytes:
    return str(settings.FIELD_INDEX_KEY).encode()
