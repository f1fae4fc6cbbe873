"""Who may see the files of applications: those who may see the application."""

from __future__ import annotations

from yicheng.core.journal.declare import AttachmentRule
from yicheng.core.kernel.errors import NotFound
from yicheng.core.people.public import Viewer
from yicheng.core.services.models import Material
from yicheng.core.services.queries.applications import visible_application


def _may_see(viewer: Viewer, application_id: str) -> bool:
    try:
        visible_application(viewer, int(application_id))
    except (NotFound, ValueError):
        return False
    return True


def _may_see_material(viewer: Viewer, material_id: str) -> bool:
    if not material_id.isdigit():
        return False
    found = Material.objects.filter(pk=int(material_id)).values_list("application_id", flat=True).first()
    return found is not None and _may_see(viewer, str(found))


ATTACHMENT_RULES = (
    AttachmentRule("serviceapplication", _may_see),
    AttachmentRule("servicematerial", _may_see_material),
)
