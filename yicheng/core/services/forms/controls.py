"""Parts of a form as Django's fields: what each kind accepts, and how its answer is written down."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, MaxLengthValidator, MinLengthValidator
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import Invalid
from yicheng.core.people.identity import PartyKind, proper_number
from yicheng.core.services.forms.parts import Part

LINE_AT_MOST = 500
TEXT_AT_MOST = 10_000
PATTERN_TEXT_AT_MOST = 200
NUMBER_AT_MOST = 10**12
DECIMALS_AT_MOST = 6
MEGABYTE = 1024 * 1024
FILE_MB = 20
FILES_AT_MOST = 20
_PHONE = re.compile(r"\+?[0-9][0-9 \-()]{5,19}")


def control(part: Part, *, is_needed: bool) -> forms.Field:
    """The field of a part. ``is_needed`` False where an earlier file stands for it."""
    field = _MAKERS[part.kind](part)
    field.label, field.help_text = part.title, part.help
    field.required = part.is_required and is_needed
    if part.is_required and part.kind == "checkbox":
        field.error_messages["required"] = _("Please tick this to go on.")
    return field


# ── texts ───────────────────────────────────────────────────────────────────


class PointWidget(forms.MultiWidget):
    """A place as two numbers; the map writes into them."""

    def __init__(self) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off"}
        super().__init__({"lon": forms.TextInput(attrs), "lat": forms.TextInput(attrs)})

    def decompress(self, value: Any) -> list[str]:
        lon, _sign, lat = (value or "").partition(",")
        return [lon, lat]


class PointField(forms.Field):
    """A place on the map, written ``lon,lat`` in WGS 84 degrees."""

    widget = PointWidget

    def to_python(self, value: Any) -> str:
        lon, lat = ((text or "").strip() for text in value or ("", ""))
        if not lon and not lat:
            return ""
        try:
            x, y = float(lon), float(lat)
        except ValueError:
            raise ValidationError(now("Choose the place on the map.")) from None
        if not (-180 <= x <= 180 and -90 <= y <= 90):
            raise ValidationError(now("Choose the place on the map."))
        return f"{x:.6f},{y:.6f}"


def _textfield(part: Part) -> forms.Field:
    if part.role == "point":
        return PointField()
    longest = PATTERN_TEXT_AT_MOST if part.rules.get("pattern") else LINE_AT_MOST
    field = forms.CharField(max_length=_limit(part, "maxLength", longest))
    field.validators += _text_rules(part)
    return field


def _textarea(part: Part) -> forms.Field:
    longest = _limit(part, "maxLength", TEXT_AT_MOST)
    field = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}))
    field.validators += [MaxLengthValidator(longest), *_text_rules(part)]
    return field


def _limit(part: Part, name: str, most: int) -> int:
    value = part.rules.get(name)
    return min(most, int(value)) if isinstance(value, int | float) and value > 0 else most


def _text_rules(part: Part) -> list[Callable[[Any], None]]:
    rules: list[Callable[[Any], None]] = []
    if least := int(part.rules.get("minLength") or 0):
        rules.append(MinLengthValidator(least))
    if part.rules.get("pattern"):
        rules.append(_like(str(part.rules["pattern"])))
    if part.rules.get("validationType") == "email":
        rules.append(EmailValidator())
    if part.rules.get("validationType") == "phone":
        rules.append(_phone)
    if part.role in _NUMBERS:
        rules.append(_number_of(part.role))
    return rules


def _like(pattern: str) -> Callable[[Any], None]:
    compiled = re.compile(pattern)

    def check(value: str) -> None:
        if not compiled.search(value[:PATTERN_TEXT_AT_MOST]):
            raise ValidationError(now("This is not in the form that is asked for. Please check it."))

    return check


def _phone(value: str) -> None:
    if not _PHONE.fullmatch(value.strip()):
        raise ValidationError(now("This is no telephone number. Write its digits, with the area code."))


_NUMBERS: dict[str, tuple[PartyKind, ...]] = {
    "identity_number": ("person",),
    "credit_code": ("company",),
    "party_number": ("person", "company"),
}


def _number_of(role: str) -> Callable[[Any], None]:
    def check(value: str) -> None:
        try:
            proper(role, value)
        except Invalid as refusal:
            raise ValidationError(str(refusal)) from None

    return check


def proper(role: str, value: str) -> str:
    """A person's or company's number in its one form; raises ``Invalid``."""
    kinds = _NUMBERS[role]
    for kind in kinds[:-1]:
        try:
            return proper_number(kind, value)
        except Invalid:
            continue
    return proper_number(kinds[-1], value)


# ── numbers and times ───────────────────────────────────────────────────────


def _number(part: Part) -> forms.Field:
    digits = min(int(part.rules.get("decimalDigits") or 0), DECIMALS_AT_MOST)
    low, high = part.rules.get("min"), part.rules.get("max")
    field = forms.DecimalField(
        min_value=Decimal(str(low)) if low is not None else -NUMBER_AT_MOST,
        max_value=Decimal(str(high)) if high is not None else NUMBER_AT_MOST,
        decimal_places=digits,
        max_digits=13 + digits,
    )
    field.widget = forms.NumberInput(attrs={"step": "any" if digits else "1", "inputmode": "decimal"})
    return field


def _datetime(part: Part) -> forms.Field:
    subtype = part.rules.get("subtype", "date")
    if subtype == "time":
        return forms.TimeField(widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    if subtype == "datetime":
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        return forms.DateTimeField(widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])
    return forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"]
    )


# ── choices and files ───────────────────────────────────────────────────────


def _checkbox(part: Part) -> forms.Field:
    return forms.BooleanField()


def _several(part: Part) -> forms.Field:
    return forms.MultipleChoiceField(choices=_choices(part), widget=forms.CheckboxSelectMultiple)


def _radio(part: Part) -> forms.Field:
    return forms.ChoiceField(choices=_choices(part), widget=forms.RadioSelect)


def _select(part: Part) -> forms.Field:
    return forms.ChoiceField(choices=[("", "———"), *_choices(part)])


def _choices(part: Part) -> list[tuple[str, str]]:
    return [(option.value, option.title) for option in part.options]


class FilesWidget(forms.ClearableFileInput):
    """One or several files."""

    allow_multiple_selected = True

    def __init__(self, *, several: bool, accept: str) -> None:
        attrs = {"accept": accept} if accept else {}
        super().__init__({**attrs, "multiple": True} if several else attrs)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        chosen = files.getlist(name) if hasattr(files, "getlist") else files.get(name) or []
        return [one for one in chosen if one]


class FilesField(forms.Field):
    """Files of the kinds asked for, none of them empty or too large."""

    def __init__(self, *, several: bool, accept: str, most_mb: int) -> None:
        super().__init__(widget=FilesWidget(several=several, accept=accept))
        self.several, self.most_mb = several, most_mb
        self.endings = tuple(one.strip().lower() for one in accept.split(",") if one.strip().startswith("."))

    def clean(self, value: Any) -> list[Any]:
        chosen = list(value or [])
        if not chosen and self.required:
            raise ValidationError(now("Please choose a file."))
        if len(chosen) > (FILES_AT_MOST if self.several else 1):
            raise ValidationError(now("Too many files."))
        for one in chosen:
            self._check(one)
        return chosen

    def _check(self, file: Any) -> None:
        name = {"name": str(file.name)[:80]}
        if not file.size:
            raise ValidationError(now("The file “%(name)s” is empty.") % name)
        if file.size > self.most_mb * MEGABYTE:
            limit = {**name, "limit": self.most_mb}
            raise ValidationError(now("The file “%(name)s” is larger than %(limit)s MB.") % limit)
        if self.endings and not str(file.name).lower().endswith(self.endings):
            kinds = {**name, "kinds": " ".join(self.endings)}
            raise ValidationError(
                now("The file “%(name)s” is of another kind than asked for: %(kinds)s.") % kinds
            )


def _files(part: Part) -> forms.Field:
    return FilesField(
        several=bool(part.rules.get("multiple")),
        accept=str(part.rules.get("accept") or ""),
        most_mb=int(part.rules.get("max_mb") or FILE_MB),
    )


_MAKERS: Mapping[str, Callable[[Part], forms.Field]] = {
    "textfield": _textfield,
    "textarea": _textarea,
    "number": _number,
    "datetime": _datetime,
    "checkbox": _checkbox,
    "checklist": _several,
    "taglist": _several,
    "radio": _radio,
    "select": _select,
    "filepicker": _files,
}


# ── answers ─────────────────────────────────────────────────────────────────


def written(part: Part, value: Any) -> Any:
    """A cleaned value as it is kept: text, number, truth, list; dates in ISO form."""
    if part.role in _NUMBERS and value:
        return proper(part.role, value)
    if isinstance(value, Decimal):
        return int(value) if not int(part.rules.get("decimalDigits") or 0) else float(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if part.kind == "filepicker":
        return [str(one.name) for one in value]
    return value
