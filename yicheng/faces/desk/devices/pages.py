"""The addresses of the desk's device pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yicheng.core.web.declare import Menu, Page
from yicheng.faces.desk.devices import deeds, device, incoming, register

GROUP = _("Devices")
VIEW, KEEP = "sensing.view_devices", "sensing.keep_devices"
PAGES = (
    Page("desk.devices", "desk", "devices/", register.devices, _("Devices"), VIEW, Menu(GROUP, 60, "radio-tower")),
    Page("desk.new_device", "desk", "devices/new/", register.new_device, _("Register a device"), KEEP),
    Page(
        "desk.device",
        "desk",
        "devices/<int:device_id>/",
        device.device,
        _("Device"),
        None,
        example=device.example,
    ),
    Page("desk.issue_device_key", "desk", "devices/<int:device_id>/key/", deeds.issue, _("Issue a key"), "sensing.issue_keys"),
    Page(
        "desk.revoke_device_key",
        "desk",
        "devices/<int:device_id>/keys/<int:key_id>/revoke/",
        deeds.revoke,
        _("Revoke the key"),
        "sensing.issue_keys",
    ),
    Page("desk.do_device", "desk", "devices/<int:device_id>/do/<slug:deed>/", deeds.do, _("Do"), KEEP),
    Page(
        "desk.import_readings",
        "desk",
        "devices/import/",
        incoming.import_file,
        _("Files of data loggers"),
        "sensing.import_readings",
        Menu(GROUP, 62, "upload"),
    ),
    Page(
        "desk.refused_payloads",
        "desk",
        "devices/refused/",
        incoming.refused,
        _("Refused payloads"),
        "sensing.view_refused",
        Menu(GROUP, 64, "circle-x"),
    ),
    Page(
        "desk.refused_payload",
        "desk",
        "devices/refused/<int:payload_id>/",
        incoming.refused_payload,
        _("Refused payload"),
        "sensing.view_refused",
        example=incoming.example,
    ),
)  # fmt: skip
