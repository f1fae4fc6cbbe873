"""Seals on PDF: two independent programs confirm them, every change is found, nobody sets one without a rule."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.db import ProgrammingError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yicheng.core.credentials.models import Key, Seal, SealRequest, SealUse
from yicheng.core.credentials.public import check_pdf, seal_pdf
from yicheng.core.credentials.tests.conftest import Bureau
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from yicheng.core.people.public import STRANGER, SYSTEM

POPPLER = shutil.which("pdfsig")
with_poppler = pytest.mark.skipif(
    POPPLER is None, reason="Poppler's pdfsig is missing: install poppler-utils"
)


def put(bureau: Bureau, page: bytes, subject: str = "page/1") -> bytes:
    return seal_pdf(bureau.clerk, page, seal=bureau.seal.code, reason="证明", subject=subject)


def test_a_sealed_page_says_who_sealed_it(bureau: Bureau, page: bytes) -> None:
    (found,) = check_pdf(put(bureau, page))
    assert found.holds
    assert (found.signer, found.organisation) == ("某市城市管理局", "某市城市管理局")
    assert (found.number, found.seal, found.reason) == ("1000000012345", "100000.urban", "证明")
    assert not found.has_time_stamp


def test_a_page_without_a_seal_has_none(page: bytes, db: None) -> None:
    assert check_pdf(page) == []


@with_poppler
def test_poppler_confirms_the_signature(bureau: Bureau, page: bytes, tmp_path: Path) -> None:
    assert "Signature is Valid" in pdfsig(put(bureau, page), tmp_path)


@with_poppler
def test_poppler_finds_a_changed_byte(bureau: Bureau, page: bytes, tmp_path: Path) -> None:
    sealed = bytearray(put(bureau, page))
    sealed[40] ^= 1
    assert "Signature is Valid" not in pdfsig(bytes(sealed), tmp_path)


def pdfsig(pdf: bytes, folder: Path) -> str:
    path = folder / "sealed.pdf"
    path.write_bytes(pdf)
    assert POPPLER
    done = subprocess.run([POPPLER, "-nocert", str(path)], capture_output=True, text=True, check=False)
    return done.stdout


@pytest.mark.django_db
def test_every_flipped_byte_of_the_signed_range_is_found(bureau: Bureau, page: bytes) -> None:
    sealed = put(bureau, page)
    first, end, start, rest = signed_range(sealed)
    assert (first, start + rest) == (0, len(sealed))

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(place=st.integers(0, end + rest - 1), bit=st.integers(0, 7))
    def flipped(place: int, bit: int) -> None:
        changed = bytearray(sealed)
        changed[place if place < end else start + place - end] ^= 1 << bit
        assert not is_accepted(bytes(changed))

    flipped()


def is_accepted(pdf: bytes) -> bool:
    try:
        found = check_pdf(pdf)
    except Invalid:
        return False
    return bool(found) and all(one.holds for one in found)


def signed_range(pdf: bytes) -> tuple[int, int, int, int]:
    (found,) = re.findall(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]", pdf)
    return tuple(int(part) for part in found)  # type: ignore[return-value]


def test_what_is_added_after_the_seal_is_found(bureau: Bureau, page: bytes) -> None:
    from io import BytesIO

    from pyhanko.pdf_utils.generic import ArrayObject, FloatObject, pdf_name
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(BytesIO(put(bureau, page)))
    sheet = writer.find_page_for_modification(0)[0].get_object()
    sheet[pdf_name("/MediaBox")] = ArrayObject([FloatObject(edge) for edge in (0, 0, 10, 10)])
    writer.update_container(sheet)
    out = BytesIO()
    writer.write(out)
    assert not is_accepted(out.getvalue())


def test_two_seals_stand_beside_each_other(bureau: Bureau, page: bytes) -> None:
    both = seal_pdf(
        bureau.custodian, put(bureau, page), seal=bureau.seal.code, reason="会签", subject="page/1"
    )
    assert [one.holds for one in check_pdf(both)] == [True, True]


def test_a_seal_of_a_stranger_s_authority_is_not_trusted(bureau: Bureau, page: bytes) -> None:
    sealed = put(bureau, page)
    Key.objects.filter(purpose="root").delete()  # the city of another platform
    (found,) = check_pdf(sealed)
    assert found.is_sound
    assert not found.is_trusted


def test_a_use_is_written_down_and_stays(bureau: Bureau, page: bytes) -> None:
    sealed = put(bureau, page)
    use = SealUse.objects.get()
    assert (use.seal_id, use.account_id, use.subject, use.reason) == (
        bureau.seal.pk, bureau.clerk.account_id, "page/1", "证明",
    )  # fmt: skip
    assert use.digest_before == hashlib.sha256(page).hexdigest()
    assert use.digest_after == hashlib.sha256(sealed).hexdigest()
    for statement in ("UPDATE credentials_seal_use SET reason = ''", "DELETE FROM credentials_seal_use"):
        with (
            pytest.raises(ProgrammingError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_nobody_of_another_organisation_sets_it(bureau: Bureau, page: bytes) -> None:
    for viewer in (bureau.stranger, bureau.head):
        with pytest.raises(Forbidden):
            seal_pdf(viewer, page, seal=bureau.seal.code, reason="", subject="page/1")
    assert not SealUse.objects.exists()


def test_a_rule_must_cover_what_is_sealed(bureau: Bureau, page: bytes) -> None:
    for subject in ("licence/taxi/1", "pages/1", "licence/foodstall/1"):
        with pytest.raises(Forbidden):
            put(bureau, page, subject)
    with pytest.raises(Forbidden):
        seal_pdf(SYSTEM, page, seal=bureau.seal.code, reason="", subject="page/1")
    assert check_pdf(seal_pdf(SYSTEM, page, seal=bureau.seal.code, reason="", subject="licence/food/1"))


def test_a_use_that_needs_approval_waits_for_it_and_rests_on_it_once(bureau: Bureau, page: bytes) -> None:
    with pytest.raises(Conflict) as refused:
        put(bureau, page, "licence/food/1")
    assert refused.value.code == "seal_needs_approval"
    request = SealRequest.objects.create(
        seal=bureau.seal, subject="licence/food/1", reason="x", state="granted",
        asked_by_id=bureau.clerk.account_id or 0, asked_at=bureau.seal.created_at,
    )  # fmt: skip
    assert check_pdf(put(bureau, page, "licence/food/1"))[0].holds
    assert SealUse.objects.get().request_id == request.pk
    with pytest.raises(Conflict):
        put(bureau, page, "licence/food/1")


def test_a_suspended_seal_is_set_on_nothing(bureau: Bureau, page: bytes) -> None:
    Seal.objects.update(state="suspended")
    with pytest.raises(Conflict, match="suspended"):
        put(bureau, page)


def test_what_is_no_pdf_is_not_sealed(bureau: Bureau) -> None:
    with pytest.raises(Invalid):
        put(bureau, b"not a PDF")
    with pytest.raises(NotFound):
        seal_pdf(bureau.clerk, b"", seal="no.such", reason="", subject="page/1")
    assert not SealUse.objects.exists()


def test_strangers_set_none(bureau: Bureau, page: bytes) -> None:
    from yicheng.core.kernel.errors import SignInRequired

    with pytest.raises(SignInRequired):
        seal_pdf(STRANGER, page, seal=bureau.seal.code, reason="", subject="page/1")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(junk=st.binary(max_size=300))
@pytest.mark.django_db
def test_junk_is_refused_in_plain_words(junk: bytes) -> None:
    with pytest.raises(Invalid, match="PDF"):
        check_pdf(b"%PDF-1.7\n" + junk)
