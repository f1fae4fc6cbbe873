"""Pages: Chinese text with its font inside, nothing from outside, faults in plain words."""

from __future__ import annotations

import pytest

from yicheng.core.credentials.typesetting import families, typeset
from yicheng.core.kernel.errors import Invalid

HEAD = "#let data = json(bytes(sys.inputs.data))\n"


def test_pages_carry_their_font() -> None:
    made = typeset(HEAD + '#set text(font: "Noto Serif SC")\n#data.text', {"text": "郑重声明"})
    assert made.startswith(b"%PDF-")
    assert b"NotoSerifSC" in made


def test_the_platform_brings_its_fonts() -> None:
    assert {"Noto Serif SC", "Noto Sans SC"} <= set(families())


def test_values_are_data_and_never_run() -> None:
    plain = typeset(HEAD + "#data.text", {"text": '#panic("ran")'})
    assert plain.startswith(b"%PDF-")


def test_templates_reach_neither_network_nor_files() -> None:
    with pytest.raises(Invalid, match="network"):
        typeset('#import "@preview/tiaoma:0.3.0": qrcode', {})
    with pytest.raises(Invalid):
        typeset('#read("/etc/passwd")', {})


def test_a_faulty_template_is_refused_in_words() -> None:
    with pytest.raises(Invalid, match="unknown variable"):
        typeset("#nonsense", {})
