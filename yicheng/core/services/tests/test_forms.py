"""Forms without code: what is asked, what is refused, what is kept; on every kind of field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from yicheng.core.kernel import clock
from yicheng.core.services.forms.bound import BoundForm, bind
from yicheng.core.services.forms.kept import data_of, visible_steps
from yicheng.core.services.forms.reading import check_form, read_form

TODAY = datetime(2026, 11, 24, 4, tzinfo=UTC)


@dataclass(frozen=True)
class Known:
    value: Any
    source: str


def part(kind: str, key: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "key": key, "label": key.upper(), **more}


def schema(*components: dict[str, Any]) -> dict[str, Any]:
    return {"type": "default", "title": "Form", "components": list(components)}


def filled(form: dict[str, Any], text: str = "", **more: Any) -> BoundForm:
    assert check_form(form) == []
    return bind(read_form(form), data=QueryDict(text), **more)


NEEDED = {"validate": {"required": True}}
CHOICE = {"values": [{"value": "a", "label": "甲"}, {"value": "b", "label": "乙", "label_en": "B"}]}


def test_a_field_of_every_kind_gives_a_plain_answer() -> None:
    form = schema(
        part("textfield", "line"),
        part("textarea", "words"),
        part("number", "whole"),
        part("number", "length", decimalDigits=2),
        part("datetime", "day"),
        part("datetime", "hour", subtype="time"),
        part("datetime", "at", subtype="datetime"),
        part("checkbox", "yes"),
        part("checklist", "some", **CHOICE),
        part("radio", "one", **CHOICE),
        part("select", "pick", **CHOICE),
        part("taglist", "tags", **CHOICE),
        part("textfield", "where", properties={"kind": "point"}),
    )
    sent = (
        "line=%20x%20&words=a%0Ab&whole=12&length=2.50&day=2026-11-24&hour=09:30&at=2026-11-24T09:30&yes=on"
        "&some=a&some=b&one=b&pick=a&tags=b&where_lon=113.6&where_lat=34.7"
    )
    bound = filled(form, sent)
    assert bound.errors == {}
    assert bound.is_valid()
    assert bound.answers == {
        "line": "x",
        "words": "a\nb",
        "whole": 12,
        "length": 2.5,
        "day": "2026-11-24",
        "hour": "09:30",
        "at": "2026-11-24T09:30",
        "yes": True,
        "some": ["a", "b"],
        "one": "b",
        "pick": "a",
        "tags": ["b"],
        "where": "113.600000,34.700000",
    }
    again = bind(read_form(form), data=data_of(read_form(form), bound.answers))
    assert again.is_valid()
    assert again.answers == bound.answers


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        (part("textfield", "x", validate={"required": True}), ""),
        (part("textfield", "x", validate={"required": True}), "x=%20%20"),
        (part("textfield", "x", validate={"maxLength": 3}), "x=abcd"),
        (part("textfield", "x", validate={"minLength": 3}), "x=ab"),
        (part("textfield", "x"), "x=" + "a" * 501),
        (part("textfield", "x"), "x=a%00b"),
        (part("textfield", "x", validate={"pattern": "^[0-9]{4}$"}), "x=12a4"),
        (part("textfield", "x", validate={"validationType": "email"}), "x=nobody"),
        (part("textfield", "x", validate={"validationType": "phone"}), "x=hello"),
        (part("textfield", "x", properties={"kind": "identity_number"}), "x=410102199003070011"),
        (part("textfield", "x", properties={"kind": "credit_code"}), "x=91410100MA44B1CT0A"),
        (part("textfield", "x", properties={"kind": "point"}), "x_lon=200&x_lat=30"),
        (part("textfield", "x", properties={"kind": "point"}), "x_lon=nan&x_lat=30"),
        (part("textfield", "x", properties={"kind": "point"}, **NEEDED), "x_lon=113"),
        (part("textarea", "x"), "x=" + "a" * 10_001),
        (part("number", "x"), "x=1.5"),
        (part("number", "x"), "x=NaN"),
        (part("number", "x"), "x=1e400"),
        (part("number", "x", validate={"min": 5, "max": 7}), "x=4"),
        (part("number", "x", validate={"min": 5, "max": 7}), "x=8"),
        (part("datetime", "x"), "x=2026-02-30"),
        (part("datetime", "x", subtype="time"), "x=25:00"),
        (part("checkbox", "x", **NEEDED), ""),
        (part("radio", "x", **CHOICE), "x=c"),
        (part("checklist", "x", **CHOICE), "x=a&x=c"),
        (part("select", "x", **CHOICE, **NEEDED), "x="),
        (part("filepicker", "x", **NEEDED), ""),
    ],
)
def test_what_cannot_be_is_refused_and_kept_as_typed(field: dict[str, Any], sent: str) -> None:
    bound = filled(schema(field), sent)
    assert not bound.is_valid()
    assert list(bound.errors) == ["x"]
    assert all(text for text in bound.errors["x"])


def test_numbers_of_persons_and_companies_take_their_proper_form() -> None:
    form = schema(part("textfield", "x", properties={"kind": "party_number"}))
    assert filled(form, "x=11010519491231002x").answers == {"x": "11010519491231002X"}
    assert filled(form, "x=91110000600037341l").answers == {"x": "91110000600037341L"}


def test_a_hidden_field_is_neither_asked_nor_kept() -> None:
    form = schema(
        part("radio", "own", **CHOICE),
        part("textfield", "landlord", conditional={"hide": '=own != "b"'}, **NEEDED),
    )
    assert filled(form, "own=a&landlord=left over").answers == {"own": "a"}
    asked = filled(form, "own=b")
    assert list(asked.errors) == ["landlord"]
    assert [block.part.key for block in asked.blocks] == ["own", "landlord"]


def test_what_depends_on_a_hidden_answer_is_hidden_too() -> None:
    form = schema(
        part("radio", "a", **CHOICE),
        part("radio", "b", conditional={"hide": '=a != "b"'}, **CHOICE),
        part("textfield", "c", conditional={"hide": '=b != "b"'}, **NEEDED),
    )
    assert filled(form, "a=a&b=b").answers == {"a": "a"}


def test_conditions_look_at_other_steps() -> None:
    form = schema(
        {"type": "group", "id": "g1", "label": "One", "components": [part("radio", "own", **CHOICE)]},
        {
            "type": "group",
            "id": "g2",
            "label": "Two",
            "conditional": {"hide": '=own = "a"'},
            "components": [part("textfield", "rent", **NEEDED)],
        },
    )
    spec = read_form(form)
    assert [step.title for step in visible_steps(spec, {"own": "a"})] == ["One"]
    assert [step.title for step in visible_steps(spec, {"own": "b"})] == ["One", "Two"]
    second = bind(spec, data=QueryDict("rent=5"), step="step2", kept={"own": "b"})
    assert second.answers == {"rent": "5"}
    whole = bind(spec, data=data_of(spec, {"own": "b"}))
    assert list(whole.errors) == ["rent"]


def test_checks_speak_their_own_words() -> None:
    form = schema(
        part(
            "datetime",
            "begin",
            properties={"check": "=begin >= today", "check_text": "太早", "check_text_en": "Past"},
        ),
        part("datetime", "end", properties={"check": "=end >= begin"}),
        part("textfield", "number", properties={"kind": "identity_number", "check": "=age_of.number >= 80"}),
    )
    with clock.at(TODAY):
        bound = filled(form, "begin=2026-11-23&end=2026-11-22&number=110105194912310021")
        assert bound.errors["begin"] == ["Past"]
        assert "end" in bound.errors
        assert filled(form, "begin=2026-11-24&end=2026-11-24").is_valid()


def test_rows_are_added_and_taken_away_without_scripts() -> None:
    rows = part(
        "dynamiclist", "shop", path="shop", components=[part("textfield", "name"), part("number", "m2")]
    )
    form = schema(rows, part("expression", "area", expression="=total.shop.m2"))
    sent = "shop.count=2&shop.0.name=A&shop.0.m2=3&shop.1.name=B&shop.1.m2=4"
    bound = filled(form, sent)
    assert bound.answers == {"shop": [{"name": "A", "m2": 3}, {"name": "B", "m2": 4}], "area": 7}
    more = filled(form, sent + "&shop.add=1")
    assert more.asks_again
    assert not more.is_valid()
    assert len(more.blocks[0].rows) == 3
    less = filled(form, sent + "&shop.0.remove=1")
    assert less.loose["shop"] == [{"name": "B", "m2": 4}]


def test_rows_have_a_limit_and_nonsense_counts_are_none() -> None:
    form = schema(part("dynamiclist", "r", path="r", components=[part("textfield", "a")]))
    assert len(filled(form, "r.count=999999").loose["r"]) == 50
    assert len(filled(form, "r.count=-3").loose["r"]) == 1
    assert len(filled(form, "r.count=²").loose["r"]) == 1


def test_rows_look_at_themselves_first() -> None:
    rows = part(
        "dynamiclist",
        "r",
        path="r",
        components=[
            part("radio", "k", **CHOICE),
            part("textfield", "v", conditional={"hide": '=k = "a"'}, **NEEDED),
        ],
    )
    bound = filled(schema(rows), "r.count=2&r.0.k=a&r.1.k=b")
    assert list(bound.errors) == ["r.1.v"]


def uploads(*files: SimpleUploadedFile) -> MultiValueDict[str, Any]:
    return MultiValueDict({"x": list(files)})


def test_files_are_of_the_kind_and_size_asked_for() -> None:
    form = schema(
        part("filepicker", "x", accept=".pdf,.jpg", multiple=False, properties={"max_mb": 1}, **NEEDED)
    )
    good = SimpleUploadedFile("plan.PDF", b"x")
    assert filled(form, "", files=uploads(good)).uploads["x"][0].name == "plan.PDF"
    for bad in (
        SimpleUploadedFile("plan.exe", b"x"),
        SimpleUploadedFile("plan.pdf", b""),
        SimpleUploadedFile("plan.pdf", b"x" * (1024 * 1024 + 1)),
    ):
        assert list(filled(form, "", files=uploads(bad)).errors) == ["x"]
    assert list(filled(form, "", files=uploads(good, good)).errors) == ["x"]
    held = filled(form, "", held={"x": ["before.pdf"]})
    assert held.answers == {"x": ["before.pdf"]}


def test_what_is_known_stands_there_and_names_its_source() -> None:
    form = schema(part("textfield", "who", properties={"prefill": "party.name"}), part("textfield", "b"))
    known = {"party.name": Known("张三", "人口库"), "b": Known("乙", "上次申请")}
    shown = bind(read_form(form), known=known)
    assert [(block.bound.value(), block.known_from) for block in shown.blocks if block.bound] == [
        ("张三", "人口库"),
        ("乙", "上次申请"),
    ]
    changed = filled(form, "who=李四&b=乙", known=known)
    assert [block.known_from for block in changed.blocks] == ["", "上次申请"]
    kept = bind(read_form(form), known=known, kept={"who": "王五"})
    assert kept.blocks[0].known_from == ""


def test_a_refresh_checks_nothing_and_keeps_what_was_typed() -> None:
    form = schema(part("radio", "own", **CHOICE), part("textfield", "name", **NEEDED))
    bound = filled(form, "own=b&_refresh=1&name=")
    assert bound.asks_again
    assert bound.errors == {}
    assert bound.loose == {"own": "b", "name": ""}
