"""Fields of a licence: what was typed is read once, at the border, into the text that is sealed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

import msgspec
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yicheng.core.credentials.licences.facts import FieldRule, FieldValue
from yicheng.core.kernel.errors import Invalid
from yicheng.core.people.public import seal, unseal

LONGEST = {"text": 200, "long": 2000, "date": 10, "number": 30}


def read(rules: Iterable[FieldRule], given: Mapping[str, object]) -> dict[str, str]:
    """The fields as they are kept: texts trimmed, dates and numbers in one form. Raises ``Invalid``."""
    rules = tuple(rules)
    faults: dict[str, str | Promise] = {}
    kept: dict[str, str] = {}
    for rule in rules:
        try:
            kept[rule.key] = _value(rule, given.get(rule.key))
        except ValueError as error:
            faults[rule.key] = error.args[0]
    unknown = set(given) - {rule.key for rule in rules}
    if unknown:
        text = _("This kind of licence has no field “%(name)s”.")
        raise Invalid(text, name=", ".join(sorted(unknown))[:80])
    if faults:
        raise Invalid(_("Some fields of the licence need your attention."), fields=faults)
    return kept


def sealed(values: Mapping[str, str]) -> str:
    """The fields encrypted, in one text."""
    return seal(msgspec.json.encode(values).decode())


def opened(text: str, rules: Iterable[FieldRule]) -> tuple[FieldValue, ...]:
    """The fields again, in the order of their rules."""
    values = msgspec.json.decode(unseal(text), type=dict[str, str])
    return tuple(FieldValue(rule, values.get(rule.key, "")) for rule in rules)


def _value(rule: FieldRule, given: object) -> str:
    text = "" if given is None else str(given).strip().replace("\0", "")
    if not text:
        if rule.is_required:
            raise ValueError(_("Fill this in."))
        return ""
    if len(text) > LONGEST[rule.kind]:
        raise ValueError(_("This is too long."))
    if rule.kind == "date":
        return _date(text)
    return _number(text) if rule.kind == "number" else text


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError(_("Write the date as 2026-05-01.")) from None


def _number(text: str) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= 10**15:
        raise ValueError(_("Write a number."))
    return f"{number.normalize():f}"
