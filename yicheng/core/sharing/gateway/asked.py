"""What a call asks for, read from the query of its address; nothing of it is trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl

from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import Invalid

Form = Literal["json", "ndjson", "csv", "parquet"]
FORMS: dict[str, Form] = {"json": "json", "ndjson": "ndjson", "csv": "csv", "parquet": "parquet"}
PAGE = 100
LARGEST_PAGE = 10_000
_OWN = frozenset({"fields", "limit", "after", "format"})


@dataclass(frozen=True, slots=True)
class Asked:
    """Fields ("": all granted), how many rows, behind which mark, equal to what, in which form."""

    fields: tuple[str, ...]
    where: tuple[tuple[str, str], ...]
    after: str
    limit: int | None
    form: Form


def asked(query: str) -> Asked:
    """The query string of a call. Raises ``Invalid``."""
    try:
        pairs = parse_qsl(
            query, keep_blank_values=True, strict_parsing=bool(query), errors="strict", max_num_fields=60
        )
    except (ValueError, UnicodeDecodeError):
        raise Invalid(_("The address cannot be read: write name=value pairs with & between.")) from None
    own = {name: value for name, value in pairs if name in _OWN}
    where = tuple((name, value) for name, value in pairs if name not in _OWN)
    if any("\0" in name or "\0" in value for name, value in pairs):
        raise Invalid(_("Texts may not hold the character NUL."))
    form = own.get("format", "json")
    if form not in FORMS:
        raise Invalid(
            _("The forms are: %(forms)s."), forms=", ".join(FORMS), fields={"format": _("Not a form.")}
        )
    fields = tuple(dict.fromkeys(one for one in own.get("fields", "").split(",") if one))
    return Asked(fields, where, own.get("after", ""), _limit(own.get("limit", ""), form), FORMS[form])


def _limit(text: str, form: str) -> int | None:
    """A page for JSON; files have no end of their own."""
    if not text:
        return PAGE if form == "json" else None
    if not (
        text.isascii()
        and text.isdecimal()
        and 0 < int(text[:12]) <= (LARGEST_PAGE if form == "json" else 10**11)
    ):
        raise Invalid(
            _("“limit” is a number from 1 to %(most)s."),
            most=LARGEST_PAGE,
            fields={"limit": _("Not a number.")},
        )
    return int(text)
