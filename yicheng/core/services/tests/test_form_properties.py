"""Whatever is sent and whatever a schema holds: forms answer in words, never with a fault."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from yicheng.core.services.forms.bound import bind
from yicheng.core.services.forms.controls import NUMBER_AT_MOST
from yicheng.core.services.forms.kept import data_of
from yicheng.core.services.forms.parts import FIELDS
from yicheng.core.services.forms.reading import check_form, read_form

OPTIONS = [{"value": value, "label": value} for value in ("a", "b", "c")]
KINDS = sorted(FIELDS)
texts = st.text(max_size=60)
junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
components = st.fixed_dictionaries(
    {"type": st.sampled_from([*KINDS, "group", "dynamiclist", "expression", "text", "iframe", "button"])},
    optional={
        "key": st.sampled_from(["a", "b", "Upper", "today", ""]) | texts,
        "label": texts,
        "values": st.just(OPTIONS) | junk,
        "validate": junk,
        "conditional": st.fixed_dictionaries(
            {"hide": st.sampled_from(['=a = "x"', "=b", "=(((", "=1+"]) | texts}
        )
        | junk,
        "properties": junk,
        "expression": st.sampled_from(["=a + b", "=sum("]) | texts,
        "components": junk,
    },
)


def form_of(kind: str, **more: Any) -> dict[str, Any]:
    one = {"type": kind, "key": "x", "label": "X", "values": OPTIONS, **more}
    return {"type": "default", "components": [one]}


@given(junk)
def test_any_junk_is_read_without_a_fault(schema: Any) -> None:
    assert isinstance(check_form(schema), list)


@given(st.lists(components, max_size=6))
def test_any_schema_is_told_or_can_be_asked(parts: list[dict[str, Any]]) -> None:
    schema = {"components": json.loads(json.dumps(parts))}
    if not check_form(schema):
        bind(read_form(schema)).blocks  # noqa: B018
        bind(read_form(schema), data=QueryDict("a=1")).is_valid()


@given(
    st.sampled_from(KINDS),
    st.sampled_from(["", "point", "identity_number", "credit_code", "party_number"]),
    texts,
    texts,
)
def test_any_text_in_any_field_is_taken_or_refused_in_words(kind: str, role: str, one: str, two: str) -> None:
    schema = form_of(kind, properties={"kind": role} if kind == "textfield" and role else {})
    sent = urlencode(
        [("x", one), ("x", two), ("x_lon", one), ("x_lat", two)], encoding="utf-8", errors="replace"
    )
    bound = bind(read_form(schema), data=QueryDict(sent))
    if bound.is_valid():
        answers = bound.answers
        assert json.loads(json.dumps(answers)) == answers
        again = bind(read_form(schema), data=data_of(read_form(schema), answers))
        assert again.is_valid(), again.errors
        assert again.answers == answers
    else:
        assert set(bound.errors) == {"x"}
        assert all(bound.errors["x"])


@given(st.integers(-NUMBER_AT_MOST, NUMBER_AT_MOST))
def test_whole_numbers_come_back_as_they_were(number: int) -> None:
    bound = bind(read_form(form_of("number")), data=QueryDict(f"x={number}"))
    assert bound.answers == {"x": number}


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_dates_come_back_as_they_were(day: date) -> None:
    bound = bind(read_form(form_of("datetime")), data=QueryDict(f"x={day.isoformat()}"))
    assert bound.answers == {"x": day.isoformat()}


@given(st.sets(st.sampled_from(["a", "b", "c"])))
def test_only_values_of_the_choice_are_taken(chosen: set[str]) -> None:
    bound = bind(read_form(form_of("checklist")), data=QueryDict(urlencode([("x", one) for one in chosen])))
    assert set(bound.answers["x"]) == chosen


@settings(max_examples=60)
@given(st.lists(st.tuples(texts, st.integers(0, 10**6)), max_size=8))
def test_rows_come_back_as_they_were(rows: list[tuple[str, int]]) -> None:
    schema = {
        "components": [
            {
                "type": "dynamiclist",
                "path": "r",
                "label": "R",
                "components": [
                    {"type": "textfield", "key": "t", "label": "T"},
                    {"type": "number", "key": "n", "label": "N"},
                ],
            }
        ]
    }
    assert check_form(schema) == []
    sent = {"r.count": str(len(rows))}
    for at, (_text, number) in enumerate(rows):
        sent |= {f"r.{at}.t": "words", f"r.{at}.n": str(number)}
    bound = bind(read_form(schema), data=QueryDict(urlencode(sent)))
    assert bound.answers.get("r", []) == [{"t": "words", "n": number} for _text, number in rows]
