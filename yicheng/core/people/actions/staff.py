"""What administrators do to accounts of staff and systems, and to their appointments."""

from __future__ import annotations

import secrets

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel import clock, recording
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from yicheng.core.people import contacts
from yicheng.core.people.actions.own import adopt_email, refuse_taken, set_password
from yicheng.core.people.declare import RIGHTS
from yicheng.core.people.facts import StaffFacts
from yicheng.core.people.grants import rights_of_role
from yicheng.core.people.models import Account, ApiToken, Appointment, Organisation, Role, Session
from yicheng.core.people.viewer import Viewer

MANAGE, APPOINT = "people.manage_accounts", "people.appoint"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is read as something else


@transaction.atomic
def create_staff(viewer: Viewer, new: StaffFacts) -> tuple[Account, str]:
    """Make an account of staff; answers it and its first password, shown this once."""
    organisation = _organisation(new.organisation_id)
    _require(viewer, MANAGE, organisation)
    username = contacts.username_or_none(new.username)
    if username is None:
        text = _("Three to forty letters or digits, with . _ - between them.")
        raise Invalid(_("This is no user name."), fields={"username": text})
    account = Account(username=username, kind=Account.Kind.STAFF, language=new.language)
    account.organisation = organisation
    _fill(account, display_name=new.display_name, email=new.email, phone=new.phone, real_name=new.real_name)
    refuse_taken(account, field="username")
    password = new.password or _readable_password()
    set_password(account, password)
    _save(account)
    recording.record(
        viewer,
        action="people.create_staff",
        subject=f"account/{account.pk}",
        division=organisation.division_code,
    )
    return account, password


@transaction.atomic
def change_staff(
    viewer: Viewer,
    account_id: int,
    *,
    display_name: str,
    organisation_id: int,
    email: str,
    phone: str,
    real_name: str,
) -> Account:
    """Change the particulars or the organisation of an account of staff."""
    account = _managed(viewer, account_id)
    organisation = _organisation(organisation_id)
    _require(viewer, MANAGE, organisation)
    before = account.organisation_id
    account.organisation = organisation
    _fill(account, display_name=display_name, email=email, phone=phone, real_name=real_name)
    refuse_taken(account, field="email")
    _save(account)
    moved = {"from": before, "to": organisation.pk} if before != organisation.pk else {}
    _record(viewer, "change_staff", account, organisation=moved)
    return account


@transaction.atomic
def close_account(viewer: Viewer, account_id: int, *, reason: str) -> None:
    """Close an account: its sessions and keys stop working at once."""
    account = _managed(viewer, account_id)
    if account.pk == viewer.account_id:
        raise Conflict(_("You cannot close the account you are signed in with."))
    if not account.is_active:
        raise Conflict(_("This account is closed already."))
    account.is_active = False
    account.save(update_fields=["is_active"])
    Session.objects.filter(account=account).delete()
    ApiToken.objects.filter(account=account, revoked_at=None).update(revoked_at=clock.now())
    _record(viewer, "close_account", account, reason=reason)


@transaction.atomic
def reopen_account(viewer: Viewer, account_id: int) -> None:
    """Open a closed account again; its revoked keys stay revoked."""
    account = _managed(viewer, account_id)
    if account.is_active:
        raise Conflict(_("This account is open already."))
    account.is_active = True
    account.save(update_fields=["is_active"])
    _record(viewer, "reopen_account", account)


@transaction.atomic
def renew_password(viewer: Viewer, account_id: int) -> str:
    """Set a new password for somebody who lost theirs; answers it, ends all their sessions."""
    account = _managed(viewer, account_id)
    password = _readable_password()
    set_password(account, password)
    account.save(update_fields=["password"])
    Session.objects.filter(account=account).delete()
    _record(viewer, "renew_password", account)
    return password


@transaction.atomic
def reset_second_factor(viewer: Viewer, account_id: int) -> None:
    """Take the second step off an account whose owner lost the phone."""
    from allauth.mfa.models import Authenticator

    account = _managed(viewer, account_id)
    Authenticator.objects.filter(user=account).delete()
    Session.objects.filter(account=account).delete()
    _record(viewer, "reset_second_factor", account)


