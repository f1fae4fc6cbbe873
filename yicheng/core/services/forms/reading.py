"""Reads a schema of form-js into parts, and tells everything in it that the platform cannot ask."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from yicheng.core.cases.engine.expressions import expression
from yicheng.core.cases.engine.tokens import FaultyExpression
from yicheng.core.services.forms.parts import CHOICES, FIELDS, WORDS, FormSpec, Option, Part, Step

KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
ROLES = frozenset(["identity_number", "credit_code", "party_number", "point"])
SUBTYPES = frozenset(["date", "time", "datetime"])
#: names that expressions find beside the answers
GIVEN = frozenset(["today", "age_of", "total"])
PARTS_AT_MOST = 300
DEPTH_AT_MOST = 6
PATTERN_AT_MOST = 200
_RUNAWAY = re.compile(r"\([^()]*[+*{][^()]*\)\s*[+*{]|\\[1-9]|\(\?P=")
_KNOWN = FIELDS | WORDS | {"group", "dynamiclist", "expression"}


@dataclass(frozen=True, slots=True)
class FormFinding:
    """One thing wrong with a form: the key (or id) of the component, and why."""

    where: str
    reason: str

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}" if self.where else self.reason


def read_form(schema: Any) -> FormSpec:
    """The form that a checked schema describes; what is wrong with it is passed over in silence."""
    return _Reader().form(schema)


def check_form(schema: Any) -> list[FormFinding]:
    """Everything wrong with a schema, in order; empty: it can be asked."""
    reader = _Reader()
    if not isinstance(schema, Mapping) or not isinstance(schema.get("components"), list):
        return [FormFinding("", _("This is no form: it has no list of components."))]
    spec = reader.form(schema)
    if not any(part.kind in FIELDS or part.kind == "dynamiclist" for part in spec.walk()):
        reader.say("", _("The form asks nothing: give it at least one field."))
    _check_names(spec, reader)
    return reader.findings


@dataclass
class _Reader:
    findings: list[FormFinding] = field(default_factory=list)
    read: int = 0

    def say(self, where: str, reason: str) -> None:
        self.findings.append(FormFinding(where, reason))

    def form(self, schema: Any) -> FormSpec:
        parts = self.parts(schema.get("components", []), set(), 0)
        return FormSpec(_text(schema.get("title")) or _text(schema.get("id")), tuple(_steps(parts)))

    def parts(self, components: Any, keys: set[str], depth: int) -> tuple[Part, ...]:
        if depth > DEPTH_AT_MOST:
            self.say("", _("Boxes stand inside each other too deeply."))
            return ()
        if not isinstance(components, list):
            return ()
        found = (self.part(one, keys, depth) for one in components if isinstance(one, Mapping))
        return tuple(part for part in found if part is not None)

    def part(self, one: Mapping[str, Any], keys: set[str], depth: int) -> Part | None:
        kind, where = _text(one.get("type")), _text(one.get("key")) or _text(one.get("id"))
        self.read += 1
        if self.read > PARTS_AT_MOST:
            if self.read == PARTS_AT_MOST + 1:
                self.say("", _("A form holds up to %(limit)s components.") % {"limit": PARTS_AT_MOST})
            return None
        if kind == "button":  # the editor adds one; the platform's pages have their own
            return None
        if kind not in _KNOWN:
            self.say(where, _("The component “%(kind)s” cannot be shown.") % {"kind": kind[:40]})
            return None
        key = self.key(one, kind, keys)
        inner = keys if kind == "group" else set()
        below = self.parts(one.get("components") or [], inner, depth + 1)
        return self.checked(_part(one, kind, key, below), where)

    def key(self, one: Mapping[str, Any], kind: str, keys: set[str]) -> str:
        key = _text(one.get("path") if kind == "dynamiclist" else one.get("key")) or _text(one.get("key"))
        if kind in WORDS or kind == "group":
            return key or _text(one.get("id"))
        if not KEY.fullmatch(key) or key in GIVEN:
            self.say(
                key or _text(one.get("id")),
                _("“%(key)s” is no key: use small letters, digits and _, beginning with a letter.")
                % {"key": key[:60]},
            )
        if key in keys:
            self.say(key, _("Two fields have this key."))
        keys.add(key)
        return key

    def checked(self, part: Part, where: str) -> Part:
        for reason in _part_reasons(part):
            self.say(where, reason)
        return part


def _steps(parts: Sequence[Part]) -> Iterator[Step]:
    """Boxes of the top level are steps; what stands between them joins the step before."""
    if not any(part.kind == "group" for part in parts):
        yield Step("form", "", "", tuple(parts))
        return
    loose: list[Part] = []
    steps: list[Step] = []
    for part in parts:
        if part.kind == "group":
            steps.append(
                Step(f"step{len(steps) + 1}", part.label, part.label_en, (*loose, *part.parts), part.hide)
            )
            loose = []
        elif steps:
            last = steps[-1]
            steps[-1] = Step(last.key, last.label, last.label_en, (*last.parts, part), last.hide)
        else:
            loose.append(part)
    yield from steps


def _part(one: Mapping[str, Any], kind: str, key: str, parts: tuple[Part, ...]) -> Part:
    more = one.get("properties") if isinstance(one.get("properties"), Mapping) else {}
    rules = one.get("validate") if isinstance(one.get("validate"), Mapping) else {}
    assert isinstance(more, Mapping)
    assert isinstance(rules, Mapping)
    condition = one.get("conditional")
    label = _text(one.get("label")) or _text(one.get("dateLabel")) or _text(one.get("timeLabel"))
    kept = ("subtype", "decimalDigits", "multiple", "accept", "defaultRepetitions", "allowAddRemove")
    return Part(
        kind=kind,
        key=key,
        label=label if kind != "text" else _text(one.get("text")),
        label_en=_text(more.get("text_en" if kind == "text" else "label_en")),
        description=_text(one.get("description")),
        description_en=_text(more.get("description_en")),
        role=_text(more.get("kind")),
        prefill=_text(more.get("prefill")),
        is_required=bool(rules.get("required")),
        options=tuple(_options(one.get("values"))),
        rules={**rules, **{name: one[name] for name in kept if name in one}, **_limits(more)},
        hide=_expression(condition.get("hide") if isinstance(condition, Mapping) else ""),
        check=_expression(more.get("check")),
        check_text=_text(more.get("check_text")),
        check_text_en=_text(more.get("check_text_en")),
        expression=_expression(one.get("expression")) if kind == "expression" else "",
        parts=parts,
    )


def _limits(more: Mapping[str, Any]) -> dict[str, int]:
    """Whole numbers among the additions: ``max_mb``, ``max_rows``."""
    names = ("max_mb", "max_rows")
    return {name: int(more[name]) for name in names if str(more.get(name, "")).isdigit()}


def _options(values: Any) -> Iterator[Option]:
    for one in values if isinstance(values, list) else ():
        if isinstance(one, Mapping) and _text(one.get("value")):
            yield Option(_text(one["value"]), _text(one.get("label")), _text(one.get("label_en")))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _expression(value: Any) -> str:
    """Without the sign by which form-js marks expressions."""
    return _text(value).strip().removeprefix("=").strip()


# ── what a single part may not say ──────────────────────────────────────────


def _part_reasons(part: Part) -> Iterator[str]:
    if part.kind in FIELDS and not part.label:
        yield _("Every field needs a label.")
    if part.kind in CHOICES and not part.options:
        yield _("A choice needs values to choose from.")
    if len({option.value for option in part.options}) < len(part.options):
        yield _("Two values of the choice are the same.")
    if part.kind == "textfield" and part.role and part.role not in ROLES:
        yield _("There is no kind “%(kind)s”.") % {"kind": part.role[:40]}
    if part.kind == "datetime" and part.rules.get("subtype", "date") not in SUBTYPES:
        yield _("A time is a date, a time of day, or both.")
    if part.kind == "dynamiclist" and not part.parts:
        yield _("Rows need at least one field.")
    if part.kind == "expression" and not part.expression:
        yield _("A computed field needs an expression.")
    yield from _number_reasons(part)
    yield from _pattern_reasons(part)
    for text in (part.hide, part.check, part.expression):
        yield from _expression_reasons(text)


def _number_reasons(part: Part) -> Iterator[str]:
    for name in ("minLength", "maxLength", "min", "max", "decimalDigits", "defaultRepetitions"):
        value = part.rules.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            yield _("“%(name)s” should be a number.") % {"name": name}


def _pattern_reasons(part: Part) -> Iterator[str]:
    pattern = part.rules.get("pattern")
    if not pattern:
        return
    try:
        re.compile(_text(pattern))
    except re.error as fault:
        yield _("The pattern cannot be read: %(fault)s") % {"fault": str(fault)}
        return
    if len(_text(pattern)) > PATTERN_AT_MOST or _RUNAWAY.search(_text(pattern)):
        yield _("The pattern could take for ever: no repetition inside a repetition, no references back.")


def _expression_reasons(text: str) -> Iterator[str]:
    if not text:
        return
    try:
        expression(text)
    except FaultyExpression as fault:
        yield _("The expression cannot be read: %(fault)s") % {"fault": fault.reason}


# ── names in expressions ────────────────────────────────────────────────────


def _check_names(spec: FormSpec, reader: _Reader) -> None:
    known = {part.key for part in spec.walk()} | GIVEN
    for step in spec.steps:
        _check_expression(step.hide, step.label, known, reader)
    for part in spec.walk():
        _check_part(part, known, reader)


def _check_part(part: Part, known: set[str] | frozenset[str], reader: _Reader) -> None:
    for text in (part.hide, part.check, part.expression):
        _check_expression(text, part.key, known, reader)
    if part.kind == "dynamiclist":
        inner = known | {below.key for one in part.parts for below in one.walk()}
        for one in part.parts:
            for below in one.walk():
                if below.kind in ("dynamiclist", "filepicker") or below.role == "point":
                    reader.say(below.key, _("Rows hold no rows, files or places on the map."))
                _check_part(below, inner, reader)


def _check_expression(text: str, where: str, known: set[str] | frozenset[str], reader: _Reader) -> None:
    if not text:
        return
    try:
        unknown = sorted(expression(text).names - known)
    except FaultyExpression:
        return  # told with its part
    if unknown:
        reader.say(where, _("The expression names “%(name)s”, which no field has.") % {"name": unknown[0]})
