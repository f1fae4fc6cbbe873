"""A grant as calls need it: compiled once, kept by the process, held against the database with every call.

The statement of a call returns the grant's version and the state of its entry with the rows; when they
differ from those of the plan, the plan is made anew and the call repeated. So a grant that is narrowed or
revoked, and a version of the data that is published, count at once in every process.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Lock
from typing import Any

from django.utils.translation import gettext_lazy as _

from yicheng.core.catalogue.public import Field, Readable, filters, readable
from yicheng.core.catalogue.queries.readable import text_of
from yicheng.core.kernel.errors import Invalid, NotFound
from yicheng.core.sharing.conditions import parsed
from yicheng.core.sharing.gateway.asked import Asked
from yicheng.core.sharing.gateway.bodies import body_sql
from yicheng.core.sharing.models import Grant

#: terms of the field that says whom a row is about, so that they see who looked at it: the number of an account,
#: or the digest of an identity number (``people.public.number_digest``)
ACCOUNT, IDENTITY = "yicheng.account", "yicheng.identity"
KEPT = 2_000
KEPT_STATEMENTS = 64

#: values that stand for a caller's in a compiled statement, by kind of field; each as unlikely as it can be
_STAND_INS: Mapping[str, Any] = {
    "text": lambda n: f"\u0001value {n}\u0001",
    "code": lambda n: f"\u0001value {n}\u0001",
    "integer": lambda n: Decimal(9_182_736_450_000 + n),
    "number": lambda n: Decimal(9_182_736_450_000 + n),
    "decimal": lambda n: Decimal(9_182_736_450_000 + n),
    "date": lambda n: date(3, 3, 3 + n % 20),
    "datetime": lambda n: datetime(3, 3, 3, 3, 3, n % 60, tzinfo=UTC),
}


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL of the rows with its parameters; ``slots`` says which parameter takes the caller's value of which name."""

    sql: str
    params: tuple[Any, ...]
    slots: tuple[tuple[int, str], ...]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A grant with everything that does not change while ``version``, ``current_id`` and ``updated_at`` stay."""

    grant_id: int
    version: int
    entry_key: str
    current_id: int | None
    updated_at: datetime
    provider_id: int
    consumer_id: int
    provider: str
    consumer: str
    purpose: str
    basis: str
    data: Readable
    fields: Mapping[str, Field]
    masks: Mapping[str, str]
    person: str
    person_term: str
    condition: filters.Filter
    statements: OrderedDict[Any, Statement] = field(default_factory=OrderedDict)

    def statement(self, wanted: Asked, *, limit: int) -> tuple[str, list[Any], tuple[str, ...]]:
        """SQL, parameters and the columns of a call. Raises ``Invalid``."""
        columns = wanted.fields or tuple(self.fields)
        for key in columns:
            if key not in self.fields:
                raise Invalid(
                    _("The field “%(key)s” was not granted."),
                    key=key[:60],
                    fields={key[:60]: _("Not granted.")},
                )
        values = {f"{n}": self._value(key, text) for n, (key, text) in enumerate(wanted.where)}
        shape = tuple(
            (key, values[f"{n}"] if self.fields[key].kind == "boolean" else None)
            for n, (key, _text) in enumerate(wanted.where)
        )
        kept = (columns, shape, limit, wanted.form)
        found = None if wanted.after else self.statements.get(kept)
        if found is None:
            found = self._compiled(columns, wanted, limit=limit, values=values)
            if not wanted.after:
                self.statements[kept] = found
            while len(self.statements) > KEPT_STATEMENTS:
                self.statements.popitem(last=False)
        params = list(found.params)
        for position, name in found.slots:
            params[position] = values[name]
        return found.sql, params, found.columns

    def kinds(self, columns: Sequence[str]) -> list[tuple[str, str]]:
        """Columns of an answer with the kinds of their values: what is masked is text."""
        return [(key, "text" if self.masks.get(key) else self.fields[key].kind) for key in columns]

    def _value(self, key: str, text: str) -> Any:
        """A value to look for: only in fields that were granted as they are, or a mask could be guessed away."""
        if key not in self.fields or self.masks.get(key):
            raise Invalid(
                _("Rows cannot be looked up by “%(key)s”."),
                key=key[:60],
                fields={key[:60]: _("Not granted.")},
            )
        return filters.parsed(self.fields[key], text)

    def _compiled(
        self, columns: Sequence[str], wanted: Asked, *, limit: int, values: Mapping[str, Any]
    ) -> Statement:
        marks: dict[str, Any] = {}
        parts = [self.condition]
        for n, (key, _text) in enumerate(wanted.where):
            kind = self.fields[key].kind
            if kind == "boolean":
                parts.append(filters.Compare(key, "=", values[f"{n}"]))
                continue
            marks[f"{n}"] = _STAND_INS[kind](n)
            parts.append(filters.Compare(key, "=", marks[f"{n}"]))
        query = self.data.query(
            None,
            fields=columns,
            where=filters.And(tuple(parts)),
            after=wanted.after,
            limit=limit,
            masks=self.masks,  # type: ignore[arg-type]  # checked when the grant was made
            with_id=True,
            beside=self.person,
        )
        slots = [(_position(query.params, mark), name) for name, mark in marks.items()]
        sql = body_sql(text_of(query.sql), self.kinds(columns), form=wanted.form, person=self.person)
        return Statement(sql, query.params, tuple(slots), tuple(columns))


def plan(grant_id: int, *, anew: bool = False) -> Plan:
    """The plan of a grant, kept by this process. Raises ``NotFound``, ``Invalid``, ``Conflict``."""
    found = None if anew else _kept.get(grant_id)
    if found is not None:
        return found
    made = _made(grant_id)
    with _lock:
        _kept[grant_id] = made
        _kept.move_to_end(grant_id)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return made


_kept: OrderedDict[int, Plan] = OrderedDict()
_lock = Lock()


def _made(grant_id: int) -> Plan:
    rows = Grant.objects.select_related("entry", "provider", "consumer", "request").prefetch_related("fields")
    grant = rows.filter(pk=grant_id).first()
    if grant is None:
        raise NotFound(_("There is no such grant."))
    data = readable(grant.entry.key)
    offered = {one.key: one for one in data.fields(None)}
    person, term = _person(data.entry.fields)
    given = sorted(grant.fields.all(), key=lambda one: one.position)
    return Plan(
        grant_id=grant.pk,
        version=grant.version,
        entry_key=grant.entry.key,
        current_id=grant.entry.current_id,
        updated_at=grant.entry.updated_at,
        provider_id=grant.provider_id,
        consumer_id=grant.consumer_id,
        provider=grant.provider.code,
        consumer=grant.consumer.code,
        purpose=grant.purpose,
        basis=grant.legal_basis,
        data=data,
        fields={one.key: offered[one.key] for one in given if one.key in offered},
        masks={one.key: one.mask for one in given if one.mask},
        person=person,
        person_term=term,
        condition=filters.And((parsed(grant.request.rows_where, offered), parsed(grant.rows_where, offered))),
    )


def _person(fields: Sequence[Field]) -> tuple[str, str]:
    """The field that says whom a row is about, however sensitive, and its term; empty where there is none."""
    found = {one.term: one.key for one in fields if one.term in (ACCOUNT, IDENTITY)}
    term = ACCOUNT if ACCOUNT in found else IDENTITY
    return (found[term], term) if term in found else ("", "")


def _position(params: Sequence[Any], mark: Any) -> int:
    (found,) = [position for position, one in enumerate(params) if type(one) is type(mark) and one == mark]
    return found
