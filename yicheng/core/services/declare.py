"""What a part may declare about government services: what is known, what proves a material, what is issued."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

from yicheng.core.kernel.slots import Slot

if TYPE_CHECKING:
    from yicheng.core.people.public import PartyFacts, Viewer
    from yicheng.core.services.application_facts import ApplicationFacts


@dataclass(frozen=True, slots=True)
class Known:
    """A value that the city knows already, with the source shown beside it and the receipt of the call."""

    value: Any
    source: str | Promise
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class PrefillSource:
    """Where a form's fields are filled from: ``read(viewer, party, purpose)`` answers known fields by name.

    Asked only for a party that is proven and that the viewer may see; the names are those the forms use
    (``prefill`` of a field, else its key). ``order``: the lower one counts where two know the same field. ``is_own``:
    it tells only what the applicant told us themselves, so it is asked before they are proven, too.
    """

    key: str
    title: str | Promise
    read: Callable[[Viewer, PartyFacts, str], Mapping[str, Known]]
    order: int = 100
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Proof:
    """What proves a material: shown instead of asking for it. ``reference`` is the licence's or record's number."""

    title: str
    reference: str
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class ProofSource:
    """What spares people a material: ``prove(viewer, party, code, purpose)`` for the codes of ``proved_by``.

    Asked only for a party that is proven and that the viewer may see; None: it can't say.
    """

    key: str
    title: str | Promise
    prove: Callable[[Viewer, PartyFacts, str, str], Proof | None]


@dataclass(frozen=True, slots=True)
class Issued:
    """What was issued: ``link`` opens it for its holder (a path of the portal)."""

    kind: str
    title: str
    reference: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class ResultSource:
    """What is issued when an application is granted: ``issue(viewer, application, answers)``, in the transaction
    of the step that issues. Sources answer () for items that are none of theirs."""

    key: str
    issue: Callable[[Viewer, ApplicationFacts, Mapping[str, Any]], Sequence[Issued]]


PREFILL: Slot[PrefillSource] = Slot("services.prefill", PrefillSource, module="services", attribute="PREFILL")
PROOFS: Slot[ProofSource] = Slot("services.proofs", ProofSource, module="services", attribute="PROOFS")
RESULTS: Slot[ResultSource] = Slot("services.results", ResultSource, module="services", attribute="RESULTS")

#: one sentence per fault; they run under ``yicheng check``
CHECKS: tuple[Callable[[], Iterable[str]], ...] = ()
