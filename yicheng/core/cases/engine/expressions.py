"""The restricted evaluator: reads drawn expressions (simple FEEL, and the Python and JUEL look-alikes).

Nothing here calls Python's ``eval``, ``exec``, ``compile`` or ``getattr``: an expression
becomes a small tree of the node kinds below, over plain values only. There are no
loops, no powers, no user functions; size and depth are bounded, so is every result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from yicheng.core.cases.engine import values
from yicheng.core.cases.engine.tokens import FaultyExpression, Token, tokens
from yicheng.core.cases.engine.values import OutOfBounds

DEPTH_LIMIT = 30

Names = Mapping[str, Any]
Node = Callable[[Names], Any]


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression: ``value(names)`` computes it; ``names`` lists what it reads."""

    source: str
    node: Node
    names: frozenset[str]

    def value(self, names: Names) -> Any:
        """Its value; unknown names are None. Raises ``FaultyExpression`` when out of bounds."""
        try:
            return self.node(names)
        except OutOfBounds as fault:
            raise FaultyExpression(self.source, str(fault)) from None

    def holds(self, names: Names) -> bool:
        """Whether it is true as a condition."""
        return values.truth(self.value(names))


@lru_cache(maxsize=4096)
def expression(source: str) -> Expression:
    """Read one expression; raises ``FaultyExpression``."""
    parser = Parser(source)
    node = parser.ternary()
    parser.expect_end()
    return Expression(source, node, frozenset(parser.names))


@lru_cache(maxsize=4096)
def cell(source: str) -> Expression:
    """Read an input cell of a decision table (S-FEEL unary tests); the tested value is named ``?``."""
    if source.strip() in ("", "-"):
        return Expression(source, lambda names: True, frozenset())
    parser = Parser(source)
    node = parser.unary_tests()
    parser.expect_end()
    return Expression(source, node, frozenset(parser.names - {"?"}))


_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": values.equal,
    "==": values.equal,
    "!=": lambda a, b: not values.equal(a, b),
    "<>": lambda a, b: not values.equal(a, b),
    "<": lambda a, b: values.ordered(a, b, operator="<"),
    "<=": lambda a, b: values.ordered(a, b, operator="<="),
    ">": lambda a, b: values.ordered(a, b, operator=">"),
    ">=": lambda a, b: values.ordered(a, b, operator=">="),
}
_ORDERS = ("<", "<=", ">", ">=")
_SUMS = {"+": values.add, "-": values.subtract}
_PRODUCTS = {"*": values.multiply, "/": values.divide, "%": values.modulo}
_CONSTANTS: dict[str, Any] = {"true": True, "false": False, "null": None, "none": None}


def _constant(value: Any) -> Node:
    return lambda names: value


def _binary(operate: Callable[[Any, Any], Any], left: Node, right: Node) -> Node:
    return lambda names: operate(left(names), right(names))


