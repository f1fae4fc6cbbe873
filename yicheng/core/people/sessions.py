"""The session store: one query brings the session, its account and whether a second factor is enrolled.

Django's database store, with three differences: the account is a column (so that its
sessions can be listed and ended), the account comes along with the session, and writing
touches only what changed.
"""

# ruff: noqa: SLF001, S608 (rows are read as Django does; names of columns come from the models)

from __future__ import annotations

import json
from datetime import timedelta
from functools import cache, lru_cache
from typing import Any

from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from yicheng.core.kernel import clock, statements
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
        row = _read(str(self.session_key))
        if row is None:
            self._session_key = None
            return {}
        session, self.account, self.has_totp = row
        self._mark_seen(session)
        data: dict[str, Any] = json.loads(_decoded(session.session_data))
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


_SEALED = frozenset({"email_sealed", "phone_sealed", "real_name_sealed"})


@lru_cache(maxsize=20_000)
def _decoded(session_data: str) -> str:
    """The data behind its signature, as JSON: the same text from the database need not be proved anew."""
    return json.dumps(SessionStore().decode(session_data))


@cache
def _columns(model: type[Model]) -> tuple[list[str], str]:
    """Attribute names of a model's open columns, and the columns as SQL with the alias ``{}``."""
    fields = [field for field in model._meta.concrete_fields if field.name not in _SEALED]
    return [field.attname for field in fields], ", ".join(f"{{0}}.{field.column}" for field in fields)


@cache
def _query() -> str:
    """Written by hand: composing it anew took a fifth of every request's time."""
    return (
        f"SELECT EXISTS (SELECT 1 FROM mfa_authenticator m WHERE m.user_id = a.id AND m.type = 'totp'),"
        f" {_columns(Session)[1].format('s')}, {_columns(Account)[1].format('a')}"
        " FROM people_session s LEFT JOIN people_account a ON a.id = s.account_id"
        " WHERE s.session_key = %s AND s.expire_date > %s"
    )


def _read(key: str) -> tuple[Session, Account | None, bool] | None:
    """A living session, its account, and whether that has a second factor."""
    found = statements.run(_query(), [key, clock.now()])
    if not found:
        return None
    row = found[0]
    names, own = _columns(Account)[0], _columns(Session)[0]
    session = Session.from_db(connection.alias, own, row[1 : 1 + len(own)])
    account = Account.from_db(connection.alias, names, row[1 + len(own) :]) if session.account_id else None
    return session, account, row[0]
