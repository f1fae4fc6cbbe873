"""What other parts may call of government services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from yicheng.core.services.ratings.facts import Invited, NewInvitation
from yicheng.core.services.ratings.levels import LOW, Satisfaction

if TYPE_CHECKING:
    from django.forms import TypedChoiceField

    from yicheng.core.people.public import Viewer

__all__ = ["LOW", "Invited", "NewInvitation", "Satisfaction", "invite_rating", "level_field", "rate_service"]


def invite_rating(viewer: Viewer, new: NewInvitation) -> Invited:
    """Let whoever holds the code rate a transaction, once; asked again for the same ``subject``: the same code.

    In the caller's transaction. Needs ``services.invite_rating`` over the body. Who has an account is told.
    """
    from yicheng.core.services.actions import ratings

    return ratings.invite_rating(viewer, new)


def rate_service(
    viewer: Viewer, code: str, *, level: int, reasons: Sequence[str] = (), words: str = "", channel: str
) -> int:
    """Rate what the code stands for (``channel``: link, code, kiosk, tablet); answers the rating's id.

    Raises ``NotFound``, ``Invalid``, ``Conflict`` when it was rated before or its time is over.
    """
    from yicheng.core.services.actions import ratings

    return ratings.rate(viewer, code, level=level, reasons=reasons, words=words, channel=channel).pk


def level_field() -> TypedChoiceField:
    """The five levels as a form's field; ``{% include "services/parts/levels.html" with field=form.level %}`` shows it."""
    from yicheng.core.services.ratings import forms

    return forms.level_field()
