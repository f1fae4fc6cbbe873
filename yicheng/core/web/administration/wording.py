"""Words and choices that the pages of administration share."""

from __future__ import annotations

from django.apps import apps
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.languages import in_language
from yicheng.core.people import queries
from yicheng.core.people.models import Account, Appointment, Organisation, Role
from yicheng.core.people.public import Viewer

ADMINISTRATION = _("Administration")

ORGANISATION_KINDS = (
    ("government", _("Government")),
    ("bureau", _("Bureau")),
    ("office", _("Office")),
    ("supervision", _("Supervision centre")),
    ("command", _("Command centre")),
    ("subdistrict", _("Street or town")),
    ("enterprise", _("Enterprise")),
    ("association", _("Association")),
)


PARTS = {
    "people": _("People"),
    "places": _("Places"),
    "journal": _("Records"),
    "events": _("Events"),
    "catalogue": _("Data resources"),
    "notices": _("Notices"),
    "cases": _("Cases"),
    "web": _("Pages"),
}


def part_title(part: str) -> str:
    """What a part of the platform is called before users; applications name themselves."""
    return str(PARTS.get(part) or getattr(apps.get_app_config(part), "title", None) or part)


def organisation_name(organisation: Organisation | None) -> str:
    if organisation is None:
        return ""
    return in_language(str(organisation), organisation.name_en)


def role_name(role: Role) -> str:
    return in_language(role.name, role.name_en)


def organisation_choices(viewer: Viewer, right: str) -> list[tuple[int, str]]:
    """The viewer's branches as an indented list of choices."""
    rows = queries.tree(viewer, right=right)
    return [(row.pk, "\u3000" * depth + organisation_name(row)) for depth, row in rows]


def account_state(account: Account) -> str:
    return now("open") if account.is_active else now("closed")


def scope_words(appointment: Appointment) -> str:
    """Where an appointment holds, in words."""
    parts = [organisation_name(appointment.organisation), appointment.division_code, appointment.application]
    return " · ".join(part for part in parts if part) or now("the whole city")
