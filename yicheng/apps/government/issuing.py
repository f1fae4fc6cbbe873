"""An application that was granted becomes a licence: each field takes the answer of the same key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils import translation

from yicheng.core.credentials.public import change_licence, issue_licence, licence_types, proof_of
from yicheng.core.people.public import SYSTEM
from yicheng.core.services.declare import Issued
from yicheng.core.services.public import form_for, item_facts

if TYPE_CHECKING:
    from yicheng.core.credentials.public import LicenceFacts
    from yicheng.core.people.public import Viewer
    from yicheng.core.services.public import ApplicationFacts

#: an answer with this beginning changes the field of the licence that the party holds
CHANGES = "new_"
#: answers that are the term of what is issued, where a form asks for them
BEGINS, ENDS = "from_date", "until_date"


def issue(_viewer: Viewer, application: ApplicationFacts, answers: Mapping[str, Any]) -> Sequence[Issued]:
    """The licence that the item promises; () where it promises none. The platform issues: the case has decided."""
    if not application.licence_type:
        return ()
    kinds = {kind.code: kind for kind in licence_types()}
    if application.licence_type not in kinds:
        return ()
    words = in_words(application.version_id, answers)
    fields = [rule.key for rule in kinds[application.licence_type].fields]
    licence = _changed(application, words, fields) or _new(application, words, fields)
    return (Issued("licence", licence.type_name, licence.number, f"/me/licences/{licence.id}/"),)


def in_words(version_id: int, answers: Mapping[str, Any]) -> dict[str, str]:
    """The answers as a paper says them: choices by their labels, lists joined, in the language of the city's papers."""
    form_id = item_facts(version_id).form_version_id
    with translation.override("zh-hans"):
        labels = {
            part.key: {option.value: option.title for option in part.options}
            for part in (form_for(form_id).walk() if form_id else ())
            if part.options
        }
    return {key: _in_words(value, labels.get(key, {})) for key, value in answers.items()}


def _in_words(value: Any, labels: Mapping[str, str]) -> str:
    if isinstance(value, list | tuple):
        return "、".join(labels.get(str(one), str(one)) for one in value if not isinstance(one, Mapping))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else labels.get(str(value), str(value))


def _changed(
    application: ApplicationFacts, words: Mapping[str, str], fields: Sequence[str]
) -> LicenceFacts | None:
    """The licence that the party holds with other words; None where nothing of it changes, or none is held."""
    changes = {key: words[CHANGES + key] for key in fields if words.get(CHANGES + key)}
    purpose = f"{application.number} {item_facts(application.version_id).name}"
    held = proof_of(application.party_id, application.licence_type, purpose=purpose) if changes else None
    if held is None:
        return None
    kept = {key: held.fields.get(key, "") for key in fields}
    return change_licence(SYSTEM, held.licence_id, values=kept | changes, reason=purpose)


def _new(application: ApplicationFacts, words: Mapping[str, str], fields: Sequence[str]) -> LicenceFacts:
    values = {key: words.get(CHANGES + key) or words.get(key, "") for key in fields}
    return issue_licence(
        SYSTEM,
        application.licence_type,
        application.party_id,
        values,
        organisation_id=application.organisation_id,
        case_id=application.case_id,
        valid_from=_day(words.get(BEGINS)),
        valid_until=_day(words.get(ENDS)),
    )


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
