"""Files from strangers: known by content, bounded, stripped, served only to those who may see them."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image
from pytest_django import Settings

from yicheng.core.journal import attachments, documents, files, photos
from yicheng.core.journal.declare import ATTACHMENT_RULES, AttachmentRule
from yicheng.core.journal.models import Attachment, AuditEntry
from yicheng.core.journal.public import (
    attach_file,
    attached_files,
    looks_at_me,
    publish_file,
    receive_file,
    remove_file,
)
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Invalid, NotFound, TooMany
from yicheng.core.people import limits
from yicheng.core.people.models import Account
from yicheng.core.people.public import STRANGER, SYSTEM, Scope, Viewer


def photo(
    size: tuple[int, int] = (640, 480), kind: str = "JPEG", *, gps: bool = True, turned: int = 1
) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Model] = "Secret camera"
    exif[ExifTags.Base.Orientation] = turned
    if gps:
        exif.get_ifd(ExifTags.IFD.GPSInfo).update(
            {
                ExifTags.GPS.GPSLatitudeRef: "N",
                ExifTags.GPS.GPSLatitude: (34.0, 45.0, 36.0),
                ExifTags.GPS.GPSLongitudeRef: "E",
                ExifTags.GPS.GPSLongitude: (113.0, 39.0, 0.0),
            }
        )
    exif.get_ifd(ExifTags.IFD.Exif).update(
        {ExifTags.Base.DateTimeOriginal: "2026:11:23 18:00:00", ExifTags.Base.OffsetTimeOriginal: "+08:00"}
    )
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, exif=exif)
    return out.getvalue()


def upload(content: bytes, name: str = "IMG_1.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.fixture(autouse=True)
def _media(tmp_path: object, settings: Settings) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def rule(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    def set_rule(is_open: bool) -> None:
        items = {"case": AttachmentRule("case", lambda viewer, subject_id: is_open and subject_id == "7")}
        monkeypatch.setattr(ATTACHMENT_RULES, "_items", items)

    return set_rule


def test_position_and_time_are_read_and_what_is_shown_holds_neither() -> None:
    found = photos.take_apart(photo())
    assert (found.lon, found.lat) == (113.65, 34.76)
    assert found.taken_at == datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    for published in (found.shown, found.thumb):
        image = Image.open(BytesIO(published))
        assert not image.getexif()
        assert "exif" not in image.info
        assert b"Secret camera" not in published


def test_photo_is_turned_upright_and_made_small() -> None:
    found = photos.take_apart(photo((3000, 1500), turned=6))
    assert (found.width, found.height) == (1500, 3000)
    assert Image.open(BytesIO(found.shown)).size == (960, 1920)
    assert Image.open(BytesIO(found.thumb)).size == (180, 360)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_formats_become_jpeg(kind: str) -> None:
    found = photos.take_apart(photo(kind=kind))
    assert found.media_type == f"image/{kind.lower()}"
    assert Image.open(BytesIO(found.shown)).format == "JPEG"


def test_transparent_picture_lies_on_white() -> None:
    out = BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(out, "PNG")
    shown = Image.open(BytesIO(photos.take_apart(out.getvalue()).shown))
    assert shown.getpixel((0, 0)) == (255, 255, 255)


def test_a_photo_as_some_phones_keep_it_is_refused_in_words() -> None:
    heic = SimpleUploadedFile("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 64, "image/heic")
    with pytest.raises(Invalid, match="most compatible"):
        receive_file(SYSTEM, heic)


def test_bomb_is_refused_before_it_is_decoded() -> None:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )
    with pytest.raises(Invalid, match=r"pixels|cannot be read"):
        photos.take_apart(bomb)


@given(st.binary(max_size=2000))
def test_random_bytes_are_only_ever_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        photos.take_apart(content)
    with pytest.raises(Invalid):
        documents.recognise(content)


@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(["JPEG", "PNG", "WEBP"]),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=20),
    st.integers(0, 10_000),
)
def test_damaged_photo_is_read_or_refused(kind: str, flips: list[tuple[int, int]], cut: int) -> None:
    content = bytearray(photo((60, 40), kind))
    for place, value in flips:
        content[place % len(content)] = value
    content = content[: max(20, len(content) - cut % 200)]
    try:
        found = photos.take_apart(bytes(content))
    except Invalid:
        return
    assert Image.open(BytesIO(found.shown)).format == "JPEG"


@given(st.binary(max_size=400))
def test_archive_of_random_bytes_is_only_ever_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        documents.recognise(b"PK\x03\x04" + content)


def archive(*names: str, content: bytes = b"x") -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in names:
            packed.writestr(name, content)
    return out.getvalue()


def test_documents_are_known_by_content() -> None:
    assert documents.recognise(b"%PDF-1.7\n...\n%%EOF\n") == "application/pdf"
    assert documents.recognise(archive("OFD.xml")) == "application/ofd"
    assert documents.recognise(archive("word/document.xml")).endswith("wordprocessingml.document")


def test_documents_with_tricks_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for content in (
        b"%PDF-1.7 cut off",
        archive("word/document.xml", "word/vbaProject.bin"),
        archive("readme.txt"),
        b"MZ\x90\x00 a program",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    ):
        with pytest.raises(Invalid):
            documents.recognise(content)
    monkeypatch.setattr(documents, "MAX_UNPACKED", 1000)
    with pytest.raises(Invalid, match="unpacks"):
        documents.recognise(archive("word/document.xml", content=b"0" * 2000))


@pytest.mark.django_db
def test_name_cannot_leave_its_folder_or_break_a_header() -> None:
    received = receive_file(SYSTEM, upload(b"%PDF-1.7\n%%EOF", "../../etc/pass\r\nwd\u202e.exe"))
    assert received.name == "pass  wd .exe.pdf"


@pytest.mark.django_db
def test_stranger_sees_a_photo_only_once_it_is_published(
    client: Client, rule: Callable[[bool], None]
) -> None:
    rule(False)
    attachment_id = attach_file(STRANGER, receive_file(STRANGER, upload(photo())), subject="case/7")
    assert client.get(f"/media/{attachment_id}/shown").status_code == 404
    publish_file(SYSTEM, attachment_id, is_public=True)
    answer = client.get(f"/media/{attachment_id}/shown")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert b"Secret camera" not in answer.getvalue()
    assert client.get(f"/media/{attachment_id}/original").status_code == 404


@pytest.mark.django_db
def test_rule_of_the_subject_opens_what_is_shown_but_no_original(
    client: Client, rule: Callable[[bool], None]
) -> None:
    attachment_id = attach_file(SYSTEM, receive_file(SYSTEM, upload(photo())), subject="case/7")
    rule(True)
    assert client.get(f"/media/{attachment_id}/thumb").status_code == 200
    assert client.get(f"/media/{attachment_id}/original").status_code == 404
    rule(False)
    assert client.get(f"/media/{attachment_id}/thumb").status_code == 404


@pytest.mark.django_db
def test_signed_address_works_for_its_variant_and_its_hours(
    client: Client, rule: Callable[[bool], None]
) -> None:
    rule(False)
    attach_file(SYSTEM, receive_file(SYSTEM, upload(photo())), subject="case/7")
    shown = attached_files(["case/7", "case/8"])["case/7"][0]
    assert client.get(shown.thumb).status_code == 200
    assert client.get(shown.thumb.replace("thumb", "original")).status_code == 404
    with clock.at(datetime.now(UTC) + timedelta(days=1)):
        assert client.get(shown.thumb).status_code == 404


@pytest.mark.django_db
def test_whose_photo_it_is_sees_who_took_the_original(
    client: Client, rule: Callable[[bool], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    rule(True)
    owner = Account.objects.create(username="owner", kind="resident", display_name="Owner")
    auditor = Account.objects.create(username="auditor", kind="staff", display_name="Auditor")
    mine = Viewer("resident", owner.pk)
    attachment_id = attach_file(mine, receive_file(mine, upload(photo())), subject="case/7")
    sees = Viewer("staff", auditor.pk, grants={"journal.see_originals": (Scope(),)})
    for viewer, variant, looks in ((sees, "shown", 0), (sees, "original", 1), (mine, "thumb", 1)):
        monkeypatch.setattr("yicheng.core.journal.views.viewer_of", lambda _request, who=viewer: who)
        assert client.get(f"/media/{attachment_id}/{variant}").status_code == 200
        assert len(looks_at_me(mine)) == looks
    assert AuditEntry.objects.filter(action="journal.see_original", account_id=auditor.pk).count() == 1


@pytest.mark.django_db
def test_document_is_handed_out_as_a_download(client: Client) -> None:
    attach_file(SYSTEM, receive_file(SYSTEM, upload(b"%PDF-1.7\n%%EOF", "合同.pdf")), subject="case/7")
    answer = client.get(attached_files(["case/7"])["case/7"][0].original)
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/pdf"


@pytest.mark.django_db
def test_removed_file_is_gone_and_the_trail_says_why(client: Client) -> None:
    attachment_id = attach_file(
        SYSTEM, receive_file(SYSTEM, upload(photo())), subject="case/7", is_public=True
    )
    remove_file(SYSTEM, attachment_id, reason="shows a face")
    assert client.get(f"/media/{attachment_id}/shown").status_code == 404
    assert attached_files(["case/7"]) == {"case/7": []}
    entry = AuditEntry.objects.get(action="journal.remove_file")
    assert entry.detail["reason"] == "shows a face"
    with pytest.raises(NotFound):
        remove_file(SYSTEM, attachment_id, reason="again")


@pytest.mark.django_db
def test_uploads_are_limited_per_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "PER_ADDRESS", limits.Limit("upload.test", amount=1, period_s=60))
    receive_file(STRANGER, upload(b"%PDF-1.7\n%%EOF"))
    with pytest.raises(TooMany):
        receive_file(STRANGER, upload(b"%PDF-1.7\n%%EOF"))


@pytest.mark.django_db
def test_empty_and_oversized_files_are_refused() -> None:
    with pytest.raises(Invalid, match="empty"):
        receive_file(SYSTEM, upload(b""))
    with pytest.raises(Invalid, match="larger"):
        receive_file(SYSTEM, upload(b"%PDF-" + b"0" * attachments.MAX_DOCUMENT_BYTES))
    assert not Attachment.objects.exists()


@pytest.mark.django_db
def test_sweep_keeps_what_is_attached() -> None:
    kept = receive_file(SYSTEM, upload(photo()))
    attach_file(SYSTEM, kept, subject="case/7", is_public=True)
    receive_file(SYSTEM, upload(photo((64, 64))))
    assert attachments.sweep() == 0
    with clock.at(datetime.now(UTC) + timedelta(days=2)):
        assert attachments.sweep() == 1
    assert [sha for sha, _storage in files.stored()] == [kept.sha256]
