"""Decision tables (DMN): read, checked, decided with the restricted evaluator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.engine.documents import Element, is_dmn, local_name, text_of
from yicheng.core.cases.engine.expressions import Expression, cell, expression
from yicheng.core.cases.engine.findings import Finding
from yicheng.core.cases.engine.tokens import FaultyExpression

RULE_LIMIT = 2_000
HIT_POLICIES = ("UNIQUE", "FIRST", "ANY", "RULE ORDER", "COLLECT")


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: a test for each input, a value for each output."""

    id: str
    tests: tuple[Expression, ...]
    outputs: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision table, ready to decide."""

    id: str
    name: str
    hit_policy: str
    inputs: tuple[Expression, ...]
    outputs: tuple[str, ...]
    rules: tuple[Rule, ...]

    @property
    def names(self) -> frozenset[str]:
        """The variables that the table reads."""
        read = [*self.inputs, *(e for rule in self.rules for e in (*rule.tests, *rule.outputs))]
        return frozenset(name for item in read for name in item.names)

    def decide(self, names: Mapping[str, Any]) -> dict[str, Any]:
        """Output name → value. No row: every output is None. COLLECT and RULE ORDER: lists."""
        tested = [item.value(names) for item in self.inputs]
        rows = (rule for rule in self.rules if _matches(rule, tested, names))
        if self.hit_policy in ("COLLECT", "RULE ORDER"):
            found = [_outputs(rule, names) for rule in rows]
            return {name: [row[i] for row in found] for i, name in enumerate(self.outputs)}
        first = next(rows, None)
        return dict(
            zip(self.outputs, _outputs(first, names) if first else [None] * len(self.outputs), strict=True)
        )


def _matches(rule: Rule, tested: Sequence[Any], names: Mapping[str, Any]) -> bool:
    return all(test.holds({**names, "?": value}) for test, value in zip(rule.tests, tested, strict=True))


def _outputs(rule: Rule, names: Mapping[str, Any]) -> list[Any]:
    return [output.value(names) for output in rule.outputs]


def read_decisions(roots: Mapping[str, Element]) -> tuple[dict[str, Decision], list[Finding]]:
    """Every decision table in the DMN files by its id, and what is wrong with the others."""
    decisions: dict[str, Decision] = {}
    findings: list[Finding] = []
    for root in roots.values():
        if not is_dmn(root):
            continue
        for element in root:
            if local_name(element) == "decision":
                reader = _Reader(element)
                decision = reader.read()
                findings += reader.findings
                if decision:
                    decisions[decision.id] = decision
    return decisions, findings


class _Reader:
    """Reads one ``<decision>``; faults are gathered in ``findings``."""

    def __init__(self, element: Element) -> None:
        self.element = element
        self.id, self.name = element.get("id", ""), element.get("name", "")
        self.findings: list[Finding] = []

    def read(self) -> Decision | None:
        table = next((child for child in self.element if local_name(child) == "decisionTable"), None)
        if table is None:
            self._fault(self.id, _("Only decision tables are run. Draw this decision as a table."))
            return None
        policy = table.get("hitPolicy", "UNIQUE").upper()
        if policy not in HIT_POLICIES or table.get("aggregation"):
            self._fault(
                self.id,
                _("The hit policy %(policy)s is not run. Choose UNIQUE, FIRST, ANY or COLLECT."),
                policy=policy,
            )
        outputs = tuple(item.get("name", "") for item in _children(table, "output"))
        if not outputs or not all(name.isidentifier() and not name.startswith("_") for name in outputs):
            self._fault(
                self.id, _("Every output column needs a name that conditions can use, like “urgent”.")
            )
        inputs = tuple(self._input(item) for item in _children(table, "input"))
        rules = tuple(self._rule(item, len(inputs), len(outputs)) for item in _children(table, "rule"))
        if len(rules) > RULE_LIMIT:
            self._fault(self.id, _("The table has more than %(limit)s rows."), limit=RULE_LIMIT)
        return None if self.findings else Decision(self.id, self.name, policy, inputs, outputs, rules)

    def _input(self, element: Element) -> Expression:
        holder = next(iter(_children(element, "inputExpression")), None)
        source = text_of(None if holder is None else next(iter(_children(holder, "text")), None))
        return self._expression(element, source or element.get("label", ""))

    def _rule(self, element: Element, inputs: int, outputs: int) -> Rule:
        tests = [self._cell(item) for item in _children(element, "inputEntry")]
        values = [self._expression(item, _text(item) or "null") for item in _children(element, "outputEntry")]
        if len(tests) != inputs or len(values) != outputs:
            self._fault(element.get("id", ""), _("A row has not as many cells as the table has columns."))
        return Rule(element.get("id", ""), tuple(tests), tuple(values))

    def _expression(self, element: Element, source: str) -> Expression:
        try:
            return expression(source)
        except FaultyExpression as fault:
            return self._faulty(element, fault)

    def _cell(self, element: Element) -> Expression:
        try:
            return cell(_text(element))
        except FaultyExpression as fault:
            return self._faulty(element, fault)

    def _faulty(self, element: Element, fault: FaultyExpression) -> Expression:
        self._fault(
            element.get("id", ""),
            _("“%(source)s” is not a condition or value the platform can read: %(reason)s."),
            source=fault.source[:120],
            reason=fault.reason,
        )
        return expression("null")

    def _fault(self, element_id: str, message: Any, **values: Any) -> None:
        self.findings.append(Finding("error", element_id, self.name, message, values))


def _children(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element if local_name(child) == name)


def _text(element: Element) -> str:
    return text_of(next(_children(element, "text"), None))
