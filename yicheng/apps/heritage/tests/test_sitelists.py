"""Published lists: sound rows in, doubtful rows wait, refused rows told; the real national list among them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yicheng.apps.heritage.actions.sitelists import settle_doubt, take_site_list
from yicheng.apps.heritage.imports.sitelist import RefusedRow, SiteRow, read_site_list
from yicheng.apps.heritage.models import Site, SiteDoubt
from yicheng.apps.heritage.permissions import KEEP_SITES
from yicheng.apps.heritage.tests.conftest import Town, counties
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, SignInRequired
from yicheng.core.kernel.sheets.files import open_sheet
from yicheng.core.kernel.sheets.records import Unreadable
from yicheng.core.people.public import STRANGER, SYSTEM, Scope, Viewer

REAL = Path(__file__).parents[5] / "shared" / "data" / "heritage" / "zhengzhou_national_heritage.csv"
HEAD = "batch,announced_year,serial,name,era,category,address,county_code,flag\n"
SOUND = "7,2013,266,East Mound,商,古遗址,East,100101,\n"
UNSURE = "7,2013,267,West Tower,清,古建筑,West,100102,county_conflict\n"


def taken(text: str, viewer: Viewer = SYSTEM) -> object:
    return take_site_list(viewer, io.BytesIO(text.encode()), name="List of 2013")


def test_sound_rows_become_sites_and_doubtful_ones_wait(town: Town) -> None:
    done = take_site_list(
        SYSTEM, io.BytesIO((HEAD + SOUND + UNSURE + "x,2013,1,A,商,古遗址,,,\n").encode()), name="L"
    )
    assert (done.created, done.doubtful, len(done.refused)) == (1, 1, 1)
    assert "whole numbers" in str(done.refused[0].reason)
    site = Site.objects.get()
    assert (site.number, site.division_code) == ("7-0266", "100101")
    assert {one.field for one in site.statements.all()} == {
        "name",
        "era",
        "category",
        "address",
        "division_code",
    }
    again = take_site_list(SYSTEM, io.BytesIO((HEAD + SOUND + UNSURE).encode()), name="L")
    assert (again.created, again.present, again.doubtful) == (0, 2, 0)


def test_a_row_outside_the_city_is_doubtful_whatever_the_list_says(town: Town) -> None:
    taken(HEAD + "7,2013,9,Far,清,古建筑,Elsewhere,999999,\n")
    assert SiteDoubt.objects.get().reason == SiteDoubt.Reason.OUTSIDE
    assert not Site.objects.exists()


def test_a_doubt_is_settled_once_with_a_reason(town: Town) -> None:
    taken(HEAD + UNSURE)
    doubt = SiteDoubt.objects.get()
    with pytest.raises(Invalid):
        settle_doubt(SYSTEM, doubt.pk, take=True, division="100102", why=" ")
    with pytest.raises(Invalid):
        settle_doubt(SYSTEM, doubt.pk, take=True, division="999999", why="Went there")
    assert not Site.objects.exists()
    settled = settle_doubt(SYSTEM, doubt.pk, take=True, division="100102", why="Went there")
    assert settled.site is not None
    assert settled.site.division_code == "100102"
    with pytest.raises(Conflict):
        settle_doubt(SYSTEM, doubt.pk, take=False, why="No")


def test_who_may_take_a_list(town: Town) -> None:
    with pytest.raises(SignInRequired):
        taken(HEAD + SOUND, STRANGER)
    west = Viewer(kind="staff", account_id=None, grants={KEEP_SITES: (Scope(division="100102"),)})
    with pytest.raises((Forbidden, SignInRequired)):
        taken(HEAD + SOUND, west)
    assert not Site.objects.exists()


def test_a_list_without_a_needed_column_is_refused_as_a_whole(town: Town) -> None:
    with pytest.raises(Unreadable, match="era"):
        taken("batch,serial,name,category,address\n7,1,A,古建筑,B\n")


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20), min_size=6, max_size=6))
def test_no_cell_breaks_the_reader(cells: list[str]) -> None:
    row = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    text = f"batch,serial,name,era,category,address\n{row}\n"
    for found in read_site_list(open_sheet(io.BytesIO(text.encode())), counties=frozenset({"100101"})):
        assert isinstance(found, SiteRow | RefusedRow)


@pytest.mark.skipif(not REAL.exists(), reason="the real list is not on this machine")
def test_the_real_national_list(db: None) -> None:
    codes = [
        "410102",
        "410103",
        "410104",
        "410105",
        "410106",
        "410108",
        "410122",
        "410181",
        "410182",
        "410183",
        "410184",
        "410185",
    ]
    counties({code: code for code in codes})
    with REAL.open("rb") as file:
        done = take_site_list(SYSTEM, file, name="全国重点文物保护单位")
    assert (done.created, done.doubtful, len(done.refused)) == (71, 11, 0)
    outside = SiteDoubt.objects.get(reason=SiteDoubt.Reason.OUTSIDE)
    assert outside.name == "天主教河南总修院旧址"
    for doubt in SiteDoubt.objects.exclude(pk=outside.pk):
        settle_doubt(SYSTEM, doubt.pk, take=True, division=doubt.division_code, why="Looked at the map")
    settle_doubt(SYSTEM, outside.pk, take=False, why="Stands in Kaifeng")
    assert Site.objects.count() == 81