class Parser:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = tokens(source)
        self.position = 0
        self.depth = 0
        self.names: set[str] = set()

    # ── words ───────────────────────────────────────────────────────────────

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    def take(self, *texts: str) -> str | None:
        """Step over the next word or sign if it is one of these."""
        if self.token.kind in ("sign", "word") and self.token.text in texts:
            self.position += 1
            return self.tokens[self.position - 1].text
        return None

    def expect(self, text: str) -> None:
        if self.take(text) is None:
            raise self.fault(f"“{text}” is missing")

    def expect_end(self) -> None:
        if self.token.kind != "end":
            raise self.fault(f"“{self.token.text[:20]}” is not expected here")

    def fault(self, reason: str) -> FaultyExpression:
        return FaultyExpression(self.source, reason)

    # ── whole expressions, weakest binding first ────────────────────────────

    def ternary(self) -> Node:
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            raise self.fault(f"nested deeper than {DEPTH_LIMIT}")
        if self.take("if"):
            node = self._feel_choice()
        else:
            node = self._python_choice(self.either())
        self.depth -= 1
        return node

    def _feel_choice(self) -> Node:
        condition = self.ternary()
        self.expect("then")
        chosen = self.ternary()
        self.expect("else")
        other = self.ternary()
        return lambda names: chosen(names) if values.truth(condition(names)) else other(names)

    def _python_choice(self, chosen: Node) -> Node:
        if not self.take("if"):
            return chosen
        condition = self.either()
        self.expect("else")
        other = self.ternary()
        return lambda names: chosen(names) if values.truth(condition(names)) else other(names)

    def either(self) -> Node:
        node = self.both()
        while self.take("or", "||"):
            node = _either(node, self.both())
        return node

    def both(self) -> Node:
        node = self.negated()
        while self.take("and", "&&"):
            node = _both(node, self.negated())
        return node

    def negated(self) -> Node:
        turns = 0
        while self.take("not", "!"):
            turns += 1
        node = self.comparison()
        return (lambda names: values.truth(node(names)) == (turns % 2 == 0)) if turns else node

    def comparison(self) -> Node:
        left = self.sum()
        links: list[Node] = []
        while (link := self._link(left)) is not None:
            node, left = link
            links.append(node)
        if not links:
            return left
        return links[0] if len(links) == 1 else (lambda names: all(link(names) for link in links))

    def _link(self, left: Node) -> tuple[Node, Node] | None:
        """The next comparison of a chain (``1 < x < 5``) and its right side."""
        operator = self.take(*_COMPARE)
        if operator:
            right = self.sum()
            return _binary(_COMPARE[operator], left, right), right
        if self.take("is"):
            turned = self.take("not") is not None
            right = self.sum()
            return (lambda names: values.equal(left(names), right(names)) != turned), right
        if self.take("between"):
            return self._between(left)
        return self._membership(left)

    def _between(self, left: Node) -> tuple[Node, Node]:
        low = self.sum()
        self.expect("and")
        high = self.sum()
        return _inside(left, low, high, "[", "]"), high

    def _membership(self, left: Node) -> tuple[Node, Node] | None:
        turned = self.token.text == "not" and self.tokens[self.position + 1].text == "in"
        if turned:
            self.position += 1
        if not self.take("in"):
            return None
        test = self._range(left)
        if test is None:
            container = self.sum()
            test = _contains(container, left)
        return (lambda names: bool(test(names)) != turned), left

    def sum(self) -> Node:
        node = self.product()
        while operator := self.take(*_SUMS):
            node = _binary(_SUMS[operator], node, self.product())
        return node

    def product(self) -> Node:
        node = self.signed()
        while operator := self.take(*_PRODUCTS):
            node = _binary(_PRODUCTS[operator], node, self.signed())
        return node

    def signed(self) -> Node:
        turns = 0
        while sign := self.take("-", "+"):
            turns += sign == "-"
        node = self.reference()
        return (lambda names: values.negate(node(names))) if turns % 2 else node

    def reference(self) -> Node:
        node = self.primary()
        while sign := self.take(".", "["):
            if sign == ".":
                node = _binary(values.member, node, _constant(self._member_name()))
            else:
                node = _binary(values.member, node, self.ternary())
                self.expect("]")
        return node

    def _member_name(self) -> str:
        if self.token.kind not in ("name", "word"):
            raise self.fault("a name is missing after “.”")
        self.position += 1
        return self.tokens[self.position - 1].text

    # ── smallest parts ──────────────────────────────────────────────────────

    def primary(self) -> Node:
        token = self.token
        self.position += 1
        if token.kind == "number":
            return _constant(float(token.text) if "." in token.text else int(token.text))
        if token.kind == "text":
            return _constant(token.text)
        if token.kind == "word" and token.text in _CONSTANTS:
            return _constant(_CONSTANTS[token.text])
        if token.kind == "name" or token.text == "?":
            return self._call(token.text) if self.take("(") else self._variable(token.text)
        if token.text in ("(", "["):
            return self._group(")" if token.text == "(" else "]")
        raise self.fault(
            "a value is missing" if token.kind == "end" else f"“{token.text}” is not allowed here"
        )

    def _variable(self, name: str) -> Node:
        self.names.add(name)
        return lambda names: values.plain(names.get(name))

    def _call(self, name: str) -> Node:
        if name not in values.FUNCTIONS:
            raise self.fault(f"there is no function “{name}”")
        least, most, function = values.FUNCTIONS[name]
        arguments = self._list(")")
        if not least <= len(arguments) <= most:
            raise self.fault(f"“{name}” takes {least} to {most} values")
        return lambda names: function([argument(names) for argument in arguments])

    def _group(self, closing: str) -> Node:
        items = self._list(closing)
        if closing == ")" and len(items) == 1:
            return items[0]
        if closing == ")" and not items:
            raise self.fault("empty brackets")
        return lambda names: [item(names) for item in items]

    def _list(self, closing: str) -> list[Node]:
        items: list[Node] = []
        while not self.take(closing):
            items.append(self.ternary())
            if not self.take(","):
                self.expect(closing)
                break
        return items

    # ── ranges and cells of decision tables ─────────────────────────────────

    def _range(self, left: Node) -> Node | None:
        """``[1..5]``, ``(1..5]`` …; None, with nothing taken, when it is no range."""
        if not self._range_ahead():
            return None
        opening = self.take("[", "(") or ""
        low = self.sum()
        self.expect("..")
        high = self.sum()
        closing = self.take("]", ")")
        if closing is None:
            raise self.fault("the range is not closed")
        return _inside(left, low, high, opening, closing)

    def _range_ahead(self) -> bool:
        """Whether the bracket that opens here holds ``..`` itself: a look ahead, never a second try."""
        if self.token.kind != "sign" or self.token.text not in ("[", "("):
            return False
        depth = 0
        for token in self.tokens[self.position :]:
            if token.kind == "sign":
                depth += (token.text in ("[", "(")) - (token.text in ("]", ")"))
                if depth == 1 and token.text == "..":
                    return True
            if depth == 0:
                return False
        return False

    def unary_tests(self) -> Node:
        if self.token.text == "not" and self.tokens[self.position + 1].text == "(":
            self.position += 2
            inner = self._tests()
            self.expect(")")
            return lambda names: not inner(names)
        return self._tests()

    def _tests(self) -> Node:
        tests = [self._test()]
        while self.take(","):
            tests.append(self._test())
        return lambda names: any(test(names) for test in tests)

    def _test(self) -> Node:
        tested = _tested
        operator = self.take(*_ORDERS, "=", "==", "!=")
        if operator:
            return _binary(_COMPARE[operator], tested, self.sum())
        ranged = self._range(tested)
        if ranged is not None:
            return ranged
        before = set(self.names)
        self.names.discard("?")
        node = self.ternary()
        asks = "?" in self.names
        self.names |= before
        return (lambda names: values.truth(node(names))) if asks else _matches(tested, node)


def _contains(container: Node, item: Node) -> Node:
    return lambda names: values.contains(container(names), item(names))


def _tested(names: Names) -> Any:
    """The value that a cell of a table is held against."""
    return values.plain(names.get("?"))


def _either(left: Node, right: Node) -> Node:
    return lambda names: values.truth(left(names)) or values.truth(right(names))


def _both(left: Node, right: Node) -> Node:
    return lambda names: values.truth(left(names)) and values.truth(right(names))


def _matches(tested: Node, node: Node) -> Node:
    def test(names: Names) -> bool:
        wanted = node(names)
        found = tested(names)
        return values.equal(found, wanted) or (isinstance(wanted, list) and values.contains(wanted, found))

    return test


def _inside(left: Node, low: Node, high: Node, opening: str, closing: str) -> Node:
    above = ">=" if opening == "[" else ">"
    below = "<=" if closing == "]" else "<"

    def test(names: Names) -> bool:
        value = left(names)
        return bool(values.ordered(value, low(names), operator=above)) and bool(
            values.ordered(value, high(names), operator=below)
        )

    return test
