"""Issuing, renewing and changing licences: each makes a version whose words never change again."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yicheng.core.credentials.actions.licences.telling import leave_word, required_reason
from yicheng.core.credentials.licences import codes, fields
from yicheng.core.credentials.licences.facts import LicenceFacts, NewLicence
from yicheng.core.credentials.licences.reading import facts_of, newest_versions, rules_of
from yicheng.core.credentials.models import Licence, LicenceType, LicenceVersion, TypeVersion
from yicheng.core.journal.public import next_number
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from yicheng.core.people.models import Organisation, Party
from yicheng.core.people.public import PartyKind, Viewer, find_or_make_party

ISSUE = "credentials.issue_licence"
LONGEST_YEARS = 100


@dataclass(frozen=True, slots=True)
class _Term:
    start: date
    end: date | None


@transaction.atomic
def issue_licence(viewer: Viewer, new: NewLicence) -> LicenceFacts:
    """Issue a licence. Raises ``Invalid``, ``NotFound``, ``Forbidden``."""
    body = _body(viewer, new.organisation_id)
    kind, words = type_of(new.type_code)
    holder = _holder(kind, new.party_id)
    _check_authority(kind, body)
    values = fields.read(rules_of(words.pk), new.fields)
    term = _term(words, start=new.valid_from, end=new.valid_until)
    licence = Licence.objects.create(
        number=next_number(kind.code.upper().replace("_", "-"), division=body.division_code),
        type=kind,
        holder=holder,
        organisation=body,
        division_code=body.division_code,
        case_id=new.case_id,
        issued_at=clock.now(),
    )
    version = _lay(licence, words, values=values, term=term, number=1)
    leave_word(viewer, version, "issued")
    return facts_of(version)


@transaction.atomic
def issue_to(
    viewer: Viewer,
    type_code: str,
    *,
    holder: tuple[PartyKind, str, str],
    fields: Mapping[str, str],
    organisation_id: int,
    valid_until: date | None = None,
) -> LicenceFacts:
    """Issue to whoever has this number (kind, number, name), known to the city or not. Raises as ``issue_licence``."""
    viewer.require(ISSUE, organisation_id=organisation_id)
    kind, number, name = holder
    party = find_or_make_party(kind, number, name)
    if party.name != name.strip():
        text = _("The city knows this number under another name. Compare the papers.")
        raise Invalid(text, fields={"name": text})
    new = NewLicence(type_code, party.id, fields, organisation_id, valid_until=valid_until)
    return issue_licence(viewer, new)


@transaction.atomic
def renew_licence(
    viewer: Viewer, licence_id: int, *, reason: str, valid_until: date | None = None
) -> LicenceFacts:
    """The same words for a further term, in the layout that holds now; the old paper counts as replaced."""
    licence = lock(viewer, licence_id)
    old = current(licence)
    _kind, words = type_of(licence.type.code)
    why = required_reason(reason)
    if old.valid_until is None:
        raise Conflict(_("This licence has no end: there is nothing to renew."))
    kept = {
        field.rule.key: field.value
        for field in fields.opened(old.fields_sealed, rules_of(old.type_version_id))
    }
    wanted = {rule.key: kept.get(rule.key, "") for rule in rules_of(words.pk)}
    start = max(old.valid_until + timedelta(days=1), _today())
    end = _term(words, start=start, end=valid_until).end
    if end is not None and end <= old.valid_until:
        text = _("The new end must lie after the old one.")
        raise Invalid(text, fields={"valid_until": text})
    values = fields.read(rules_of(words.pk), wanted)
    return _replace(viewer, licence, words, values=values, term=_Term(_today(), end), kind="renewed", why=why)


@transaction.atomic
def change_licence(
    viewer: Viewer, licence_id: int, *, values: Mapping[str, str], reason: str
) -> LicenceFacts:
    """Other words for the same term; the old paper counts as replaced."""
    licence = lock(viewer, licence_id)
    old = current(licence)
    _kind, words = type_of(licence.type.code)
    why = required_reason(reason)
    read = fields.read(rules_of(words.pk), values)
    term = _Term(_today(), old.valid_until)
    return _replace(viewer, licence, words, values=read, term=term, kind="changed", why=why)


def type_of(code: str) -> tuple[LicenceType, TypeVersion]:
    """A kind with the version that holds now. Raises ``NotFound``."""
    kind = LicenceType.objects.filter(code=code, is_active=True).first()
    newest = newest_versions([kind]) if kind else {}
    if kind is None or kind.pk not in newest:
        raise NotFound(_("There is no kind of licence “%(code)s”."), code=code)
    return kind, newest[kind.pk]


def lock(viewer: Viewer, licence_id: int) -> Licence:
    """The licence, locked, for somebody who may change it. Raises ``NotFound``, ``Forbidden``."""
    rows = Licence.objects.select_for_update(of=("self",)).select_related("type", "holder", "organisation")
    licence = rows.filter(pk=licence_id).first()
    if licence is None:
        raise NotFound(_("There is no such licence."))
    viewer.require(ISSUE, organisation_id=licence.organisation_id, division=licence.division_code)
    return licence


def current(licence: Licence) -> LicenceVersion:
    """Its newest version. Raises ``Conflict`` once it is revoked."""
    if licence.status == Licence.Status.REVOKED:
        raise Conflict(_("This licence was revoked: issue a new one."))
    assert licence.version is not None
    return licence.version


def _body(viewer: Viewer, organisation_id: int) -> Organisation:
    body = Organisation.objects.filter(pk=organisation_id, is_active=True).first()
    if body is None:
        raise NotFound(_("There is no such organisation."))
    viewer.require(ISSUE, organisation_id=body.pk, division=body.division_code)
    return body


def _check_authority(kind: LicenceType, body: Organisation) -> None:
    if kind.authority is not None and not body.path.startswith(kind.authority.path):
        raise Forbidden(
            _("This kind of licence is issued by %(authority)s, not by %(body)s."),
            authority=kind.authority.name,
            body=body.name,
        )


def _holder(kind: LicenceType, party_id: int) -> Party:
    holder = Party.objects.filter(pk=party_id).first()
    if holder is None:
        raise NotFound(_("There is no such person or company."))
    if kind.holder_kind and holder.kind != kind.holder_kind:
        persons = _("This kind of licence is for persons.")
        companies = _("This kind of licence is for companies.")
        raise Invalid(persons if kind.holder_kind == "person" else companies)
    return holder


def _today() -> date:
    return timezone.localdate(clock.now())


def _term(words: TypeVersion, *, start: date | None, end: date | None) -> _Term:
    start = start or _today()
    if end is None and words.validity_months is not None:
        end = months_later(start, words.validity_months) - timedelta(days=1)
    if end is not None and not start <= end <= start + timedelta(days=366 * LONGEST_YEARS):
        text = _("The licence must end after it begins, and within a hundred years.")
        raise Invalid(text, fields={"valid_until": text})
    return _Term(start, end)


def months_later(day: date, months: int) -> date:
    """The same day so many months on; the last of the month where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _lay(
    licence: Licence, words: TypeVersion, *, values: Mapping[str, str], term: _Term, number: int
) -> LicenceVersion:
    version = LicenceVersion.objects.create(
        licence=licence,
        number=number,
        type_version=words,
        code=codes.new_code(codes.LICENCE),
        fields_sealed=fields.sealed(values),
        valid_from=term.start,
        valid_until=term.end,
        issued_at=clock.now(),
    )
    licence.version, licence.valid_until = version, term.end
    licence.save(update_fields=["version", "valid_until"])
    return version


def _replace(
    viewer: Viewer,
    licence: Licence,
    words: TypeVersion,
    *,
    values: Mapping[str, str],
    term: _Term,
    kind: str,
    why: str,
) -> LicenceFacts:
    assert licence.version is not None
    number = licence.version.number + 1
    LicenceVersion.objects.filter(licence=licence, replaced_at=None).update(replaced_at=clock.now())
    version = _lay(licence, words, values=values, term=term, number=number)
    leave_word(viewer, version, kind, reason=why)
    return facts_of(version)
