"""Accounts for members of staff, made by an administrator or by a demonstration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel import clock, recording
from yicheng.core.kernel.errors import Invalid
from yicheng.core.people.facts import NewStaff
from yicheng.core.people.models import Account, Appointment, Organisation, Role
from yicheng.core.people.viewer import Viewer


@transaction.atomic
def make_staff(viewer: Viewer, wanted: Sequence[NewStaff], *, password: str) -> Mapping[str, int]:
    """Accounts with one role each and the same first password; answers user name → id. Raises ``Invalid``.

    Four statements whatever their number.
    """
    for right in ("people.manage_accounts", "people.appoint"):
        viewer.require(right, organisation_id=0, division="")  # nobody but who holds it everywhere
    bodies = {
        body.code: body for body in Organisation.objects.filter(code__in={one.organisation for one in wanted})
    }
    roles = {role.code: role for role in Role.objects.filter(code__in={one.role for one in wanted})}
    _require_known(wanted, bodies, roles)
    sealed = make_password(password)
    accounts = Account.objects.bulk_create(
        Account(
            username=one.username.lower(),
            kind=Account.Kind.STAFF,
            display_name=one.display_name,
            organisation=bodies[one.organisation],
            password=sealed,
        )
        for one in wanted
    )
    Appointment.objects.bulk_create(
        Appointment(
            account=account,
            role=roles[one.role],
            organisation=bodies[one.organisation] if one.within and not one.division else None,
            division_code=one.division,
            created_at=clock.now(),
        )
        for one, account in zip(wanted, accounts, strict=True)
    )
    for account in accounts:
        recording.record(viewer, action="people.create_staff", subject=f"account/{account.pk}")
    return {account.username: account.pk for account in accounts}


def _require_known(
    wanted: Sequence[NewStaff], bodies: Mapping[str, object], roles: Mapping[str, object]
) -> None:
    for one in wanted:
        if one.organisation not in bodies:
            raise Invalid(_("There is no organisation “%(code)s”."), code=one.organisation)
        if one.role not in roles:
            raise Invalid(_("There is no role “%(code)s”."), code=one.role)
    taken = Account.objects.filter(username__in=[one.username.lower() for one in wanted]).first()
    if taken is not None:
        raise Invalid(_("The user name “%(name)s” is taken."), name=taken.username)
