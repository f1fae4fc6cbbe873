"""Receiving files and binding them to what they belong to.

Two steps, because the first costs time and the second stands in an action's transaction:
``receive`` checks the bytes and stores them, ``attach`` writes the row. A received file
that is never attached is swept away.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yicheng.core.journal import actions, documents, files
from yicheng.core.journal.declare import ATTACHMENT_RULES
from yicheng.core.journal.models import Attachment
from yicheng.core.journal.photos import HEIF_REFUSED, is_heif, looks_like_photo, take_apart
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Invalid, NotFound
from yicheng.core.people import limits
from yicheng.core.people.public import Viewer

MAX_PHOTO_BYTES = 12 * 1024 * 1024
MAX_DOCUMENT_BYTES = 20 * 1024 * 1024
PER_ADDRESS = limits.Limit("upload.address", amount=90, period_s=600)
PER_ACCOUNT = limits.Limit("upload.account", amount=600, period_s=600)
#: a signed address stays the same for this long (browsers keep the picture) and works for up to twice as long
_TICKET_S = 6 * 3600
_signer = Signer(salt="yicheng.attachment")


@dataclass(frozen=True, slots=True)
class Received:
    """A checked and stored file, not yet bound. ``lon``/``lat`` (WGS 84) are where the photo says it was taken."""

    sha256: str
    name: str
    kind: str
    media_type: str
    size: int
    width: int | None = None
    height: int | None = None
    lon: float | None = None
    lat: float | None = None
    taken_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """An attachment as a page shows it; the addresses work for whoever got the page, for some hours.

    ``thumb`` and ``shown`` are empty for documents; ``original`` is empty for photos unless asked for.
    """

    id: int
    kind: str
    name: str
    note: str
    stage: str
    size: int
    width: int | None
    height: int | None
    created_at: datetime
    thumb: str
    shown: str
    original: str


def receive(viewer: Viewer, upload: UploadedFile[Any]) -> Received:
    """Check a file by its content and store it. Raises ``Invalid``, ``TooMany``. Call outside a transaction."""
    if viewer.kind != "system":
        rule, key = (
            (PER_ACCOUNT, str(viewer.account_id)) if viewer.is_signed_in else (PER_ADDRESS, viewer.address)
        )
        limits.consume(rule, key)
    content = _content(upload)
    name = _safe_name(upload.name or "")
    if looks_like_photo(content[:16]):
        return _receive_photo(content, name)
    if is_heif(content[:16]):
        raise Invalid(HEIF_REFUSED)
    media_type = documents.recognise(content)
    sha256 = hashlib.sha256(content).hexdigest()
    files.keep(sha256, "original", content)
    return Received(
        sha256, _with_ending(name, documents.ENDINGS[media_type]), "document", media_type, len(content)
    )


@transaction.atomic
def attach(
    viewer: Viewer,
    received: Received,
    *,
    subject: str,
    division: str = "",
    stage: str = "",
    note: str = "",
    is_public: bool = False,
) -> Attachment:
    """Bind a received file to ``subject``; the caller has checked that the viewer may change the subject."""
    row = Attachment.objects.create(
        subject=subject,
        stage=stage,
        division_code=division,
        kind=received.kind,
        media_type=received.media_type,
        name=received.name,
        size=received.size,
        sha256=received.sha256,
        width=received.width,
        height=received.height,
        lon=received.lon,
        lat=received.lat,
        taken_at=received.taken_at,
        note=note[:200],
        is_public=is_public and received.kind == Attachment.Kind.PHOTO,
        account_id=viewer.account_id,
        created_at=clock.now(),
    )
    actions.record(
        viewer,
        action="journal.attach_file",
        subject=subject,
        division=division,
        detail={"attachment": row.pk, "sha256": received.sha256},
    )
    return row


@transaction.atomic
def publish(viewer: Viewer, attachment_id: int, *, is_public: bool) -> None:
    """Open a photo to everybody, or close it; the caller has checked the right over its subject."""
    row = _locked(attachment_id)
    if is_public and row.kind != Attachment.Kind.PHOTO:
        raise Invalid(_("Only photos can be published; documents are handed out one by one."))
    row.is_public = is_public
    row.save(update_fields=["is_public"])
    detail = {"attachment": row.pk, "is_public": is_public}
    actions.record(
        viewer, action="journal.publish_file", subject=row.subject, division=row.division_code, detail=detail
    )


@transaction.atomic
def remove(viewer: Viewer, attachment_id: int, *, reason: str) -> None:
    """Take an attachment away from its subject; the caller has checked the right. The record of it stays."""
    row = _locked(attachment_id)
    row.removed_at = clock.now()
    row.save(update_fields=["removed_at"])
    detail = {"attachment": row.pk, "sha256": row.sha256, "reason": reason}
    actions.record(
        viewer, action="journal.remove_file", subject=row.subject, division=row.division_code, detail=detail
    )


def attachments_of(subjects: Iterable[str], *, with_originals: bool = False) -> Mapping[str, list[Shown]]:
    """What is attached to these subjects, oldest first, in one query. The caller has checked that the
    viewer may see the subjects: the addresses are signed and open to whoever gets them."""
    wanted = list(subjects)
    found: dict[str, list[Shown]] = {subject: [] for subject in wanted}
    for row in Attachment.objects.filter(subject__in=wanted, removed_at=None).order_by("id"):
        found[row.subject].append(_shown(row, with_original=with_originals))
    return found


def may_see(viewer: Viewer, row: Attachment, *, variant: files.Variant, ticket: str) -> bool:
    """Whether this request opens this variant: published, a signed address, or a right over the subject."""
    if variant != "original" and row.is_public:
        return True
    if ticket and _ticket_holds(ticket, row.pk, variant):
        return True
    if viewer.may("journal.see_originals", division=row.division_code):
        return True
    table, _slash, subject_id = row.subject.partition("/")
    is_open = row.kind == Attachment.Kind.DOCUMENT or variant != "original"
    return is_open and table in ATTACHMENT_RULES and ATTACHMENT_RULES.get(table).may_see(viewer, subject_id)


def note_original(viewer: Viewer, row: Attachment) -> None:
    """The original of a photo goes out, with what the camera knew of place and time: whose it is can see that."""
    if row.kind != Attachment.Kind.PHOTO or viewer.account_id == row.account_id:
        return
    actions.record(
        viewer,
        action="journal.see_original",
        subject=row.subject,
        division=row.division_code,
        detail={"attachment": row.pk},
    )
    if row.account_id is not None and viewer.is_signed_in:
        purpose = str(_("The original of a photo, with its place and time"))
        actions.record_access(viewer, person_id=row.account_id, subject=row.subject, purpose=purpose)


def find(attachment_id: int) -> Attachment:
    """The row. Raises ``NotFound``, also for what was removed."""
    row = Attachment.objects.filter(pk=attachment_id, removed_at=None).first()
    if row is None:
        raise NotFound(_("There is no such file, or it was removed."))
    return row


def sweep() -> int:
    """Delete stored files that no row needs, a day after they came; answers how many (a job)."""
    dropped = 0
    limit = clock.now() - timedelta(days=1)
    for sha256, storage in files.stored():
        if storage.get_modified_time(f"originals/{sha256[:2]}/{sha256[2:]}") > limit:
            continue
        if not Attachment.objects.filter(sha256=sha256).exists():
            files.drop(sha256)
            dropped += 1
    return dropped


def _receive_photo(content: bytes, name: str) -> Received:
    if len(content) > MAX_PHOTO_BYTES:
        raise Invalid(_("This photo is larger than %(limit)d MB."), limit=MAX_PHOTO_BYTES // 2**20)
    photo = take_apart(content)
    sha256 = hashlib.sha256(content).hexdigest()
    files.keep(sha256, "original", content)
    files.keep(sha256, "shown", photo.shown)
    files.keep(sha256, "thumb", photo.thumb)
    return Received(
        sha256,
        name or "photo",
        "photo",
        photo.media_type,
        len(content),
        photo.width,
        photo.height,
        photo.lon,
        photo.lat,
        photo.taken_at,
    )


def _content(upload: UploadedFile[Any]) -> bytes:
    if (upload.size or 0) > MAX_DOCUMENT_BYTES:
        raise Invalid(_("This file is larger than %(limit)d MB."), limit=MAX_DOCUMENT_BYTES // 2**20)
    content: bytes = upload.read(MAX_DOCUMENT_BYTES + 1)
    if not content:
        raise Invalid(_("This file is empty."))
    return content


def _safe_name(name: str) -> str:
    """The sender's name for the file, fit for a header and for every file system."""
    name = unicodedata.normalize("NFC", PurePosixPath(name.replace("\\", "/")).name)
    name = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in name)
    return re.sub(r'[<>:"/\\|?*]+', "_", name).strip(" .")[-100:]


