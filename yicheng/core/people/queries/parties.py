"""Which persons and companies a viewer stands for, and what they may do for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import NotFound, SignInRequired
from yicheng.core.people.identity import PartyKind, proper_number
from yicheng.core.people.models import Mandate, Party
from yicheng.core.people.parties import PartyFacts, facts_of, with_number
from yicheng.core.people.viewer import Viewer

#: what one may do for a party: apply in its name; see its applications and what is known of it; show its licences
What = Literal["apply", "see", "licences"]
_COVERED: Mapping[What, tuple[str, ...]] = {
    "apply": ("all", "apply"),
    "see": ("all", "apply"),
    "licences": ("all", "licences"),
}


def party_of(viewer: Viewer) -> PartyFacts | None:
    """The person that the viewer is, proven or declared; None for strangers and those who declared nothing."""
    if viewer.account_id is None:
        return None
    row = Party.objects.filter(account_id=viewer.account_id).first()
    return facts_of(row) if row else None


def parties_of(viewer: Viewer, *, what: What = "apply") -> list[PartyFacts]:
    """The viewer's own person first, then those one may act for in this, oldest mandate first. Two queries."""
    own = party_of(viewer)
    if own is None:
        return []
    mandates = _standing(what).filter(taker_id=own.id).select_related("giver").order_by("given_at", "pk")
    given = [facts_of(mandate.giver) for mandate in mandates]
    kept = [own] if own.is_proven or what == "apply" else []
    return kept + list({facts.id: facts for facts in given}.values())


def may_act_for(viewer: Viewer, party_id: int, what: What = "apply") -> bool:
    """Whether the viewer is this person (proven, except to apply) or holds a mandate for it. One query."""
    if viewer.account_id is None:
        return False
    own = Q(pk=party_id, account_id=viewer.account_id)
    if what != "apply":
        own &= Q(is_proven=True)
    given = _standing(what).filter(taker__account_id=viewer.account_id, giver_id=party_id)
    return Party.objects.filter(own | Q(pk__in=given.values("giver_id"))).exists()


def party_facts(party_ids: Iterable[int]) -> Mapping[int, PartyFacts]:
    """These parties, in one query. The caller has checked that the viewer may know of them."""
    return {row.pk: facts_of(row) for row in Party.objects.filter(pk__in=set(party_ids))}


def find_party(viewer: Viewer, kind: PartyKind, number: str) -> PartyFacts | None:
    """Who has this number: for staff who serve people; None when nobody has. Raises ``Invalid``, ``Forbidden``.

    The caller logs the look with its purpose (``journal.public.record_access``).
    """
    viewer.require("people.find_party")
    row = with_number(kind, proper_number(kind, number))
    return facts_of(row) if row else None


def own_number(viewer: Viewer) -> str:
    """The viewer's own identity number in full; "" when none is declared."""
    row = Party.objects.filter(account_id=viewer.account_id).first() if viewer.account_id else None
    return row.number if row else ""


def own_mandates(viewer: Viewer) -> tuple[list[Mandate], list[Mandate]]:
    """Mandates the viewer's person gave, and those it holds or was offered, newest first; ended ones left out."""
    if viewer.account_id is None:
        raise SignInRequired(_("Please sign in to do this."))
    live = _live().select_related("giver", "taker").order_by("-given_at", "-pk")
    given = live.filter(Q(giver__account_id=viewer.account_id) | Q(giver__in=_represented(viewer)))
    return list(given.exclude(taker__account_id=viewer.account_id)), list(
        live.filter(taker__account_id=viewer.account_id)
    )


def mandate_of(viewer: Viewer, mandate_id: int) -> Mandate:
    """A live mandate that the viewer gave or was given. Raises ``NotFound``."""
    ours = Q(giver__account_id=viewer.account_id) | Q(taker__account_id=viewer.account_id)
    ours |= Q(giver__in=_represented(viewer))
    row = _live().filter(ours, pk=mandate_id).first() if viewer.account_id else None
    if row is None:
        raise NotFound(_("There is no such mandate of yours."))
    return row


def _represented(viewer: Viewer) -> QuerySet[Mandate, int]:
    """Companies whose representative the viewer provenly is: they give mandates in its name."""
    held = _standing("see").filter(taker__account=viewer.account_id, scope=Mandate.Scope.ALL)
    return held.filter(giver__kind=Party.Kind.COMPANY).values_list("giver_id", flat=True)


def _live() -> QuerySet[Mandate]:
    today = timezone.localdate(clock.now())
    return Mandate.objects.filter(Q(valid_until=None) | Q(valid_until__gte=today), revoked_at=None)


def _standing(what: What) -> QuerySet[Mandate]:
    """Mandates that count for this: accepted, and proven on both sides unless it is only to apply."""
    rows = _live().filter(scope__in=_COVERED[what]).exclude(accepted_at=None)
    return rows if what == "apply" else rows.filter(is_proven=True, taker__is_proven=True)
