"""The session store: one query brings the session, its account and whether a second factor is enrolled.

Django's database store, with three differences: the account is a column (so that its
sessions can be listed and ended), the account comes along with the session, and writing
touches only what changed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from yicheng.core.kernel import clock
from yicheng.core.people.models import Account, Session

SEEN_EVERY = timedelta(minutes=5)
ORIGIN_KEY = "origin"


class SessionStore(DatabaseStore):
    """``account`` is filled when an existing session is loaded; None for a stranger's."""

    account: Account | None = None
    has_totp = False

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        from allauth.mfa.models import Authenticator

        enrolled = Authenticator.objects.filter(user_id=OuterRef("account_id"), type="totp")
        row = (
            Session.objects.select_related("account")
            .defer("account__email_sealed", "account__phone_sealed", "account__real_name_sealed")
            .annotate(has_totp=Exists(enrolled))
            .filter(session_key=self.session_key, expire_date__gt=clock.now())
            .first()
        )
        if row is None:
            self._session_key = None
            return {}
        self.account, self.has_totp = row.account, row.has_totp
        self._mark_seen(row)
        data: dict[str, Any] = self.decode(row.session_data)
        return data

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002  (Django's signature)
        if self.session_key is None:
            self.create()
            return
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        if must_create:
            self._insert(data)
            return
        if not Session.objects.filter(session_key=self.session_key).update(**self._columns(data)):
            raise UpdateError

    def _insert(self, data: dict[str, Any]) -> None:
        try:
            with transaction.atomic():
                Session.objects.create(session_key=str(self.session_key), **self._columns(data))
        except IntegrityError:
            raise CreateError from None

    def _columns(self, data: dict[str, Any]) -> dict[str, Any]:
        origin = data.get(ORIGIN_KEY, {})
        return {
            "session_data": self.encode(data),
            "expire_date": self.get_expiry_date(),
            "account_id": data.get("_auth_user_id"),
            "address": origin.get("address", ""),
            "browser": origin.get("browser", ""),
        }

    def _mark_seen(self, row: Session) -> None:
        now = clock.now()
        if row.account_id and now - row.seen_at > SEEN_EVERY:
            Session.objects.filter(session_key=row.session_key).update(seen_at=now)