def _with_ending(name: str, ending: str) -> str:
    return name if name.lower().endswith(ending) else f"{name or 'document'}{ending}"


def _shown(row: Attachment, *, with_original: bool) -> Shown:
    is_photo = row.kind == Attachment.Kind.PHOTO
    return Shown(
        id=row.pk,
        kind=row.kind,
        name=row.name,
        note=row.note,
        stage=row.stage,
        size=row.size,
        width=row.width,
        height=row.height,
        created_at=row.created_at,
        thumb=_address(row.pk, "thumb") if is_photo else "",
        shown=_address(row.pk, "shown") if is_photo else "",
        original=_address(row.pk, "original") if with_original or not is_photo else "",
    )


def _address(attachment_id: int, variant: files.Variant) -> str:
    ticket = _signer.sign(_ticket(attachment_id, variant, ago=0)).rpartition(":")[2]
    return f"{reverse('journal_file', args=[attachment_id, variant])}?t={ticket}"


def _ticket_holds(ticket: str, attachment_id: int, variant: str) -> bool:
    for ago in (0, 1):
        try:
            _signer.unsign(f"{_ticket(attachment_id, variant, ago=ago)}:{ticket}")
        except BadSignature:
            continue
        return True
    return False


def _ticket(attachment_id: int, variant: str, *, ago: int) -> str:
    return f"{attachment_id}.{variant}.{int(clock.now().timestamp()) // _TICKET_S - ago}"


def _locked(attachment_id: int) -> Attachment:
    row = Attachment.objects.select_for_update().filter(pk=attachment_id, removed_at=None).first()
    if row is None:
        raise NotFound(_("There is no such file, or it was removed."))
    return row
