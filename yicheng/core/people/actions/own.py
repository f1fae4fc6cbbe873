"""What people do to their own accounts."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel import clock, recording
from yicheng.core.kernel.errors import Invalid, NotFound, SignInRequired
from yicheng.core.people import contacts, tokens
from yicheng.core.people.models import Account, ApiToken, Session
from yicheng.core.people.viewer import Viewer

LONGEST_TOKEN_DAYS = 366


@transaction.atomic
def sign_up(viewer: Viewer, *, name: str, password: str, display_name: str, language: str) -> Account:
    """Make a resident's account from a user name, an e-mail address or a mobile number. Raises ``Invalid``."""
    found = contacts.kind_of(name)
    if found is None:
        raise Invalid(
            _("This is no user name, e-mail address or mobile number."),
            fields={"name": _("Three to forty letters or digits, an e-mail address, or a mobile number.")},
        )
    kind, value = found
    account = Account(kind=Account.Kind.RESIDENT, language=language, display_name=display_name.strip()[:80])
    account.username = value if kind == "username" else free_username("")
    if kind != "username":
        setattr(account, kind, value)
    refuse_taken(account, field="name")
    set_password(account, password)
    account.save()
    recording.record(viewer, action="people.sign_up", subject=f"account/{account.pk}")
    return account


@transaction.atomic
def change_profile(
    viewer: Viewer, *, display_name: str, real_name: str, email: str, phone: str, language: str
) -> Account:
    """Change one's own particulars. Raises ``Invalid`` for a faulty or taken address or number."""
    account = _own(viewer)
    faults = {}
    if email and not contacts.email_or_none(email):
        faults["email"] = _("This is no e-mail address.")
    if phone and not contacts.phone_or_none(phone):
        faults["phone"] = _(
            "This is no telephone number. Write a mobile number, or +, country code and number."
        )
    if faults:
        raise Invalid(_("Some fields need your attention."), fields=faults)
    before = (account.email_index, account.phone_index)
    adopt_email(account, email, confirmed=False)
    account.phone, account.real_name = phone, real_name
    account.display_name, account.language = display_name.strip()[:80], language
    if (account.email_index, account.phone_index) != before:
        refuse_taken(account, field="email" if account.email_index != before[0] else "phone")
    account.save()
    recording.record(viewer, action="people.change_profile", subject=f"account/{account.pk}")
    return account


@transaction.atomic
def make_token(viewer: Viewer, *, name: str, rights: list[str], days: int) -> tuple[ApiToken, str]:
    """A new API key for oneself, no wider than what one holds; answers its row and the key, shown this once."""
    account = _own(viewer)
    foreign = [right for right in rights if not viewer.may(right)]
    if foreign:
        raise Invalid(
            _("You cannot hand out rights that you do not hold: %(rights)s."), rights=", ".join(foreign)
        )
    if not 1 <= days <= LONGEST_TOKEN_DAYS:
        raise Invalid(_("A token lasts from one day to %(days)d days."), days=LONGEST_TOKEN_DAYS)
    expires_at = clock.now() + timedelta(days=days)
    row, key = tokens.make(account, name=name.strip()[:80], rights=rights, expires_at=expires_at)
    recording.record(
        viewer, action="people.make_token", subject=f"apitoken/{row.pk}", detail={"prefix": row.prefix}
    )
    return row, key


@transaction.atomic
def revoke_token(viewer: Viewer, token_id: int) -> None:
    """End one of one's own API keys at once."""
    account = _own(viewer)
    changed = ApiToken.objects.filter(pk=token_id, account=account, revoked_at=None).update(
        revoked_at=clock.now()
    )
    if not changed:
        raise NotFound(_("There is no such live token of yours."))
    recording.record(viewer, action="people.revoke_token", subject=f"apitoken/{token_id}")


@transaction.atomic
def end_sessions(viewer: Viewer, *, keep: str = "", only: str = "") -> int:
    """Sign oneself out: everywhere but in session ``keep``, or just in the session whose key begins with ``only``."""
    account = _own(viewer)
    sessions = Session.objects.filter(account=account).exclude(session_key=keep)
    if only:
        sessions = sessions.filter(session_key__startswith=only)
    ended = sessions.delete()[0]
    recording.record(
        viewer, action="people.end_sessions", subject=f"account/{account.pk}", detail={"ended": ended}
    )
    return ended


@transaction.atomic
def reset_password(viewer: Viewer, account: Account, *, password: str) -> None:
    """Set a new password for whoever holds the e-mailed link, and end every session. Raises ``Invalid``."""
    set_password(account, password)
    account.email_confirmed_at = account.email_confirmed_at or clock.now()
    account.save()
    Session.objects.filter(account=account).delete()
    recording.record(viewer, action="people.reset_password", subject=f"account/{account.pk}")


def adopt_email(account: Account, email: str, *, confirmed: bool) -> None:
    """Give the (unsaved) account this address, a faulty one being none; a new address starts unconfirmed."""
    before = account.email_index
    account.email = contacts.email_or_none(email) or ""
    if account.email_index != before:
        account.email_confirmed_at = clock.now() if confirmed and account.email_index else None


def free_username(wanted: str) -> str:
    """The wanted name when it is usable and free, else one made up."""
    name = contacts.username_or_none(wanted)
    if name and not Account.objects.filter(username=name).exists():
        return name
    return f"u{secrets.token_hex(6)}"


def _own(viewer: Viewer) -> Account:
    if viewer.account_id is None:
        raise SignInRequired(_("Please sign in to do this."))
    return Account.objects.select_for_update().get(pk=viewer.account_id)


def refuse_taken(account: Account, *, field: str) -> None:
    """Raise ``Invalid`` when another account has this name, address or number."""
    others = Account.objects.exclude(pk=account.pk)
    taken = (
        others.filter(username=account.username).exists()
        or (account.email_index and others.filter(email_index=account.email_index).exists())
        or (account.phone_index and others.filter(phone_index=account.phone_index).exists())
    )
    if taken:
        text = _("This is in use already. Sign in with it, or choose another.")
        raise Invalid(text, fields={field: text})


def set_password(account: Account, password: str) -> None:
    """Set the (unsaved) account's password. Raises ``Invalid`` for one that breaks the rules."""
    try:
        validate_password(password, account)
    except ValidationError as fault:
        raise Invalid(
            _("Please choose another password."), fields={"password": " ".join(fault.messages)}
        ) from fault
    account.set_password(password)
