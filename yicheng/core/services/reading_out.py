"""Applications as people read them: answers with labels, opinions in words, the code of a slip."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import segno
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yicheng.core.services.forms.kept import visible_steps
from yicheng.core.services.forms.parts import FIELDS, FormSpec, Part


@dataclass(frozen=True, slots=True)
class Section:
    """The answers of one step."""

    key: str
    title: str
    rows: Sequence[tuple[str, str]]


def answer_rows(spec: FormSpec, answers: Mapping[str, Any]) -> list[Section]:
    """What was answered, with labels and the words of choices; empty answers are left out."""
    return [
        Section(step.key, step.title, tuple(_rows(step.walk(), answers)))
        for step in visible_steps(spec, answers)
    ]


def _rows(parts: Iterator[Part], answers: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for part in parts:
        value = answers.get(part.key)
        if value in (None, "", [], False):
            continue
        if part.kind == "dynamiclist" and isinstance(value, list):
            for number, row in enumerate(value, start=1):
                below = [inner for one in part.parts for inner in one.walk()]
                words = "；".join(f"{label} {text}" for label, text in _rows(iter(below), row))
                yield f"{part.title or ''} {number}".strip(), words
        elif part.kind in FIELDS or part.kind == "expression":
            yield part.title or part.key, _words(part, value)


def _words(part: Part, value: Any) -> str:
    if value is True:
        return _("Yes")
    titles = {option.value: option.title for option in part.options}
    if isinstance(value, list):
        return "、".join(str(titles.get(str(one), one)) for one in value)
    return str(titles.get(str(value), value))


def opinion_words(one: Any) -> str:
    """What an opinion's outcome means."""
    words = {
        "accept": pgettext("opinion", "accepted"),
        "refuse": pgettext("opinion", "refused"),
        "agree": pgettext("opinion", "agreed"),
        "disagree": pgettext("opinion", "did not agree"),
        "pass": pgettext("opinion", "found in order"),
        "fail": pgettext("opinion", "found not in order"),
        "grant": pgettext("opinion", "granted"),
    }
    return str(words.get(one.outcome, one.outcome))


def qr_picture(link: str) -> str:
    """The code as a picture in the page."""
    picture: str = segno.make(link, error="m").svg_data_uri(scale=4, border=2)
    return picture
