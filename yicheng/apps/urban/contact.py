"""How to reach a reporter without an account: sealed at rest, opened for a stated purpose, every look recorded."""

from __future__ import annotations

import json
from dataclasses import dataclass

from yicheng.core.people.public import seal, unseal


@dataclass(frozen=True, slots=True)
class Contact:
    """Name and phone as the reporter wrote them."""

    name: str
    phone: str


def sealed(name: str, phone: str) -> str:
    """Both in one sealed text; "" when there is neither."""
    if not (name.strip() or phone.strip()):
        return ""
    return seal(json.dumps([name.strip(), phone.strip()], ensure_ascii=False))


def opened(text: str) -> Contact | None:
    """The contact again, None where none was given."""
    if not text:
        return None
    name, phone = json.loads(unseal(text))
    return Contact(name, phone)
