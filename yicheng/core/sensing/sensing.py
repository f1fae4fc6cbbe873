"""The properties that more than one application observes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yicheng.core.sensing.declare import ObservedProperty

PROPERTIES = (
    ObservedProperty("temperature", _("Temperature"), "Cel", (-60, 150)),
    ObservedProperty("humidity", _("Relative humidity"), "%", (0, 100)),
    ObservedProperty("illuminance", _("Illuminance"), "lx", (0, 200_000), 0),
    ObservedProperty("light_dose", _("Light dose"), "lx.h", (0, 1e9), 0),
    ObservedProperty("uv", _("Ultraviolet radiation"), "mW/m2", (0, 1e6), 2),
    ObservedProperty("uv_dose", _("Ultraviolet dose"), "W.h/m2", (0, 1e9), 2),
    ObservedProperty("co2", _("Carbon dioxide"), "[ppm]", (0, 50_000), 0),
    ObservedProperty("pm2_5", _("Fine particles (PM2.5)"), "ug/m3", (0, 2000), 0),
    ObservedProperty("pressure", _("Air pressure"), "hPa", (300, 1200)),
    ObservedProperty("vibration", _("Vibration velocity"), "mm/s", (0, 1000), 2),
    ObservedProperty("acceleration", _("Acceleration"), "m/s2", (-2000, 2000), 4),
    ObservedProperty("strain", _("Strain"), "um/m", (-50_000, 50_000), 1),
    ObservedProperty("inclination", _("Inclination"), "deg", (-180, 180), 3),
    ObservedProperty("force", _("Force"), "kN", (-1e6, 1e6), 1),
    ObservedProperty("water_level", _("Water level"), "m", (-100, 100), 2),
    ObservedProperty("water", _("Water on the floor"), "{state}", (0, 1), 0),
    ObservedProperty("smoke", _("Smoke"), "{state}", (0, 1), 0),
    ObservedProperty("door", _("Door open"), "{state}", (0, 1), 0),
    ObservedProperty("tamper", _("Tampering"), "{state}", (0, 1), 0),
    ObservedProperty("movement", _("Movement"), "{state}", (0, 1), 0),
    ObservedProperty("presence", _("Seen by its reader"), "{state}", (0, 1), 0),
    ObservedProperty("people", _("People counted"), "{count}", (0, 1e7), 0),
    ObservedProperty("noise", _("Noise"), "dB[SPL]", (0, 200)),
    ObservedProperty("battery", _("Battery"), "%", (0, 100), 0),
    ObservedProperty("signal", _("Signal strength"), "dB[mW]", (-200, 50), 0),
    ObservedProperty("voltage", _("Voltage"), "V", (-100_000, 100_000), 2),
    ObservedProperty("power", _("Power"), "W", (-1e9, 1e9), 0),
)
