"""CQL2 text (OGC 21-065): basic CQL2, LIKE, BETWEEN, IN and bounding boxes, into the catalogue's filters.

filter     = term { OR term }              term = factor { AND factor }
factor     = NOT factor | "(" filter ")" | predicate
predicate  = name compare value | name [NOT] LIKE text | name [NOT] IN (…) | name [NOT] BETWEEN a AND b
           | name IS [NOT] NULL | S_INTERSECTS(name, BBOX(w, s, e, n) or POLYGON/ENVELOPE)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from yicheng.core.catalogue.filters import (
    And,
    Between,
    Box,
    Compare,
    Filter,
    In,
    IsNull,
    Like,
    Not,
    Operator,
    Or,
    Value,
)
from yicheng.core.kernel.errors import Invalid

LONGEST = 8000
DEEPEST = 25
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?(?![\w.]))
    | (?P<text>'(?:[^']|'')*')
    | (?P<quoted>"(?:[^"]|"")+")
    | (?P<name>[^\W\d][\w.]*)
    | (?P<sign><=|>=|<>|[=<>(),])
    )""",
    re.VERBOSE,
)
_COMPARE = ("=", "<>", "<", "<=", ">", ">=")
_TURNED: dict[str, Operator] = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the text. ``kind``: number, text, name (``quoted`` ones too), sign, end."""

    kind: str
    text: str
    at: int


def parse(text: str) -> Filter:
    """The text as a filter. Raises ``Invalid`` with the place of the fault."""
    if len(text) > LONGEST:
        raise Invalid(f"filter: longer than {LONGEST} characters", fields={"filter": "too long"})
    return _Parser(_tokens(text)).whole()


def _tokens(text: str) -> list[Token]:
    tokens, at = [], 0
    end = len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None:
            raise _fault(f"cannot read “{text[at : at + 20]}”", at)
        kind = str(found.lastgroup)
        word = found[kind]
        if kind == "text":
            word = word[1:-1].replace("''", "'")
        if kind == "quoted":
            kind, word = "quoted", word[1:-1].replace('""', '"')
        tokens.append(Token(kind, word, at))
        at = found.end()
    return [*tokens, Token("end", "", at)]


class _Parser:
    """Recursive descent with one word of sight."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens, self._at, self._depth = tokens, 0, 0

    def whole(self) -> Filter:
        found = self._filter()
        if self._now.kind != "end":
            raise _fault(f"“{self._now.text}” was not expected", self._now.at)
        return found

    @property
    def _now(self) -> Token:
        return self._tokens[self._at]

    def _next(self) -> Token:
        token = self._now
        self._at += token.kind != "end"
        return token

    def _is(self, word: str) -> bool:
        return self._now.kind == "name" and self._now.text.upper() == word

    def _took(self, word: str) -> bool:
        if self._is(word):
            self._at += 1
            return True
        return False

    def _sign(self, sign: str) -> None:
        if (self._now.kind, self._now.text) != ("sign", sign):
            raise _fault(f"“{sign}” was expected", self._now.at)
        self._at += 1

    def _filter(self) -> Filter:
        self._depth += 1
        if self._depth > DEEPEST:
            raise _fault("nested too deeply", self._now.at)
        parts = [self._term()]
        while self._took("OR"):
            parts.append(self._term())
        self._depth -= 1
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _term(self) -> Filter:
        parts = [self._factor()]
        while self._took("AND"):
            parts.append(self._factor())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _factor(self) -> Filter:
        is_not = False
        while self._took("NOT"):
            is_not = not is_not
        found = self._one()
        return Not(found) if is_not else found

    def _one(self) -> Filter:
        if (self._now.kind, self._now.text) == ("sign", "("):
            self._next()
            found = self._filter()
            self._sign(")")
            return found
        if self._now.kind == "name" and self._now.text.upper().startswith("S_"):
            return self._spatial()
        if self._now.kind in ("number", "text") or self._is("DATE") or self._is("TIMESTAMP"):
            return self._turned()
        if self._is("TRUE") or self._is("FALSE"):
            return And(()) if self._next().text.upper() == "TRUE" else Or(())
        return self._predicate(self._name())

    def _turned(self) -> Filter:
        """A value before its field."""
        value, sign = self._value(), self._next()
        if sign.kind != "sign" or sign.text not in _COMPARE:
            raise _fault("a comparison was expected", sign.at)
        return Compare(self._name(), _TURNED[sign.text], value)

    def _predicate(self, name: str) -> Filter:
        if self._took("IS"):
            is_not = self._took("NOT")
            self._word("NULL")
            return Not(IsNull(name)) if is_not else IsNull(name)
        if self._now.kind == "sign" and self._now.text in _COMPARE:
            return Compare(name, self._next().text, self._value())  # type: ignore[arg-type]  # one of the signs
        is_not = self._took("NOT")
        found = self._set(name)
        return Not(found) if is_not else found

    def _set(self, name: str) -> Filter:
        if self._took("LIKE"):
            pattern = self._next()
            if pattern.kind != "text":
                raise _fault("LIKE takes a text", pattern.at)
            return Like(name, pattern.text)
        if self._took("BETWEEN"):
            low = self._value()
            self._word("AND")
            return Between(name, low, self._value())
        if self._took("IN"):
            self._sign("(")
            values = [self._value()]
            while (self._now.kind, self._now.text) == ("sign", ","):
                self._next()
                values.append(self._value())
            self._sign(")")
            return In(name, tuple(values))
        raise _fault("a comparison was expected", self._now.at)

    def _spatial(self) -> Filter:
        word = self._next()
        if word.text.upper() != "S_INTERSECTS":
            raise _fault(f"{word.text}: only S_INTERSECTS with a box is understood", word.at)
        self._sign("(")
        self._name()
        self._sign(",")
        box = self._box()
        self._sign(")")
        return box

    def _box(self) -> Box:
        self._word("BBOX")
        self._sign("(")
        corners = [self._number()]
        while (self._now.kind, self._now.text) == ("sign", ","):
            self._next()
            corners.append(self._number())
        at = self._now.at
        self._sign(")")
        if len(corners) != 4:
            raise _fault("BBOX takes west, south, east, north", at)
        return Box(*corners)

    def _number(self) -> float:
        token = self._next()
        if token.kind != "number":
            raise _fault("a number was expected", token.at)
        return float(token.text)

    def _name(self) -> str:
        token = self._next()
        if token.kind not in ("name", "quoted"):
            raise _fault("the name of a field was expected", token.at)
        return token.text

    def _word(self, word: str) -> None:
        if not self._took(word):
            raise _fault(f"{word} was expected", self._now.at)

    def _value(self) -> Value:
        token = self._next()
        if token.kind in ("text", "number"):
            return token.text
        word = token.text.upper() if token.kind == "name" else ""
        if word in ("TRUE", "FALSE"):
            return word == "TRUE"
        if word in ("DATE", "TIMESTAMP"):
            self._sign("(")
            moment = self._next()
            self._sign(")")
            if moment.kind == "text":
                return moment.text
        raise _fault("a value was expected", token.at)


def _fault(text: str, at: int) -> Invalid:
    fields: Any = {"filter": "not CQL2 text"}
    return Invalid(f"filter: {text} (at character {at + 1})", fields=fields)
