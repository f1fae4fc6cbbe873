"""Cuts a drawn expression into words; everything it does not know is refused here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from yicheng.core.cases.engine.values import FUNCTIONS, NUMBER_LIMIT

SOURCE_LIMIT = 2_000
TOKEN_LIMIT = 400

Kind = Literal["number", "text", "name", "word", "sign", "end"]

_WORDS = frozenset(
    ["and", "or", "not", "in", "between", "true", "false", "null", "none", "if", "then", "else", "is"]
)
_CALLS = sorted((name for name in FUNCTIONS if " " in name), key=len, reverse=True)
_PATTERN = re.compile(
    r"""\s*(?:
      (?P<number>\d+(?:\.(?!\.)\d+)?)
    | (?P<text>"(?:[^"\\\n]|\\["\\/'])*" | '(?:[^'\\\n]|\\['\\/"])*')
    | (?P<call>"""
    + "|".join(re.escape(name) for name in _CALLS)
    + r""")(?=\s*\()
    | (?P<name>[^\W\d]\w*)
    | (?P<sign>\.\.|==|!=|<>|<=|>=|&&|\|\||[-+*/%<>=!()\[\],.?])
    )""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(.)")


class FaultyExpression(Exception):
    """A drawn expression cannot be understood; ``reason`` is for the person who drew it."""

    def __init__(self, source: str, reason: str) -> None:
        self.source, self.reason = source, reason
        super().__init__(f"{reason}: {source[:200]}")


@dataclass(frozen=True, slots=True)
class Token:
    """One word of an expression: its kind, its text as written (texts: unquoted)."""

    kind: Kind
    text: str


def tokens(source: str) -> list[Token]:
    """The words of an expression; raises ``FaultyExpression``."""
    if len(source) > SOURCE_LIMIT:
        raise FaultyExpression(source, f"longer than {SOURCE_LIMIT} characters")
    text, position, found = unwrapped(source), 0, []
    while position < len(text) and not text[position:].isspace():
        match = _PATTERN.match(text, position)
        if match is None:
            raise FaultyExpression(source, f"not understood at “{text[position:].strip()[:20]}”")
        found.append(_token(match, source))
        position = match.end()
        if len(found) > TOKEN_LIMIT:
            raise FaultyExpression(source, f"more than {TOKEN_LIMIT} words")
    return [*found, Token("end", "")]


def unwrapped(source: str) -> str:
    """Without the ``${…}`` or leading ``=`` that drawing tools put around an expression."""
    text = source.strip()
    if text.startswith(("${", "#{")) and text.endswith("}"):
        return text[2:-1]
    if text.startswith("=") and not text.startswith("=="):
        return text[1:]
    return text


def _token(match: re.Match[str], source: str) -> Token:
    kind, text = match.lastgroup, match.group(match.lastgroup or 0)
    if kind == "text":
        return Token("text", _ESCAPE.sub(r"\1", text[1:-1]))
    if kind == "number":
        if float(text) > NUMBER_LIMIT:
            raise FaultyExpression(source, "a number beyond 10^15")
        return Token("number", text)
    if kind == "call":
        return Token("name", text)
    if kind == "name":
        return _name(text, source)
    return Token("sign", text)


def _name(text: str, source: str) -> Token:
    if text.startswith("_") or "__" in text:
        raise FaultyExpression(source, f"the name “{text}” is not allowed")
    return Token("word", text.lower()) if text.lower() in _WORDS else Token("name", text)
