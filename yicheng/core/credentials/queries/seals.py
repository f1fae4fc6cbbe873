"""Seals as people may see them, what was asked of them, and every use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yicheng.core.credentials.models import Key, Seal, SealRequest, SealRule, SealUse
from yicheng.core.credentials.sealing.rules import purpose_of
from yicheng.core.kernel.errors import NotFound
from yicheng.core.people.public import Viewer, account_names, scoped

SEE = "credentials.see_seals"
SHOWN = 30


@dataclass(frozen=True, slots=True)
class UseLine:
    """A use with the name of who set the seal, "" for the platform itself."""

    use: SealUse
    who: str


@dataclass(frozen=True, slots=True)
class SealView:
    """A seal with its rules, keys (the one in force first), open and past requests, and latest uses."""

    seal: Seal
    rules: Sequence[SealRule]
    keys: Sequence[Key]
    requests: Sequence[SealRequest]
    uses: Sequence[UseLine]
    count: int


def seals(viewer: Viewer) -> QuerySet[Seal]:
    """The seals of the viewer's bodies; order by ``code``."""
    rows = Seal.objects.select_related("organisation", "custodian")
    return scoped(rows, viewer, SEE, division="")


def seal(viewer: Viewer, seal_id: int) -> SealView:
    """One seal. Raises ``NotFound``."""
    found = seals(viewer).filter(pk=seal_id).first()
    if found is None:
        raise NotFound(_("There is no such seal."))
    keys = Key.objects.filter(purpose=purpose_of(found)).defer("sealed").order_by("-id")
    requests = found.requests.select_related("asked_by", "decided_by").order_by("-id")[:SHOWN]
    return SealView(
        found,
        list(found.rules.order_by("covers", "way")),
        sorted(keys, key=lambda key: key.retired_at is not None),
        list(requests),
        _lines(uses(viewer, found).order_by("-id")[:SHOWN]),
        uses(viewer, found).count(),
    )


def uses(viewer: Viewer, found: Seal) -> QuerySet[SealUse]:
    """Every use of a seal that the viewer may see."""
    viewer.require(SEE, organisation_id=found.organisation_id)
    return SealUse.objects.filter(seal_id=found.pk)


def waiting_requests(viewer: Viewer) -> Sequence[SealRequest]:
    """What waits for the viewer as a custodian."""
    rows = SealRequest.objects.filter(
        state=SealRequest.State.WAITS, seal__custodian_id=viewer.account_id or 0
    )
    return list(rows.select_related("seal", "asked_by").order_by("id")[:SHOWN])


def _lines(rows: QuerySet[SealUse]) -> list[UseLine]:
    found = list(rows)
    names = account_names({one.account_id for one in found if one.account_id})
    return [UseLine(one, names.get(one.account_id or 0, "")) for one in found]
