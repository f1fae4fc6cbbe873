"""Texts are found in code and templates; catalogues keep what was translated and say what is missing."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest

from yicheng.runtime import catalogues
from yicheng.runtime.extraction import Text, texts

CODE = """
from django.utils.translation import gettext as _, ngettext, pgettext_lazy
A = _("Parks")
B = ngettext("%(n)d park", "%(n)d parks", 2)
C = pgettext_lazy("verb", "Open")

from django.utils.translation import gettext as now
D = now("Soon" " there")
"""
TEMPLATE = """{% load i18n %}
<div>
    <p title="{% translate "Look (here" %}">don't</p>
      {% blocktranslate with name=park.name trimmed %}
        Welcome to
        {{ name }}.
      {% endblocktranslate %}
  {% blocktranslate count n=n %}{{ n }} tree{% plural %}{{ n }} trees{% endblocktranslate %}
</div>
"""


@pytest.fixture
def part(tmp_path: Path) -> Path:
    (tmp_path / "apps.py").write_text(CODE)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "a.html").write_text(TEMPLATE)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_a.py").write_text('_("not for people")')
    return tmp_path


def test_texts_of_code_and_templates(part: Path) -> None:
    assert list(texts(part)) == [
        Text("Parks", None, None, "apps.py"),
        Text("%(n)d park", "%(n)d parks", None, "apps.py"),
        Text("Open", None, "verb", "apps.py"),
        Text("Soon there", None, None, "apps.py"),
        Text("Look (here", None, None, "templates/a.html"),
        Text("Welcome to %(name)s.", None, None, "templates/a.html"),
        Text("%(n)s tree", "%(n)s trees", None, "templates/a.html"),
    ]


def test_extract_keeps_translations_and_is_stable(part: Path) -> None:
    assert catalogues.extract(part, "zh_Hans") == 7
    path = catalogues.catalogue_path(part, "zh_Hans")
    path.write_text(path.read_text().replace('msgid "Parks"\nmsgstr ""', 'msgid "Parks"\nmsgstr "公园"'))
    assert catalogues.extract(part, "zh_Hans") == 6
    once = path.read_bytes()
    catalogues.extract(part, "zh_Hans")
    assert path.read_bytes() == once
    assert b"POT-Creation-Date" not in once


def test_faults(part: Path) -> None:
    catalogues.extract(part, "zh_Hans")
    path = catalogues.catalogue_path(part, "zh_Hans")
    text = path.read_text()
    for source, translation in {
        "Parks": "公园",
        "Open": "打开",
        "Welcome to %(name)s.": "欢迎来到%(nam)s。",
    }.items():
        text = text.replace(f'msgid "{source}"\nmsgstr ""', f'msgid "{source}"\nmsgstr "{translation}"')
    path.write_text(text + '\nmsgid "Gone"\nmsgstr "没了"\n')
    found = [fault.partition(": ")[2] for fault in catalogues.faults(part, "zh_Hans")]
    assert sorted(found) == [
        "'%(n)d park' has no translation",
        "'%(n)s tree' has no translation",
        "'Gone' is no longer in the source",
        "'Look (here' has no translation",
        "'Soon there' has no translation",
        "'Welcome to %(name)s.': placeholders differ: nam, name",
    ]


def test_compiled_when_stale(part: Path) -> None:
    catalogues.extract(part, "zh_Hans")
    path = catalogues.catalogue_path(part, "zh_Hans")
    path.write_text(path.read_text().replace('msgid "Parks"\nmsgstr ""', 'msgid "Parks"\nmsgstr "公园"'))
    assert catalogues.compile_stale(part) == 1
    assert catalogues.compile_stale(part) == 0
    with path.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Parks") == "公园"
