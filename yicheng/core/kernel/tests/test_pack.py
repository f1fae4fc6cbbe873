"""A pack is checked whole before anything changes, and loaded in the order its sections ask for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import override

from yicheng.core.kernel import pack as packs
from yicheng.core.kernel.pack import (
    CityPack,
    FaultyPack,
    Finding,
    PackSection,
    Tally,
    check_pack,
    load_pack,
    open_pack,
)
from yicheng.core.kernel.slots import SLOTS, FaultyDeclaration, Slot

CITY = """[city]
code = "990100"
name = "小城"
name_en = "Tinytown"
time_zone = "Asia/Shanghai"
languages = ["zh-hans", "en"]
centre = [113.5, 34.5]
"""


@pytest.fixture
def sections(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slot[PackSection]]:
    """A slot of the test's own in place of the platform's."""
    slot = Slot("test.pack_sections", PackSection, module="pack", attribute="PACK_SECTIONS")
    monkeypatch.setattr(packs, "SECTIONS", slot)
    yield slot
    del SLOTS["test.pack_sections"]


def section(
    key: str, *, after: tuple[str, ...] = (), fault: str = "", log: list[str] | None = None
) -> PackSection:
    def check(pack: CityPack) -> list[Finding]:
        return [Finding(f"{key}.csv", 3, fault)] if fault else []

    def load(pack: CityPack) -> Tally:
        (log if log is not None else []).append(key)
        return Tally(created=1)

    return PackSection(key, key, files=(f"{key}.csv",), check=check, load=load, after=after)


def pack_in(root: Path, text: str = CITY) -> CityPack:
    (root / "city.toml").write_text(text, encoding="utf-8")
    return open_pack(root)


class TestOrder:
    def test_sections_load_after_those_they_name(self, sections: Slot[PackSection]) -> None:
        sections.fill("test", [section("c", after=("*",)), section("b", after=("a", "absent")), section("a")])
        assert [one.key for one in packs.ordered_sections()] == ["a", "b", "c"]

    def test_a_circle_is_a_faulty_declaration(self, sections: Slot[PackSection]) -> None:
        sections.fill("test", [section("a", after=("b",)), section("b", after=("a",))])
        with pytest.raises(FaultyDeclaration, match="wait for each other"):
            packs.ordered_sections()


class TestFaults:
    def test_faults_of_every_section_at_once_and_nothing_loaded(
        self, sections: Slot[PackSection], tmp_path: Path
    ) -> None:
        log: list[str] = []
        sections.fill("test", [section("b", fault="bad", log=log), section("a", fault="worse", log=log)])
        with pytest.raises(FaultyPack) as fault:
            load_pack(pack_in(tmp_path))
        assert [str(finding) for finding in fault.value.findings] == ["a.csv:3: worse", "b.csv:3: bad"]
        assert log == []

    def test_a_file_that_nobody_takes_is_a_warning(self, sections: Slot[PackSection], tmp_path: Path) -> None:
        sections.fill("test", [section("a")])
        for name in ("a.csv", "b.csv", "README.md"):
            (tmp_path / name).touch()
        with override("en"):
            findings = check_pack(pack_in(tmp_path, CITY + "[extra]\n"))
        assert [(str(one), one.severity) for one in findings] == [
            ("b.csv: No installed part takes this file.", "warning"),
            ("city.toml: No installed part takes the table [extra].", "warning"),
        ]

    @pytest.mark.parametrize(
        ("old", "new", "finding"),
        [
            (
                '"Asia/Shanghai"',
                '"Mars/Base"',
                "city.toml:5: “time_zone” must be a name such as Asia/Shanghai.",
            ),
            ('"990100"', '"9901"', "city.toml:2: “code” must be the six digits of the city's division."),
            (
                "[113.5, 34.5]",
                "[913.5, 34.5]",
                "city.toml:7: “centre” must be [longitude, latitude] in degrees.",
            ),
            ("name_en", "nam_en", "city.toml:4: Nobody knows “nam_en” in [city]."),
            ('["zh-hans", "en"]', '["xx"]', "city.toml:6: “languages” must be a list out of zh-hans, en."),
            ("[city]", "[town]", "city.toml: The table [city] is missing."),
        ],
    )
    def test_faults_of_the_settings(
        self, sections: Slot[PackSection], tmp_path: Path, old: str, new: str, finding: str
    ) -> None:
        with override("en"):
            findings = check_pack(pack_in(tmp_path, CITY.replace(old, new, 1)))
        assert finding in [str(one) for one in findings]

    def test_broken_toml_is_told_with_its_line(self, sections: Slot[PackSection], tmp_path: Path) -> None:
        findings = check_pack(pack_in(tmp_path, CITY + "zoom = = 3\n"))
        assert [(one.file, one.line) for one in findings] == [("city.toml", 8)]

    def test_no_such_folder(self, sections: Slot[PackSection], tmp_path: Path) -> None:
        with override("en"):
            (finding,) = check_pack(open_pack(tmp_path / "nowhere"))
        assert finding.reason == "There is no such folder."


def test_the_fingerprint_follows_names_and_bytes(tmp_path: Path) -> None:
    pack = pack_in(tmp_path)
    first = pack.fingerprint()
    assert pack.fingerprint() == first
    (tmp_path / "city.toml").write_text(CITY + "\n", encoding="utf-8")
    assert pack.fingerprint() != first
