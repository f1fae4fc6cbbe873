"""What the city knows of a party already: who it is, what it said before, its licences, rows that bodies share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yicheng.apps.government.models import KnownAnswer, SharedRecord
from yicheng.core.credentials.public import proof_of
from yicheng.core.kernel.errors import Refusal
from yicheng.core.kernel.languages import in_language
from yicheng.core.people.public import number_digest, party_number, party_of
from yicheng.core.services.declare import Known, Proof
from yicheng.core.services.public import application_detail, form_for, item_facts, my_applications
from yicheng.core.sharing.public import Found, look_up

if TYPE_CHECKING:
    from yicheng.core.people.public import PartyFacts, Viewer


#: what somebody said in an earlier application that is worth offering again, by the name that forms use
_SAID_BEFORE = ("account.phone", "person.address", "person.home_place")


def from_party(viewer: Viewer, party: PartyFacts, _purpose: str) -> Mapping[str, Known]:
    """Name and number of who applies; for a company also those of the person who acts for it."""
    title = _("Your proven identity")
    own = {"name": Known(party.name, title), "number": Known(party_number(party.id), title)}
    agent = party_of(viewer) if party.is_company else None
    if agent is None or not agent.is_proven:
        applicant = {} if party.is_company else own
    else:
        applicant = {"name": Known(agent.name, title), "number": Known(party_number(agent.id), title)}
    groups = {"party": own, "applicant": applicant, "company": own if party.is_company else {}}
    return {f"{group}.{name}": known for group, values in groups.items() for name, known in values.items()}


def from_earlier(viewer: Viewer, party: PartyFacts, purpose: str) -> Mapping[str, Known]:
    """What the same account said for the same party in its newest application, where that was handed in."""
    if viewer.account_id is None or viewer.kind == "staff":
        return {}
    rows = my_applications(viewer).filter(party_id=party.id).exclude(status="draft")
    newest = rows.order_by("-id").values_list("pk", "version_id", "number").first()
    form_id = item_facts(newest[1]).form_version_id if newest else None
    if newest is None or form_id is None:
        return {}
    answers = application_detail(viewer, newest[0], purpose=purpose).answers
    title = gettext("Your application %(number)s") % {"number": newest[2]}
    return {
        name: Known(answers[key], title)
        for key, name in form_for(form_id).prefills.items()
        if name in _SAID_BEFORE and answers.get(key)
    }


def from_licences(viewer: Viewer, party: PartyFacts, purpose: str) -> Mapping[str, Known]:
    """Answers that valid licences of the party give; each look stands in the holder's log."""
    records = set(SharedRecord.objects.values_list("code", flat=True))
    known: dict[str, Known] = {}
    for source, answers in _answers():
        if source in records:
            continue
        proof = proof_of(party.id, source, viewer=viewer, purpose=purpose)
        if proof is None:
            continue
        title = f"{in_language(proof.type_name, proof.type_name_en)} {proof.number}"
        known |= {
            answer: Known(proof.fields[field], title, proof.receipt)
            for field, answer in answers
            if proof.fields.get(field) and answer not in known
        }
    return known


def from_records(_viewer: Viewer, party: PartyFacts, _purpose: str) -> Mapping[str, Known]:
    """Answers that shared data give, through grants; each call leaves its receipt."""
    wanted = dict(_answers())
    known: dict[str, Known] = {}
    for record in _records(party):
        answers = wanted.get(record.code, [])
        found = _look_up(record, party, [field for field, _answer in answers]) if answers else None
        if found is None:
            continue
        title = f"{in_language(record.title, record.title_en)} · {found.provider}"
        known |= {
            answer: Known(found.row[field], title, found.call)
            for field, answer in answers
            if found.row.get(field) and answer not in known
        }
    return known


def by_licence(viewer: Viewer, party: PartyFacts, code: str, purpose: str) -> Proof | None:
    """A valid licence of the kind ``code`` spares the paper."""
    proof = proof_of(party.id, code, viewer=viewer, purpose=purpose)
    if proof is None:
        return None
    return Proof(in_language(proof.type_name, proof.type_name_en), proof.number, proof.receipt)


def by_record(_viewer: Viewer, party: PartyFacts, code: str, _purpose: str) -> Proof | None:
    """A row in the shared record ``code`` spares the paper."""
    record = next(_records(party, code=code), None)
    found = _look_up(record, party, [record.key_field]) if record else None
    if record is None or found is None:
        return None
    return Proof(in_language(record.title, record.title_en), found.provider, found.call)


def _answers() -> list[tuple[str, list[tuple[str, str]]]]:
    grouped: dict[str, list[tuple[str, str]]] = {}
    for source, field, answer in KnownAnswer.objects.values_list("source", "field", "answer"):
        grouped.setdefault(source, []).append((field, answer))
    return list(grouped.items())


def _records(party: PartyFacts, *, code: str = "") -> Iterator[SharedRecord]:
    rows = SharedRecord.objects.filter(party_kind=party.kind, is_active=True)
    yield from (rows.filter(code=code) if code else rows).order_by("pk")


def _look_up(record: SharedRecord, party: PartyFacts, fields: Iterable[str]) -> Found | None:
    """The party's row; None where the data cannot be used now: then the paper is asked for."""
    number = party_number(party.id)
    key = number if party.kind == "company" else number_digest(number)
    try:
        return look_up(
            record.data_set,
            consumer_id=record.consumer_id,
            where={record.key_field: key},
            fields=tuple(dict.fromkeys(fields)),
        )
    except Refusal:
        return None
