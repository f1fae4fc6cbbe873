"""A form (or one step of it) with what was filled in: which fields are asked, what is wrong, what is kept.

Works without scripts: a field whose condition comes true is asked when the page is sent, rows are added by a button
of the form. With scripts the page sends itself on change (``REFRESH``) and shows what comes of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as now

from yicheng.core.cases.engine.expressions import expression
from yicheng.core.services.forms import names
from yicheng.core.services.forms.controls import control, written
from yicheng.core.services.forms.parts import FIELDS, WORDS, FormSpec, Part, Step

REFRESH = "_refresh"
ROWS_AT_MOST = 50
ROUNDS = 5


class KnownValue(Protocol):
    """What a source knows: the value, and the source's title as people read it."""

    @property
    def value(self) -> Any: ...

    @property
    def source(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Row:
    """One row as the page shows it."""

    number: int
    blocks: tuple[Block, ...]
    remove: str


@dataclass(frozen=True, slots=True)
class Block:
    """What the page shows of a part: ``kind`` is field, point, files, rows, group, figure, text, separator or spacer."""

    kind: str
    part: Part
    bound: forms.BoundField | None = None
    known_from: str = ""
    held: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    rows: tuple[Row, ...] = ()
    count_name: str = ""
    add: str = ""
    value: Any = None


@dataclass(frozen=True)
class _Place:
    """Where a part stands: the name of its control, and the row it belongs to."""

    part: Part
    name: str
    row: tuple[str, int] | None = None


@dataclass
class BoundForm:
    """Made by ``bind``. ``errors`` by name of control, ``answers`` by key once ``is_valid`` was asked."""

    spec: FormSpec
    steps: Sequence[Step]
    data: MultiValueDict[str, Any] | None
    files: MultiValueDict[str, Any]
    known: Mapping[str, KnownValue]
    kept: Mapping[str, Any]
    held: Mapping[str, Sequence[str]]
    _rows: dict[str, list[int]] = field(default_factory=dict)

    # ── what the view asks ──────────────────────────────────────────────────

    @cached_property
    def asks_again(self) -> bool:
        """Whether a row button was pressed, or the page refreshed itself: nothing is to be checked yet."""
        return self.data is not None and (
            REFRESH in self.data or any(name.endswith((".add", ".remove")) for name in self.data)
        )

    def is_valid(self) -> bool:
        """Whether everything that is asked is answered as it should be."""
        return self.data is not None and not self.asks_again and not self.form.errors

    @property
    def answers(self) -> dict[str, Any]:
        """Key → answer as plain data, of the fields asked here. Hidden ones are absent."""
        return self._cleaned[0] if self.is_valid() else self.loose

    @property
    def uploads(self) -> dict[str, list[Any]]:
        """Key → files that came with this request."""
        return {
            place.part.key: list(self.form.cleaned_data.get(place.name) or [])
            for place in self._places
            if place.part.kind == "filepicker" and hasattr(self.form, "cleaned_data")
        }

    @property
    def errors(self) -> dict[str, list[str]]:
        """Name of a control → what is wrong with it."""
        return {name: [str(one) for one in found] for name, found in self.form.errors.items()}

    # ── what was filled in, before it is checked ────────────────────────────

    @cached_property
    def loose(self) -> dict[str, Any]:
        """The answers as they stand, unchecked: what conditions look at, and what a draft may keep."""
        found: dict[str, Any] = {}
        for step in self.steps:
            for part in step.walk():
                if part.kind == "dynamiclist":
                    found[part.key] = [self._row(part, at) for at in self._row_numbers(part)]
                elif part.kind in FIELDS:
                    found[part.key] = self._raw(part, part.key)
        return found

    def _row(self, rows: Part, at: int) -> dict[str, Any]:
        parts = [below for one in rows.parts for below in one.walk() if below.kind in FIELDS]
        return {part.key: self._raw(part, f"{rows.key}.{at}.{part.key}") for part in parts}

    def _raw(self, part: Part, name: str) -> Any:
        if self.data is None:
            return self._first(part, name)
        if part.kind == "filepicker":
            new = [str(one.name) for one in self.files.getlist(name) if one]
            return [*self.held.get(part.key, ()), *new]
        value = control(part, is_needed=False).widget.value_from_datadict(self.data, self.files, name)
        return _plain(part, value)

    def _first(self, part: Part, name: str) -> Any:
        """What stands in a field before anybody wrote: the kept answer, or what a source knows."""
        if part.kind == "filepicker":
            return list(self.held.get(part.key, ()))
        key, _sign, rest = name.partition(".")
        if rest:
            at, _sign, below = rest.partition(".")
            rows = self.kept.get(key) or []
            return rows[int(at)].get(below) if int(at) < len(rows) else None
        if key in self.kept:
            return self.kept[key]
        known = self._known(part)
        return known.value if known else None

    def _known(self, part: Part) -> KnownValue | None:
        return self.known.get(part.prefill or part.key) or self.known.get(part.key)

    # ── rows ────────────────────────────────────────────────────────────────

    def _row_numbers(self, part: Part) -> list[int]:
        if part.key not in self._rows:
            self._rows[part.key] = self._asked_rows(part)
        return self._rows[part.key]

    def _asked_rows(self, part: Part) -> list[int]:
        least = int(part.rules.get("defaultRepetitions", 1))
        most = min(int(part.rules.get("max_rows") or ROWS_AT_MOST), ROWS_AT_MOST)
        if self.data is None:
            return list(range(min(max(least, len(self.kept.get(part.key) or [])), most)))
        text = str(self.data.get(f"{part.key}.count", least))
        count = min(int(text), most) if text.isascii() and text.isdigit() else least
        gone = [at for at in range(count) if f"{part.key}.{at}.remove" in self.data]
        if gone:
            self._close_gap(part, gone[0], count)
            count -= 1
        return list(range(min(count + (f"{part.key}.add" in self.data), most)))

    def _close_gap(self, part: Part, gone: int, count: int) -> None:
        """Move the rows behind the one taken away up by one."""
        assert self.data is not None
        moved = MultiValueDict({key: self.data.getlist(key) for key in self.data})
        for key in list(moved):
            head, _sign, rest = key.partition(".")
            at, _sign, below = rest.partition(".")
            if head != part.key or not at.isdigit() or int(at) < gone:
                continue
            values = moved.pop(key)
            if int(at) > gone:
                moved.setlist(f"{part.key}.{int(at) - 1}.{below}", values)
        self.data = moved

    # ── which parts are asked ───────────────────────────────────────────────

    @cached_property
    def _visible(self) -> frozenset[int]:
        """The ids of the parts that are asked; a hidden answer counts as unknown for the others."""
        loose = self.loose
        hidden: set[str] = set()
        for _round in range(ROUNDS):
            answers = {**self.kept, **{key: None if key in hidden else value for key, value in loose.items()}}
            shown = set(self._shown(names.names_of(self._with_figures(answers))))
            keys = {part.key for step in self.steps for part in step.walk() if id(part) not in shown}
            if keys == hidden:
                break
            hidden = keys
        return frozenset(shown)

    def _shown(self, found: Mapping[str, Any]) -> Iterator[int]:
        for step in self.steps:
            if not (step.hide and names.holds(step.hide, found)):
                yield from _shown_parts(step.parts, found)

    def _with_figures(self, answers: dict[str, Any]) -> dict[str, Any]:
        """The answers and the figures computed from them, in the order of the form."""
        together = dict(answers)
        for part in self.spec.walk():
            if part.kind == "expression":
                together[part.key] = names.value_of(part.expression, names.names_of(together))
        return together

    @cached_property
    def _places(self) -> list[_Place]:
        """Every control that is asked."""
        return [place for step in self.steps for place in self._places_of(step.parts)]

    def _places_of(self, parts: Sequence[Part]) -> Iterator[_Place]:
        for part in parts:
            if id(part) not in self._visible:
                continue
            if part.kind == "group":
                yield from self._places_of(part.parts)
            elif part.kind in FIELDS:
                yield _Place(part, part.key)
            elif part.kind == "dynamiclist":
                for at in self._row_numbers(part):
                    yield from self._row_places(part, at)

    def _row_places(self, rows: Part, at: int) -> Iterator[_Place]:
        own = self.loose[rows.key][at]
        found = names.names_of(self._with_figures({**self.kept, **self.loose}), own)
        for one in rows.parts:
            for part in one.walk():
                if part.kind in FIELDS and not names.is_hidden(part, found):
                    yield _Place(part, f"{rows.key}.{at}.{part.key}", (rows.key, at))

    # ── Django's form ───────────────────────────────────────────────────────

    @cached_property
    def form(self) -> forms.Form:
        """The fields that are asked, bound, with the checks of the form in their errors."""
        initial = {place.name: self._first(place.part, place.name) for place in self._places}
        bound = self.data is not None and not self.asks_again
        form = forms.Form(self.data if bound else None, self.files if bound else None)
        if self.asks_again:
            initial = {place.name: self._raw(place.part, place.name) for place in self._places}
        form.initial = initial
        controls = self._controls
        for place in self._places:
            made = control(place.part, is_needed=not self.held.get(place.part.key))
            if place.part.key in controls:
                made.widget.attrs["data-controls"] = "1"
            form.fields[place.name] = made
        if bound:
            form.full_clean()
            self._check(form)
        return form

    @cached_property
    def _controls(self) -> frozenset[str]:
        """Keys on which something in these steps depends: the page refreshes when they change."""
        texts = [text for step in self.steps for part in step.walk() for text in (part.hide, part.expression)]
        texts += [
            text
            for step in self.steps
            for rows in step.walk()
            if rows.kind == "dynamiclist"
            for one in rows.parts
            for below in one.walk()
            for text in (below.hide, below.expression)
        ]
        return frozenset(name for text in texts if text for name in expression(text).names)

    def _check(self, form: forms.Form) -> None:
        answers, rows = self._read(form)
        together = self._with_figures({**self.kept, **answers})
        for place in self._places:
            value = form.cleaned_data.get(place.name)
            if not place.part.check or place.name in form.errors or value in (None, "", [], False):
                continue
            row = rows.get(place.row) if place.row else None
            if not names.holds(place.part.check, names.names_of(together, row)):
                form.add_error(place.name, place.part.fault or now("This cannot be right. Please check it."))

    def _read(self, form: forms.Form) -> tuple[dict[str, Any], dict[tuple[str, int], dict[str, Any]]]:
        """Answers by key, and the rows by where they stand."""
        answers: dict[str, Any] = {}
        rows: dict[tuple[str, int], dict[str, Any]] = {}
        for place in self._places:
            if place.name not in form.cleaned_data:
                continue
            value = written(place.part, form.cleaned_data[place.name])
            if place.part.kind == "filepicker":
                value = [*self.held.get(place.part.key, ()), *value]
            if place.row is None:
                answers[place.part.key] = value
            else:
                rows.setdefault(place.row, {})[place.part.key] = value
        for (key, _at), row in rows.items():
            answers.setdefault(key, []).append(row)
        return answers, rows

    @cached_property
    def _cleaned(self) -> tuple[dict[str, Any], dict[tuple[str, int], dict[str, Any]]]:
        answers, rows = self._read(self.form)
        together = self._with_figures({**self.kept, **answers})
        for step in self.steps:
            for part in step.walk():
                if part.kind == "expression" and id(part) in self._visible:
                    answers[part.key] = together.get(part.key)
        return answers, rows

    # ── what the page shows ─────────────────────────────────────────────────

    @property
    def blocks(self) -> tuple[Block, ...]:
        """What is asked here, in order, for the template."""
        return tuple(block for step in self.steps for block in self._blocks(step.parts))

    def _blocks(self, parts: Sequence[Part]) -> Iterator[Block]:
        shown = (part for part in parts if id(part) in self._visible)
        return (self._block(part) for part in shown)

    def _block(self, part: Part) -> Block:
        if part.kind == "group":
            return Block("group", part, blocks=tuple(self._blocks(part.parts)))
        if part.kind == "dynamiclist":
            return self._rows_block(part)
        if part.kind == "expression":
            together = self._with_figures({**self.kept, **self.loose})
            return Block("figure", part, value=_figure(together.get(part.key)))
        if part.kind in WORDS:
            return Block(part.kind, part)
        return self._field_block(part, part.key)

    def _field_block(self, part: Part, name: str) -> Block:
        kind = "point" if part.role == "point" else "files" if part.kind == "filepicker" else "field"
        known = self._known(part) if name == part.key else None
        is_from_known = known is not None and self.loose.get(part.key) == known.value
        return Block(
            kind,
            part,
            bound=self.form[name],
            known_from=known.source if known and is_from_known else "",
            held=tuple(self.held.get(part.key, ())),
        )

    def _rows_block(self, part: Part) -> Block:
        may_change = bool(part.rules.get("allowAddRemove", True))
        numbers = self._row_numbers(part)
        most = min(int(part.rules.get("max_rows") or ROWS_AT_MOST), ROWS_AT_MOST)
        rows = tuple(
            Row(
                at + 1,
                tuple(self._field_block(place.part, place.name) for place in self._row_places(part, at)),
                f"{part.key}.{at}.remove" if may_change and len(numbers) > 1 else "",
            )
            for at in numbers
        )
        add = f"{part.key}.add" if may_change and len(numbers) < most else ""
        return Block("rows", part, rows=rows, count_name=f"{part.key}.count", add=add, value=len(numbers))


def bind(
    spec: FormSpec,
    *,
    data: Any = None,
    files: Any = None,
    known: Mapping[str, KnownValue] | None = None,
    step: str | None = None,
    kept: Mapping[str, Any] | None = None,
    held: Mapping[str, Sequence[str]] | None = None,
) -> BoundForm:
    """A form to show (``data`` None) or to check; ``step`` None: all of it. ``kept``: answers of before, by key."""
    chosen = [one for one in spec.steps if step is None or one.key == step]
    return BoundForm(
        spec,
        chosen,
        None if data is None else MultiValueDict({key: data.getlist(key) for key in data}),
        MultiValueDict({key: files.getlist(key) for key in files} if files else {}),
        known or {},
        kept or {},
        held or {},
    )


def _shown_parts(parts: Sequence[Part], found: Mapping[str, Any]) -> Iterator[int]:
    for part in parts:
        if names.is_hidden(part, found):
            continue
        yield id(part)
        if part.kind == "group":
            yield from _shown_parts(part.parts, found)


def _plain(part: Part, value: Any) -> Any:
    """What a control sent, as conditions see it."""
    if part.role == "point":
        lon, lat = ((text or "").strip() for text in value or ("", ""))
        return f"{lon},{lat}" if lon and lat else ""
    if part.kind == "number":
        return _number(value)
    return value


def _number(value: Any) -> Any:
    text = str(value or "").strip()
    try:
        number = float(text) if text else None
    except ValueError:
        return text
    if number is None or number != number or abs(number) > 10**15:
        return None
    return int(number) if number.is_integer() and "." not in text and "e" not in text.lower() else number


def _figure(value: Any) -> Any:
    return f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else value
