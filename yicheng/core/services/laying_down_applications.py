"""The class of all applications' cases and, where the pack draws none, the ordinary process: comes with the package."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.coming_along import OwnProcess
from yicheng.core.services.actions.applications.submitting import CASE_CLASS, PROCESS

APPLICATIONS = OwnProcess(
    PROCESS,
    application="services",
    class_code=CASE_CLASS,
    class_name="政务服务申请",
    class_name_en="Application for a service",
    drawing=Path(__file__).parent / "drawings" / "services_application.bpmn",
)

APPLICATION_SECTION = APPLICATIONS.section("services.process", _("Applications for services"))
