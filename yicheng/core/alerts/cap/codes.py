"""Coded values of warnings: levels, kinds of events, and how they read in CAP 1.2.

Levels and their colours: 《中华人民共和国突发事件应对法》第四十二条 (the four levels of warnings). Kinds of events
and the fields of the national profile: 国家预警信息发布中心, 国家突发事件预警信息发布系统 (its CAP profile of
《应急预警信息交换协议》, GB/T 33678 being the code of emergencies' kinds). ``is_checked`` False: the name was
translated back from English and has not been compared with the standard's own table.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yicheng.core.alerts.declare import Severity


@dataclass(frozen=True, slots=True)
class WarningKind:
    """A kind of event that the public is warned of. ``category`` is CAP's."""

    code: str
    name_zh: str
    name_en: str
    category: str
    is_checked: bool = True

    @property
    def name(self) -> str:
        """In the reader's language."""
        return self.name_en if (get_language() or "").startswith("en") else self.name_zh


@dataclass(frozen=True, slots=True)
class Level:
    """One of the four levels. ``national`` as the national profile writes it, ``cap`` as OASIS does."""

    severity: Severity
    roman: str
    national: str
    cap: str
    meaning_zh: str
    colour_zh: str


LEVELS = {
    one.severity: one
    for one in (
        Level(Severity.RED, "I", "Red", "Extreme", "特别重大", "红色"),
        Level(Severity.ORANGE, "II", "Orange", "Severe", "重大", "橙色"),
        Level(Severity.YELLOW, "III", "Yellow", "Moderate", "较大", "黄色"),
        Level(Severity.BLUE, "IV", "Blue", "Minor", "一般", "蓝色"),
    )
}
KINDS = {
    one.code: one
    for one in (
        WarningKind("11A01", "洪水", "Flood", "Met", is_checked=False),
        WarningKind("11A02", "内涝", "Waterlogging", "Met", is_checked=False),
        WarningKind("11A51", "山洪", "Flash flood", "Met", is_checked=False),
        WarningKind("11B01", "台风", "Typhoon", "Met"),
        WarningKind("11B03", "暴雨", "Rainstorm", "Met"),
        WarningKind("11B04", "暴雪", "Snowstorm", "Met"),
        WarningKind("11B05", "寒潮", "Cold wave", "Met"),
        WarningKind("11B06", "大风", "Gale", "Met"),
        WarningKind("11B07", "沙尘暴", "Sandstorm", "Met"),
        WarningKind("11B09", "高温", "Heat wave", "Met"),
        WarningKind("11B14", "雷电", "Lightning", "Met"),
        WarningKind("11B15", "冰雹", "Hail", "Met"),
        WarningKind("11B16", "霜冻", "Frost", "Met"),
        WarningKind("11B17", "大雾", "Heavy fog", "Met"),
        WarningKind("11B19", "霾", "Haze", "Met"),
        WarningKind("11B20", "雷雨大风", "Thunderstorm gale", "Met"),
        WarningKind("11B21", "道路结冰", "Road icing", "Met"),
        WarningKind("11B22", "干旱", "Drought", "Met"),
        WarningKind("11B25", "森林火险", "Forest fire danger", "Fire", is_checked=False),
        WarningKind("11B29", "空气重污染", "Heavy air pollution", "Env", is_checked=False),
        WarningKind("11B37", "地质灾害(气象风险)", "Geological disaster (weather)", "Geo", is_checked=False),
        WarningKind("11C02", "地震", "Earthquake", "Geo", is_checked=False),
        WarningKind("11D01", "滑坡", "Landslide", "Geo", is_checked=False),
        WarningKind("11D02", "泥石流", "Debris flow", "Geo", is_checked=False),
        WarningKind("11E02", "风暴潮", "Storm surge", "Met", is_checked=False),
        WarningKind("11E06", "海浪", "Sea waves", "Met", is_checked=False),
        WarningKind("11G01", "境内森林火灾", "Forest fire", "Fire", is_checked=False),
        WarningKind("11G05", "境内草原火灾", "Grassland fire", "Fire", is_checked=False),
    )
}
#: first two digits of a kind's code
MAJOR_KINDS: dict[str, str | Promise] = {
    "11": _("Natural disaster"),
    "12": _("Accident"),
    "13": _("Public health emergency"),
    "14": _("Public security emergency"),
}
CATEGORY_OF_MAJOR = {"11": "Met", "12": "Safety", "13": "Health", "14": "Security"}
#: words of the national profile, of CAP 1.2 and of both → our level
SEVERITY_OF = {level.national.lower(): level.severity for level in LEVELS.values()} | {
    level.cap.lower(): level.severity for level in LEVELS.values()
}
URGENCIES = ("Immediate", "Expected", "Future", "Past", "Unknown")
CERTAINTIES = ("Observed", "Likely", "Possible", "Unlikely", "Unknown")
#: the national profile has one more word
CERTAINTY_OF = {"verylikely": "Likely", "very likely": "Likely"} | {one.lower(): one for one in CERTAINTIES}


def kind_name(code: str) -> str:
    """A kind of event in the reader's language; its major kind, or the code, where nobody knows it."""
    if code in KINDS:
        return KINDS[code].name
    return str(MAJOR_KINDS.get(code[:2], code))


def category_of(code: str) -> str:
    """CAP's category of a kind of event."""
    return KINDS[code].category if code in KINDS else CATEGORY_OF_MAJOR.get(code[:2], "Other")
