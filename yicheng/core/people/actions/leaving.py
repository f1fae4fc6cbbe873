"""A resident leaves: the account and what is personal in it goes, what they reported stays without them."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel import clock, recording
from yicheng.core.kernel.errors import Conflict, Invalid, SignInRequired
from yicheng.core.people.declare import PERSONAL_DATA
from yicheng.core.people.models import Account, ApiToken, Mandate, Party, Session
from yicheng.core.people.viewer import Viewer


@transaction.atomic
def leave(viewer: Viewer, *, password: str) -> None:
    """Close one's own account for good. Raises ``Invalid`` for a wrong password, ``Conflict`` for staff."""
    if viewer.account_id is None:
        raise SignInRequired(_("Please sign in to do this."))
    account = Account.objects.select_for_update().get(pk=viewer.account_id)
    if account.kind != Account.Kind.RESIDENT:
        raise Conflict(_("Accounts of staff are closed by an administrator."))
    if account.has_usable_password() and not account.check_password(password):
        raise Invalid(_("The password is wrong."), fields={"password": _("Enter your present password.")})
    for part in PERSONAL_DATA:
        part.forget(account.pk)
    _empty(account)
    recording.record(viewer, action="people.leave", subject=f"account/{account.pk}")


def _empty(account: Account) -> None:
    """The row stays for the trail of what was done, with nothing in it that tells who it was."""
    for rows in (EmailAddress, Authenticator, SocialAccount):
        rows.objects.filter(user_id=account.pk).delete()
    own = Party.objects.filter(account=account)
    Mandate.objects.filter(Q(giver__in=own) | Q(taker__in=own), revoked_at=None).update(
        revoked_at=clock.now()
    )
    own.update(account=None, is_proven=False, proven_at=None)
    Session.objects.filter(account=account).delete()
    ApiToken.objects.filter(account=account, revoked_at=None).update(revoked_at=clock.now())
    account.username, account.display_name = f"closed-{account.pk}", "–"
    account.email, account.phone, account.real_name = "", "", ""
    account.email_confirmed_at = None
    account.is_active = False
    account.set_unusable_password()
    account.save()
