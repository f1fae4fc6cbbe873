"""A pack in the database: what is given stays, what is missing is generated, and twice is once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import shapely
from django.utils.translation import override

from yicheng.core.kernel.pack import FaultyPack, Tally, load_pack, open_pack
from yicheng.core.places import public
from yicheng.core.places.atlas import revision
from yicheng.core.places.models import Division, Duty, GridCell
from yicheng.core.places.tests.conftest import TINYTOWN

PACKS = Path(__file__).resolve().parents[4] / "cities"


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Tinytown's folder, to be changed."""
    return Path(shutil.copytree(TINYTOWN, tmp_path / "pack"))


def change(pack: Path, file: str, old: str, new: str) -> None:
    text = (pack / file).read_text(encoding="utf-8")
    assert old in text
    (pack / file).write_text(text.replace(old, new), encoding="utf-8")


def faults_of(pack: Path) -> list[str]:
    with override("en"), pytest.raises(FaultyPack) as fault:
        load_pack(open_pack(pack))
    return [str(finding) for finding in fault.value.findings]


@pytest.mark.usefixtures("tinytown")
class TestTinytown:
    def test_divisions_stand_in_their_tree(self) -> None:
        assert [info.name_en for info in public.divisions(3, under="990102")] == [
            "Lake Town",
            "Mill Subdistrict",
        ]
        with override("en"):
            assert public.full_name("990102100201") == "West District Lake Town Reed Village"
        with override("zh-hans"):
            assert public.division_name("990102") == "西区"

    def test_given_outlines_stay_and_missing_ones_are_generated(self) -> None:
        origins = dict(Division.objects.values_list("code", "outline_origin"))
        assert origins["990101"] == "surveyed"
        assert origins["990102"] == "generalised"
        assert origins["990102100201"] == origins["990101001"] == "generated"
        assert Division.objects.get(pk="990100").outline.area == pytest.approx(0.0008)

    def test_cells_are_surveyed_or_generated_inside_the_built_up_area(self) -> None:
        surveyed = GridCell.objects.filter(origin="surveyed").values_list("code", flat=True)
        assert sorted(surveyed) == ["990101002001001", "990101002001002"]
        generated = list(GridCell.objects.filter(origin="generated").select_related("division"))
        assert len(generated) > 10
        town = shapely.box(160.01, 20.004, 160.035, 20.016).buffer(1e-6)
        assert all(town.covers(cell.outline) for cell in generated)
        assert all(cell.division.outline.buffer(1e-6).covers(cell.outline) for cell in generated)
        assert not any(cell.code.startswith("990101002001") for cell in generated)

    def test_loading_again_changes_nothing(self, tinytown: Path) -> None:
        before = revision()
        tally = load_pack(open_pack(tinytown))["places"]
        assert (tally.created, tally.changed, tally.retired) == (0, 0, 0)
        assert revision() == before


@pytest.mark.django_db
class TestANewerPack:
    def test_what_disappeared_is_retired_and_comes_back(self, copied: Path) -> None:
        load_pack(open_pack(copied))
        change(copied, "divisions.csv", "990102100201,芦苇村,村,Reed Village,,,\n", "")
        change(copied, "duties.csv", "990101001,handler,roads\n", "")
        assert load_pack(open_pack(copied))["places"].retired >= 2
        assert not Division.objects.get(pk="990102100201").is_active
        assert public.division("990102100201") is None
        assert Duty.objects.exclude(ended_at=None).get().division_id == "990101001"
        load_pack(open_pack(TINYTOWN))
        assert Division.objects.get(pk="990102100201").is_active

    def test_a_changed_name_is_changed(self, copied: Path) -> None:
        load_pack(open_pack(copied))
        change(copied, "divisions.csv", "Lake Town", "Sea Town")
        assert load_pack(open_pack(copied))["places"] == Tally(
            created=0,
            changed=1,
            unchanged=Division.objects.count() - 1 + GridCell.objects.count() + 4,
            retired=0,
        )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("file", "old", "new", "finding"),
    [
        (
            "divisions.csv",
            "990101002,",
            "990109002,",
            "divisions.csv:7: 990109002: there is no division 990109.",
        ),
        (
            "divisions.csv",
            "990100,",
            "990177,",
            "divisions.csv: The city itself (990100) is not in the table.",
        ),
        ("divisions.csv", "160.022,20.005", "160.022,", "divisions.csv:4: “lon” and “lat” go together."),
        ("divisions.csv", "160.022,20.005", "160.022,120", "divisions.csv:4: “lat” is 120.0, above 90."),
        ("divisions.csv", "990101001001,", "9901010010,", "required form"),
        ("divisions.csv", "990101002001,榆", "990101001,榆", "“990101001” is already on line 4."),
        ("outlines.geojson", '"code": "990102"', '"code": "990108"', "There is no division “990108”."),
        ("outlines.geojson", '"code": "990102"', '"code": "990101"', "The division 990101 has two outlines."),
        ("outlines.geojson", '"origin": "surveyed"', '"origin": "guessed"', "“origin” must be one of"),
        ("cells.geojson", "990101002001002", "990101002001001", "is already on line 2"),
        ("cells.geojson", "990101002001002", "990102001001002", "lies outside 990102"),
        ("duties.csv", "990102,handler,west", "990102,wizard,west", "duties.csv:5: “role” is “wizard”"),
        (
            "duties.csv",
            "990102,handler,west",
            "990102,handler,moon",
            "duties.csv:5: “organisation” is “moon”",
        ),
        (
            "city.toml",
            "cell_area_ha = 20",
            'cell_area_ha = "big"',
            "“cell_area_ha” in [grid] must be between",
        ),
    ],
)
def test_a_faulty_pack_is_refused_before_anything_changes(
    copied: Path, file: str, old: str, new: str, finding: str
) -> None:
    change(copied, file, old, new)
    assert [fault for fault in faults_of(copied) if finding in fault and fault.startswith(file)]
    assert not Division.objects.exists()


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("folder", sorted(PACKS.iterdir()), ids=lambda folder: folder.name)
def test_every_pack_of_the_repository_loads(folder: Path) -> None:
    pack = open_pack(folder)
    load_pack(pack)
    assert [city.code for city in public.divisions(1)] == [pack.city.code]
