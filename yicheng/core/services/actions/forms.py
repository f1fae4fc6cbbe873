"""Making a form: kept as a draft, published as a version that never changes again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid, NotFound
from yicheng.core.services.forms.reading import KEY, check_form
from yicheng.core.services.laying_down import fingerprint
from yicheng.core.services.models import FormVersion
from yicheng.core.services.queries.forms import NO_FORM

if TYPE_CHECKING:
    from yicheng.core.people.public import Viewer

RIGHT = "services.keep_items"
BYTES_AT_MOST = 512 * 1024


@transaction.atomic
def save_form(viewer: Viewer, code: str, *, schema: Mapping[str, Any], organisation_id: int) -> FormVersion:
    """Keep a schema as the form's draft, faults and all: they are told by ``check_form`` and hinder publishing."""
    viewer.require(RIGHT, organisation_id=organisation_id, division="")
    if not KEY.fullmatch(code.replace("-", "_")):
        raise Invalid(
            _("A form's code has small letters, digits and hyphens, beginning with a letter."),
            fields={
                "code": _("A form's code has small letters, digits and hyphens, beginning with a letter.")
            },
        )
    versions = FormVersion.objects.select_for_update().filter(code=code)
    newest = versions.order_by("-number").first()
    if newest is not None and newest.organisation_id is not None:
        viewer.require(RIGHT, organisation_id=newest.organisation_id, division="")
    draft = newest if newest is not None and newest.status == "draft" else None
    draft = draft or FormVersion(
        code=code,
        number=newest.number + 1 if newest else 1,
        created_by_id=viewer.account_id,
        created_at=clock.now(),
        organisation_id=newest.organisation_id if newest and newest.organisation_id else organisation_id,
    )
    draft.title = str(schema.get("title") or code)[:120]
    draft.schema, draft.fingerprint = dict(schema), fingerprint(schema)
    draft.save()
    record(viewer, action="services.save_form", subject=f"form/{draft.pk}", detail={"code": code})
    return draft


@transaction.atomic
def publish_form(viewer: Viewer, form_version_id: int) -> FormVersion:
    """Let items use a draft; it never changes again. Raises ``Invalid`` with the first fault of a faulty one."""
    draft = FormVersion.objects.select_for_update().filter(pk=form_version_id).first()
    if draft is None:
        raise NotFound(NO_FORM)
    viewer.require(RIGHT, organisation_id=draft.organisation_id, division="")
    if draft.status != FormVersion.Status.DRAFT:
        raise Conflict(_("This version of the form is published already."))
    if faults := check_form(draft.schema):
        raise Invalid(_("The form has faults; mend them first: %(fault)s"), fault=str(faults[0]))
    draft.status, draft.published_at = FormVersion.Status.PUBLISHED, clock.now()
    draft.save(update_fields=["status", "published_at"])
    record(viewer, action="services.publish_form", subject=f"form/{draft.pk}", detail={"code": draft.code})
    return draft
