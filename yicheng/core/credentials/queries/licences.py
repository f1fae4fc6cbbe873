"""Reads about licences: kinds, one's own, a department's, the holder's log."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yicheng.core.credentials.licences import codes
from yicheng.core.credentials.licences.facts import LicenceFacts, TypeFacts, Verified
from yicheng.core.credentials.licences.reading import (
    facts_of,
    newest_versions,
    type_facts,
    verified,
    versions,
)
from yicheng.core.credentials.models import Licence, LicenceChange, LicenceType, LicenceVersion, Showing
from yicheng.core.kernel.errors import Forbidden, NotFound
from yicheng.core.people.models import Organisation
from yicheng.core.people.public import Viewer, may_act_for, parties_of, scoped

SEE = "credentials.see_licences"
IN_LOG = 200


def licence_types() -> list[TypeFacts]:
    """The kinds of licence that the city issues, in the order of their codes."""
    kinds = list(LicenceType.objects.filter(is_active=True).order_by("code"))
    newest = newest_versions(kinds)
    return [type_facts(kind, newest[kind.pk]) for kind in kinds if kind.pk in newest]


def types_issued_by(organisation_id: int | None) -> list[TypeFacts]:
    """The kinds that this body may issue: its own, and those that any body may."""
    paths = Organisation.objects.filter(pk=organisation_id or 0).values_list("path", flat=True)
    path = paths.first() or ""
    above = {int(part) for part in path.split("/") if part}
    return [kind for kind in licence_types() if kind.authority_id is None or kind.authority_id in above]


def verify(code: str) -> Verified | None:
    """What a printed code proves; None for a code that nobody issued. Leaves no line in the holder's log."""
    version = versions().filter(code=codes.normal(code)).first()
    return verified(version) if version else None


def licences_of(viewer: Viewer, party_id: int) -> list[LicenceFacts]:
    """A holder's licences as they stand, the newest first. Raises ``Forbidden`` for anyone else's."""
    if not may_act_for(viewer, party_id, "licences"):
        raise Forbidden(_("These are not your licences."))
    rows = versions().filter(licence__holder_id=party_id, current_of__isnull=False)
    return [facts_of(version) for version in rows.order_by("-licence__issued_at", "-id")[:500]]


def my_licences(viewer: Viewer) -> list[LicenceFacts]:
    """One's own licences, and those of whom one acts for."""
    return [facts for party in parties_of(viewer, what="licences") for facts in licences_of(viewer, party.id)]


def own_version(viewer: Viewer, licence_id: int) -> LicenceVersion:
    """The current version of a licence of one's own. Raises ``NotFound``, also for what is another's."""
    version = versions().filter(current_of=licence_id).first()
    if version is None or not may_act_for(viewer, version.licence.holder_id, "licences"):
        raise NotFound(_("There is no such licence of yours."))
    return version


def my_licence(viewer: Viewer, licence_id: int) -> LicenceFacts:
    """One of one's own licences. Raises ``NotFound``."""
    return facts_of(own_version(viewer, licence_id))


def licence_rows(viewer: Viewer) -> QuerySet[Licence]:
    """Licences that staff may know of: numbers, kinds, standing. Who holds them takes a purpose to see."""
    rows = Licence.objects.select_related("type", "version__type_version", "organisation")
    return scoped(rows, viewer, SEE)


def licence_row(viewer: Viewer, licence_id: int) -> Licence:
    """One of them. Raises ``NotFound``."""
    row = licence_rows(viewer).filter(pk=licence_id).first()
    if row is None:
        raise NotFound(_("There is no such licence."))
    return row


def changes_of(licence_id: int) -> list[LicenceChange]:
    """What was done to a licence, the latest first; the caller has checked the right over it."""
    rows = LicenceChange.objects.filter(licence_id=licence_id).select_related("account", "version")
    return list(rows.order_by("-happened_at", "-id")[:IN_LOG])


def showings_of(viewer: Viewer, licence_id: int) -> list[Showing]:
    """To whom one's licence was shown, the latest first. Raises ``NotFound``."""
    version = own_version(viewer, licence_id)
    rows = Showing.objects.filter(licence_id=version.licence_id)
    return list(rows.order_by("-recorded_at", "-id")[:IN_LOG])
