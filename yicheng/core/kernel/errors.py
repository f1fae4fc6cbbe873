"""The one family of refusals that users see; bugs are never among them.

A refusal says what happened, to what, and what to do. Its text is translatable
(pass ``gettext_lazy`` strings with named placeholders and the values apart).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise


class Refusal(Exception):
    """Something a user asked for was refused; shown to them as it is.

    ``status`` is the HTTP status a door answers with, ``code`` a stable word for
    programs, ``fields`` messages by field name where single fields are at fault.
    """

    status = 400
    code = "refused"

    def __init__(
        self,
        message: str | Promise,
        /,
        *,
        code: str | None = None,
        fields: Mapping[str, str | Promise] | None = None,
        **values: Any,
    ) -> None:
        self.message = message
        self.values = values
        self.fields = dict(fields or {})
        if code is not None:
            self.code = code
        super().__init__(message)

    def __str__(self) -> str:
        text = str(self.message)
        return text % self.values if self.values else text


class Invalid(Refusal):
    """What was sent breaks a rule; ``fields`` says which and how to mend it."""

    status = 422
    code = "invalid"


class SignInRequired(Refusal):
    """A stranger asked for something that needs an account."""

    status = 401
    code = "sign_in_required"


class Forbidden(Refusal):
    """The viewer is known and lacks the right."""

    status = 403
    code = "forbidden"


class NotFound(Refusal):
    """There is no such thing, or none that this viewer may know of."""

    status = 404
    code = "not_found"


class Conflict(Refusal):
    """The thing has moved on since it was read (done, closed, taken by another)."""

    status = 409
    code = "conflict"


class TooMany(Refusal):
    """A limit per address, account or size was reached; says when to come back."""

    status = 429
    code = "too_many"
