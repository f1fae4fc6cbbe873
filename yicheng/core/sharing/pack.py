"""What sharing lays down with a city pack: the class of its cases and, where the pack draws none, its process."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.coming_along import OwnProcess
from yicheng.core.sharing.actions.asking import CASE_CLASS, PROCESS

REQUESTS = OwnProcess(
    PROCESS,
    application="sharing",
    class_code=CASE_CLASS,
    class_name="数据共享申请",
    class_name_en="Request for data",
    drawing=Path(__file__).parent / "drawings" / "sharing_request.bpmn",
)

PACK_SECTIONS = (REQUESTS.section("sharing.process", _("Requests for data")),)
