"""The class of all applications' cases and, where the pack draws none, the ordinary process: comes with the package."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from yicheng.core.cases import classes, current
from yicheng.core.cases.actions.processes import publish_version, save_version
from yicheng.core.cases.models import CaseClass, ProcessVersion
from yicheng.core.kernel.pack import CityPack, Finding, PackSection, Tally
from yicheng.core.people.public import SYSTEM
from yicheng.core.services.actions.applications.submitting import CASE_CLASS, PROCESS

DRAWING = "services_application.bpmn"
DRAWN = Path(__file__).parent / "drawings" / DRAWING


def check(_pack: CityPack) -> Iterable[Finding]:
    """Nothing in the pack can be wrong here."""
    return ()


def load(pack: CityPack) -> Tally:
    """The class, and the drawing unless the pack has its own."""
    tally = lay_down_class()
    return tally if pack.files(f"processes/{DRAWING}") else tally + lay_down_process()


def lay_down_class() -> Tally:
    """The class of applications; the pack's own table does not name it."""
    _row, is_new = CaseClass.objects.update_or_create(
        code=CASE_CLASS,
        defaults={
            "application": "services",
            "kind": "event",
            "name": "政务服务申请",
            "name_en": "Application for a service",
            "is_active": False,  # nobody picks it by hand
            "is_public": False,
        },
    )
    classes.forget()
    current.changed()
    return Tally(created=1) if is_new else Tally(unchanged=1)


def lay_down_process() -> Tally:
    """The ordinary process, published unless it is already."""
    files = {DRAWING: DRAWN.read_text(encoding="utf-8")}
    published = ProcessVersion.objects.filter(process=PROCESS, status="published").first()
    if published is not None and published.files == files:
        return Tally(unchanged=1)
    publish_version(
        SYSTEM, save_version(SYSTEM, PROCESS, files=files, note=str(_("comes with the platform"))).pk
    )
    return Tally(changed=1) if published else Tally(created=1)


APPLICATION_SECTION = PackSection(
    "services.process",
    _("Applications for services"),
    files=(),
    check=check,
    load=load,
    after=("cases.classes", "cases.processes", "people.roles", "cases.limits"),
)
