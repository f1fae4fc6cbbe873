"""Asks the city's own sources what they know of a party, and what they prove in place of materials."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from yicheng.core.kernel import clock
from yicheng.core.services.declare import PREFILL, PROOFS, Proof, ProofSource
from yicheng.core.services.models import Application, KnownField, Material, ServiceMaterial
from yicheng.core.services.opening import KnownAnswer, sealed

if TYPE_CHECKING:
    from yicheng.core.people.public import PartyFacts, Viewer


def look_up(viewer: Viewer, application: Application, party: PartyFacts, *, is_proven: bool) -> None:
    """Fill the (new) application with what is known, and its pool with what is proved. The caller has the consent.

    Without proof of who asks, only what they told of themselves is filled in.
    """
    purpose = f"application for {application.version.item.code}"
    known = _known(viewer, party, purpose, is_proven=is_proven)
    application.known_sealed = sealed(
        {
            name: {"value": one.value, "source": one.source, "key": one.key, "receipt": one.receipt}
            for name, one in known.items()
        }
    )
    application.save(update_fields=["known_sealed"])
    now = clock.now()
    KnownField.objects.bulk_create(
        KnownField(
            application=application,
            field=name[:80],
            source=one.key,
            title=one.source[:200],
            receipt=one.receipt[:200],
            read_at=now,
        )
        for name, one in known.items()
    )
    if is_proven:
        Material.objects.bulk_create(_proved(viewer, application, party, purpose))


def _known(viewer: Viewer, party: PartyFacts, purpose: str, *, is_proven: bool) -> dict[str, KnownAnswer]:
    found: dict[str, KnownAnswer] = {}
    asked = [source for source in PREFILL if is_proven or source.is_own]
    for source in sorted(asked, key=lambda one: (one.order, one.key)):
        for name, known in source.read(viewer, party, purpose).items():
            if known.value not in (None, "", []) and name not in found:
                found[name] = KnownAnswer(known.value, str(known.source), source.key, known.receipt)
    return found


def _proved(viewer: Viewer, application: Application, party: PartyFacts, purpose: str) -> Iterator[Material]:
    wanted = ServiceMaterial.objects.filter(version_id=application.version_id).exclude(proved_by=[])
    now = clock.now()
    for material in wanted:
        found = _proof(viewer, party, material, purpose)
        if found is None:
            continue
        source, proof = found
        yield Material(
            application=application,
            code=material.code,
            way=Material.Way.PROOF,
            check_state=Material.Check.GOOD,
            source=source.key,
            proof_title=proof.title[:200],
            reference=proof.reference[:120],
            receipt=proof.receipt[:200],
            given_at=now,
        )


def _proof(
    viewer: Viewer, party: PartyFacts, material: ServiceMaterial, purpose: str
) -> tuple[ProofSource, Proof] | None:
    for code in material.proved_by:
        for source in PROOFS:
            proof = source.prove(viewer, party, code, purpose)
            if proof is not None:
                return source, proof
    return None
