"""The viewer: who asks, and what they may do where. Every query and action takes one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import Forbidden, SignInRequired
from yicheng.core.people.declare import RIGHTS

Kind = Literal["stranger", "resident", "staff", "system"]


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a right holds. None and "" mean "everywhere".

    ``organisation_ids`` is the whole subtree, already expanded; ``division`` a code
    prefix (6 county, 9 street, 12 community).
    """

    organisation_ids: frozenset[int] | None = None
    division: str = ""

    def covers(self, *, organisation_id: int | None, division: str) -> bool:
        """Whether a row of this organisation and division lies inside."""
        if self.organisation_ids is not None and organisation_id not in self.organisation_ids:
            return False
        return division.startswith(self.division)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks. ``grants`` maps a right's key to the scopes it is held in.

    ``only`` narrows a token's viewer to some rights (and those open to strangers); None: no narrowing.
    """

    kind: Kind = "stranger"
    account_id: int | None = None
    name: str = ""
    organisation_id: int | None = None
    language: str = "zh-hans"
    address: str = ""
    grants: Mapping[str, tuple[Scope, ...]] = field(default_factory=dict)
    only: frozenset[str] | None = None

    @property
    def is_signed_in(self) -> bool:
        return self.account_id is not None

    def scopes(self, right: str) -> tuple[Scope, ...]:
        """The scopes this right is held in; empty when it is not held at all."""
        declared = RIGHTS.get(right)
        if declared.strangers:
            return (Scope(),)
        if self.only is not None and right not in self.only:
            return ()
        if declared.residents and self.is_signed_in:
            return (Scope(),)
        return self.grants.get(right, ())

    def may(self, right: str, *, organisation_id: int | None = None, division: str | None = None) -> bool:
        """Whether the right is held, at all (no row given) or for this row's scope columns."""
        scopes = self.scopes(right)
        if division is None and organisation_id is None:
            return bool(scopes)
        return any(s.covers(organisation_id=organisation_id, division=division or "") for s in scopes)

    def require(self, right: str, *, organisation_id: int | None = None, division: str | None = None) -> None:
        """Raise ``SignInRequired`` or ``Forbidden`` unless ``may`` is true."""
        if self.may(right, organisation_id=organisation_id, division=division):
            return
        if not self.is_signed_in:
            raise SignInRequired(_("Please sign in to do this."))
        raise Forbidden(
            _("You may not do this: it needs the right “%(right)s”. Ask your administrator."),
            right=RIGHTS.get(right).title,
        )


STRANGER = Viewer()


class _System(Viewer):
    """The platform itself: timers, reactions, city-pack loading. Holds every right everywhere."""

    __slots__ = ()

    def scopes(self, right: str) -> tuple[Scope, ...]:
        RIGHTS.get(right)
        return (Scope(),)


SYSTEM: Viewer = _System(kind="system", name="Yicheng")
