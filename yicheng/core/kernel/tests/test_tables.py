"""What a table's faults look like to whoever has to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from yicheng.core.kernel.tables import Content, Table, column, column_values, read_table


@dataclass(frozen=True)
class Street:
    line: int
    code: str = column(pattern=r"\d{3}")
    name: str = column(max_length=6)
    length_m: int = column(minimum=0, default=0)
    parent: str = column(ref="streets.csv:code", default="")
    opened: date | None = None
    is_lit: bool = False
    words: tuple[str, ...] = ()


STREETS = Table("streets.csv", Street, key=("code",))


def read(root: Path, text: str | bytes) -> Content[Street]:
    raw = text if isinstance(text, bytes) else text.encode()
    (root / "streets.csv").write_bytes(raw)
    with override("en"):
        return read_table(root, STREETS, reference=lambda file, name: column_values(root, file, name))


def told(content: Content[Street]) -> list[str]:
    return [str(finding) for finding in content.findings]


def test_typed_rows_with_their_lines(tmp_path: Path) -> None:
    text = 'code,name,length_m,parent,opened,is_lit,words\n001,"Elm\nSt",120,,2026-05-01,yes,a; b；c\n002,Oak,,001,,,\n'
    content = read(tmp_path, text)
    assert told(content) == []
    assert content.rows == (
        Street(2, "001", "Elm\nSt", 120, "", date(2026, 5, 1), True, ("a", "b", "c")),
        Street(4, "002", "Oak", 0, "001"),
    )


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("", "streets.csv:1: The file is empty: its first line must name the columns."),
        ("code\n001\n", "streets.csv:1: The column “name” is missing."),
        ("code,name,nam\n", "streets.csv:1: Nobody knows the column “nam”; is “name” meant?"),
        ("code,name,name\n", "streets.csv:1: The column “name” is there twice."),
        ("code,name\n001,Elm,x\n", "streets.csv:2: The line has 3 cells, the header 2."),
        ("code,name\n001,\n", "streets.csv:2: “name” is empty."),
        ("code,name\n1,Elm\n", "streets.csv:2: “code” is “1”, which does not have the required form."),
        ("code,name\n001,Elmstreet\n", "streets.csv:2: “name” is longer than 6 characters."),
        ("code,name\n001,Elm\n\n001,Oak\n", "streets.csv:4: “001” is already on line 2."),
        (
            "code,name,length_m\n001,Elm,far\n",
            "streets.csv:2: “length_m” is “far”, which is not a whole number.",
        ),
        ("code,name,length_m\n001,Elm,-2\n", "streets.csv:2: “length_m” is -2, below 0."),
        ("code,name,parent\n001,Elm,009\n", "streets.csv:2: “parent” is “009”, which is not in streets.csv."),
        (
            "code,name,opened\n001,Elm,2026-02-30\n",
            "streets.csv:2: “opened” is “2026-02-30”, which is not a date such as 2026-05-01.",
        ),
        (
            "code,name\n001,大街\n".encode("gb18030"),
            "streets.csv:2: The file is not UTF-8 (it looks like GB 18030): save it as UTF-8.",
        ),
        ("code,name\n".encode("utf-16"), "streets.csv: The file is UTF-16: save it as UTF-8."),
        ("code,name\n001,E\x00m\n", "streets.csv:2: A NUL byte is in here."),
        (
            'code,name\n001,"Elm\n',
            "streets.csv: The file is not a readable CSV table: unexpected end of data.",
        ),
    ],
)
def test_each_fault_is_told_with_its_line(tmp_path: Path, text: str | bytes, finding: str) -> None:
    content = read(tmp_path, text)
    assert finding in told(content)
    assert "001" not in [row.code for row in content.rows if row.line > 2]


def test_a_byte_order_mark_is_a_warning_only(tmp_path: Path) -> None:
    content = read(tmp_path, b"\xef\xbb\xbfcode,name\n001,Elm\n")
    assert [finding.severity for finding in content.findings] == ["warning"]
    assert [row.code for row in content.rows] == ["001"]


def test_a_missing_file(tmp_path: Path) -> None:
    with override("en"):
        content = read_table(tmp_path, STREETS, reference=lambda file, name: frozenset())
        optional = read_table(
            tmp_path, Table("streets.csv", Street, optional=True), reference=lambda file, name: frozenset()
        )
    assert told(content) == ["streets.csv: The file is missing."]
    assert optional.findings == ()


@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(lambda text: ("code,name\n" + text).encode("utf-8", "replace")),
    )
)
def test_no_bytes_break_the_reader(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    content = read(tmp_path_factory.mktemp("pack"), raw)
    assert content.findings or all(len(row.code) == 3 for row in content.rows)