@transaction.atomic
def appoint(
    viewer: Viewer,
    account_id: int,
    *,
    role_id: int,
    organisation_id: int | None = None,
    division_code: str = "",
    application: str = "",
) -> Appointment:
    """Give a role within a scope; the giver's own scope must contain it.

    A role that holds rights over people is given only by who holds those rights there.
    """
    account = _found(account_id)
    role = Role.objects.filter(pk=role_id, is_active=True).first()
    if role is None:
        raise NotFound(_("There is no such role."))
    if account.kind == Account.Kind.RESIDENT:
        raise Invalid(_("Residents hold no roles. Make an account of staff."))
    held = rights_of_role(role.code, added=role.rights, withheld=role.withheld)
    for right in {APPOINT, *(right for right in held if RIGHTS.owner(right) == "people")}:
        _require_whole(viewer, right, organisation_id=organisation_id, division_code=division_code)
    try:
        with transaction.atomic():
            appointment = Appointment.objects.create(
                account=account,
                role=role,
                organisation_id=organisation_id,
                division_code=division_code,
                application=application,
            )
    except IntegrityError:
        raise Conflict(_("This account holds the role in this scope already.")) from None
    _record(viewer, "appoint", account, **_scope(appointment))
    return appointment


@transaction.atomic
def end_appointment(viewer: Viewer, appointment_id: int) -> None:
    """End an appointment; what it granted is gone from the next request on."""
    appointment = (
        Appointment.objects.select_for_update(of=("self",))
        .select_related("account", "role")
        .filter(pk=appointment_id, ended_at=None)
        .first()
    )
    if appointment is None:
        raise NotFound(_("There is no such appointment, or it has ended."))
    _require_whole(
        viewer,
        APPOINT,
        organisation_id=appointment.organisation_id,
        division_code=appointment.division_code,
    )
    appointment.ended_at = clock.now()
    appointment.save(update_fields=["ended_at"])
    _record(viewer, "end_appointment", appointment.account, **_scope(appointment))


def _found(account_id: int) -> Account:
    account = Account.objects.select_for_update(of=("self",)).filter(pk=account_id).first()
    if account is None:
        raise NotFound(_("There is no such account."))
    return account


def _managed(viewer: Viewer, account_id: int) -> Account:
    account = _found(account_id)
    if account.kind == Account.Kind.RESIDENT:
        raise NotFound(_("There is no such account."))
    _require(viewer, MANAGE, account.organisation)
    return account


def _organisation(organisation_id: int) -> Organisation:
    organisation = Organisation.objects.filter(pk=organisation_id, is_active=True).first()
    if organisation is None:
        text = _("There is no such organisation, or it is closed.")
        raise Invalid(text, fields={"organisation": text})
    return organisation


def _require(viewer: Viewer, right: str, organisation: Organisation | None) -> None:
    if organisation is None:
        _require_whole(viewer, right, organisation_id=None, division_code="")
    else:
        viewer.require(right, organisation_id=organisation.pk, division=organisation.division_code)


def _require_whole(viewer: Viewer, right: str, *, organisation_id: int | None, division_code: str) -> None:
    """The viewer holds the right over every row this scope covers."""
    viewer.require(right)
    for scope in viewer.scopes(right):
        body_inside = scope.organisation_ids is None or organisation_id in scope.organisation_ids
        if body_inside and division_code.startswith(scope.division):
            return
    raise Forbidden(_("Your own scope does not contain this one. Choose a narrower scope."))


def _fill(account: Account, *, display_name: str, email: str, phone: str, real_name: str) -> None:
    faults = {}
    if email and not contacts.email_or_none(email):
        faults["email"] = _("This is no e-mail address.")
    if phone and not contacts.phone_or_none(phone):
        faults["phone"] = _("This is no telephone number.")
    if not display_name.strip():
        faults["display_name"] = _("Write the name that others see.")
    if faults:
        raise Invalid(_("Some fields need your attention."), fields=faults)
    adopt_email(account, email, confirmed=False)
    account.phone, account.real_name, account.display_name = phone, real_name, display_name.strip()[:80]


def _save(account: Account) -> None:
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError:  # somebody else took the name in this very moment
        text = _("This is in use already. Choose another.")
        raise Invalid(text, fields={"username": text}) from None


def _readable_password() -> str:
    """Four groups of four letters: 79 bits, fit to be read over a telephone."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def _scope(appointment: Appointment) -> dict[str, object]:
    return {
        "role": appointment.role.code,
        "organisation": appointment.organisation_id,
        "division": appointment.division_code,
        "application": appointment.application,
    }


def _record(viewer: Viewer, action: str, account: Account, **detail: object) -> None:
    recording.record(viewer, action=f"people.{action}", subject=f"account/{account.pk}", detail=detail)
