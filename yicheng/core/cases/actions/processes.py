"""Drawn processes: keep a draft, publish it, put limits in force."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases import current
from yicheng.core.cases.engine.documents import read_documents
from yicheng.core.cases.engine.findings import DrawingRefused, has_errors
from yicheng.core.cases.models import ProcessVersion
from yicheng.core.cases.registry import as_bytes, findings_of, process_type
from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, NotFound
from yicheng.core.people.public import Viewer


def save_version(viewer: Viewer, process: str, *, files: Mapping[str, str], note: str = "") -> ProcessVersion:
    """Keep drawn files as a new draft. A draft may have errors, but its files can be read at all."""
    process_type(process)
    viewer.require("cases.draw_process")
    read_documents(as_bytes(files))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"process/{process}"])
        newest = ProcessVersion.objects.filter(process=process).aggregate(Max("version"))["version__max"] or 0
        version = ProcessVersion.objects.create(
            process=process,
            version=newest + 1,
            files=dict(files),
            note=note[:200],
            created_by_id=viewer.account_id,
        )
        record(
            viewer, action="cases.save_process", subject=f"process/{version.pk}", detail={"process": process}
        )
    return version


def publish_version(viewer: Viewer, version_id: int) -> ProcessVersion:
    """Let new cases follow this version; running ones finish on theirs. Refused while the check finds errors."""
    viewer.require("cases.publish_process")
    with transaction.atomic():
        version = ProcessVersion.objects.select_for_update().filter(pk=version_id).first()
        if version is None:
            raise NotFound(_("There is no such version."))
        if version.status == ProcessVersion.Status.PUBLISHED:
            raise Conflict(_("This version is published already."))
        findings = findings_of(version.process, version.files)
        if has_errors(findings):
            raise DrawingRefused(findings)
        ProcessVersion.objects.filter(process=version.process, status=ProcessVersion.Status.PUBLISHED).update(
            status=ProcessVersion.Status.RETIRED
        )
        version.status, version.published_at = ProcessVersion.Status.PUBLISHED, clock.now()
        version.save(update_fields=["status", "published_at"])
        current.changed()
        record(
            viewer,
            action="cases.publish_process",
            subject=f"process/{version.pk}",
            detail={"process": version.process, "version": version.version},
        )
    return version
