"""Who looks after a holder's licences: the proven person, and those with a proven mandate for it."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from yicheng.core.kernel import clock
from yicheng.core.people.models import Mandate, Party


def account_ids_for(party_id: int) -> list[int]:
    """The accounts that are told what happens to the holder's licences. Two queries."""
    own = Party.objects.filter(pk=party_id, is_proven=True).values_list("account_id", flat=True)
    today = timezone.localdate(clock.now())
    mandates = Mandate.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=today),
        giver_id=party_id,
        scope__in=(Mandate.Scope.ALL, Mandate.Scope.LICENCES),
        is_proven=True,
        accepted_at__isnull=False,
        revoked_at=None,
        taker__is_proven=True,
    )
    takers = mandates.values_list("taker__account_id", flat=True)
    return sorted({account_id for account_id in (*own, *takers) if account_id is not None})
