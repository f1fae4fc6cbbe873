"""Devices in words: states, what bears them, values with their units."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from yicheng.core.sensing.declare import BEARERS, PROPERTIES
from yicheng.core.web.public import badge

TONES = {"in_service": "good", "in_repair": "warn", "retired": "outline"}
#: UCUM → what people read
UNITS = {
    "Cel": "°C", "lx.h": "lx·h", "W.h/m2": "W·h/m²", "mW/m2": "mW/m²", "[ppm]": "ppm", "ug/m3": "µg/m³",
    "m/s2": "m/s²", "um/m": "µm/m", "deg": "°", "dB[SPL]": "dB", "dB[mW]": "dBm", "{count}": "", "{state}": "", "1": "",
}  # fmt: skip


def state_badge(device: Any) -> Any:
    """In service and heard, silent, wrong clock, or where else it stands."""
    hearing = getattr(device, "hearing", None)
    if device.status == "in_service" and hearing is not None and hearing.is_silent:
        return badge(_("silent"), "bad", "wifi-off")
    if device.status == "in_service" and device.has_wrong_clock:
        return badge(_("wrong clock"), "warn", "clock")
    return badge(device.get_status_display(), TONES.get(device.status, "info"))


def property_title(key: str) -> str:
    """What is observed, in the reader's language."""
    return str(PROPERTIES.get(key).title) if key in PROPERTIES else key


def unit_text(code: str) -> str:
    """The unit as people write it."""
    return UNITS.get(code, code)


def value_text(key: str, value: float) -> str:
    """A value as its property is shown: “21.5 °C”, “yes”."""
    if key not in PROPERTIES:
        return f"{value:g}"
    declared = PROPERTIES.get(key)
    if declared.unit == "{state}":
        return _("yes") if value else _("no")
    return f"{value:,.{declared.decimals}f} {unit_text(declared.unit)}".strip()


def bearer_link(device: Any, names: dict[tuple[str, int], str]) -> tuple[str, str]:
    """(name, address) of what bears the device; ("", "") when nothing does."""
    kind, bearer_id = device.bearer_kind, device.bearer_id
    if not kind:
        return "", ""
    name = names.get((kind, bearer_id), f"{kind} {bearer_id}")
    return name, BEARERS.get(kind).link(bearer_id) if kind in BEARERS else ""
