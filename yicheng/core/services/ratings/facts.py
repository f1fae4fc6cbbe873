"""What goes into the actions on ratings and what comes back: frozen facts, no tables."""

from __future__ import annotations

from dataclasses import dataclass

from yicheng.core.services.ratings.tokens import spaced


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """A transaction that somebody may rate. ``subject`` names it (``application/12``); asked twice it stays one."""

    subject: str
    title: str
    organisation_id: int
    item_id: int | None = None
    window_id: int | None = None
    division_code: str = ""
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation with its code. ``path`` is where one rates."""

    invitation_id: int
    code: str
    path: str

    @property
    def shown(self) -> str:
        """The code in groups, for people."""
        return spaced(self.code)
