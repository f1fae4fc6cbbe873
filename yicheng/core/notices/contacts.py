"""Where accounts can be reached: addresses are opened only here, on their way out."""

from __future__ import annotations

from collections.abc import Iterable

from yicheng.core.notices.channels.protocol import Contact
from yicheng.core.people.models import Account


def contacts_of(account_ids: Iterable[int]) -> dict[int, Contact]:
    """Account id → contact, for accounts that are active; one query."""
    accounts = Account.objects.filter(pk__in=set(account_ids), is_active=True)
    return {account.pk: _contact(account) for account in accounts}


def _contact(account: Account) -> Contact:
    return Contact(
        account_id=account.pk,
        username=account.username,
        name=str(account),
        language=account.language,
        email=account.email,
        phone=account.phone,
    )
