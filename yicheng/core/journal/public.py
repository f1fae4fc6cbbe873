"""What other parts may call about records: audit trail, access log, attachments, numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from yicheng.core.people.public import Viewer

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from yicheng.core.journal.attachments import Received, Shown  # noqa: TC004
    from yicheng.core.journal.models import AccessEntry
    from yicheng.core.kernel.statements import Part

__all__ = [
    "Received",
    "Shown",
    "attach_file",
    "attached_files",
    "looks_at_me",
    "next_number",
    "publish_file",
    "receive_file",
    "record",
    "record_access",
    "recording",
    "remove_file",
]


def record(
    viewer: Viewer,
    *,
    action: str,
    subject: str,
    division: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write one line of the audit trail, in the caller's transaction (one INSERT).

    ``action`` is ``<part>.<verb>_<thing>``; ``subject`` names what was touched as
    ``<table>/<id>`` (``case/812``); ``detail`` holds what changed, no personal data.
    """
    from yicheng.core.journal import actions

    actions.record(viewer, action=action, subject=subject, division=division, detail=detail or {})


def recording(
    viewer: Viewer,
    *,
    action: str,
    subject: str,
    division: str = "",
    detail: Mapping[str, Any] | None = None,
) -> Part:
    """The line that ``record`` would write, as part of the caller's own statement: a round trip less on hot paths."""
    from yicheng.core.journal import actions

    return actions.recording(viewer, action=action, subject=subject, division=division, detail=detail or {})


def record_access(viewer: Viewer, *, person_id: int, subject: str, purpose: str) -> None:
    """Log that the viewer was shown personal data of account ``person_id``; visible to that person."""
    from yicheng.core.journal import actions

    actions.record_access(viewer, person_id=person_id, subject=subject, purpose=purpose)


def looks_at_me(viewer: Viewer) -> list[AccessEntry]:
    """Who looked at the viewer's own data, the latest first: ``who``, ``body``, ``recorded_at``, ``purpose``."""
    from yicheng.core.journal import queries

    return queries.looks_at_me(viewer)


def next_number(series: str, *, division: str = "", when: datetime | None = None) -> str:
    """The next human-readable number of a series (``UC2026112300017``), by the city's pattern.

    Unique, roughly in order, may skip; takes no lock that another transaction waits for. ``when``
    (aware) is the moment the number shows, now by default.
    """
    from yicheng.core.journal import numbering

    return numbering.next_number(series, division=division, when=when)


def receive_file(viewer: Viewer, upload: UploadedFile[Any]) -> Received:
    """Check a file by its content and store it: JPEG, PNG, WebP; PDF, OFD, DOCX, XLSX.

    Raises ``Invalid`` or ``TooMany``. Takes up to a few hundred milliseconds: call it outside a
    transaction. Answers what the photo says about itself: ``lon``, ``lat`` (WGS 84), ``taken_at``.
    """
    from yicheng.core.journal import attachments

    return attachments.receive(viewer, upload)


def attach_file(
    viewer: Viewer,
    received: Received,
    *,
    subject: str,
    division: str = "",
    stage: str = "",
    note: str = "",
    is_public: bool = False,
) -> int:
    """Bind a received file to ``subject`` (``case/812``) in the caller's transaction; answers its id.

    The caller has checked that the viewer may change the subject. Only photos can be public.
    """
    from yicheng.core.journal import attachments

    row = attachments.attach(
        viewer, received, subject=subject, division=division, stage=stage, note=note, is_public=is_public
    )
    return row.pk


def attached_files(subjects: Iterable[str], *, with_originals: bool = False) -> Mapping[str, list[Shown]]:
    """What is attached to these subjects, oldest first, in one query; every subject is a key.

    The caller has checked that the viewer may see the subjects: the addresses are signed for some hours.
    """
    from yicheng.core.journal import attachments

    return attachments.attachments_of(subjects, with_originals=with_originals)


def publish_file(viewer: Viewer, attachment_id: int, *, is_public: bool) -> None:
    """Open an attached photo to everybody, or close it; the caller has checked the right over its subject."""
    from yicheng.core.journal import attachments

    attachments.publish(viewer, attachment_id, is_public=is_public)


def remove_file(viewer: Viewer, attachment_id: int, *, reason: str) -> None:
    """Take an attached file away; the caller has checked the right over its subject. The record stays."""
    from yicheng.core.journal import attachments

    attachments.remove(viewer, attachment_id, reason=reason)
