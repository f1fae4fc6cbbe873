"""The forms in which people write user names, e-mail addresses and mobile numbers, brought to one."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

Kind = Literal["email", "phone", "username"]

_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_MAINLAND_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_USERNAME = re.compile(r"[^\W_][\w.\-]{2,39}")


def email_or_none(text: str) -> str | None:
    """The address in lower case, or None when it is none."""
    address = unicodedata.normalize("NFKC", text).strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        return None
    return address


def phone_or_none(text: str) -> str | None:
    """The number as E.164 (``+8613812345678``), or None when it is none; bare mainland mobiles get +86."""
    number = re.sub(r"[\s()\-.]", "", unicodedata.normalize("NFKC", text))
    if number.startswith("00"):
        number = "+" + number[2:]
    if _MAINLAND_MOBILE.fullmatch(number):
        number = "+86" + number
    return number if _PHONE.fullmatch(number) else None


def username_or_none(text: str) -> str | None:
    """The name in lower case, or None: 3 to 40 letters, digits, ``. _ -``, never something like a number to call."""
    name = unicodedata.normalize("NFKC", text).strip().lower()
    if not _USERNAME.fullmatch(name) or phone_or_none(name):
        return None
    return name


def kind_of(text: str) -> tuple[Kind, str] | None:
    """What somebody typed to sign in or up with, and its one form; None when it is nothing of the three."""
    if "@" in text:
        email = email_or_none(text)
        return ("email", email) if email else None
    phone = phone_or_none(text)
    if phone:
        return ("phone", phone)
    username = username_or_none(text)
    return ("username", username) if username else None


def masked(text: str) -> str:
    """Enough to recognise one's own, too little to use: ``138****5678``, ``l***@example.org``."""
    name, at, domain = text.partition("@")
    if at:
        return f"{name[:1]}***@{domain}"
    digits = text.removeprefix("+86")
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) > 7 else "*" * len(digits)
