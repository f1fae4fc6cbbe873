"""The words in which the catalogue sorts data: categories and update cycles of GB/T 21063.3-2007, in typed lists.

GB/T 21063.3 政务信息资源目录体系 第3部分 has core metadata; the classes are those of the guide to compiling the
catalogue (政务信息资源目录编制指南): base data, themes, departments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class Category:
    """A class of data. ``standard`` is its name in the standard, ``theme`` the EU data-theme code for DCAT."""

    key: str
    title: str | Promise
    standard: str
    group: str
    theme: str = "GOVE"


GROUPS: Mapping[str, str | Promise] = {
    "base": _("Base data"),
    "theme": _("By theme"),
    "department": _("Data of departments"),
}
CATEGORIES: Mapping[str, Category] = {
    one.key: one
    for one in (
        Category("base.population", _("Population"), "国家人口基础信息资源", "base", "SOCI"),
        Category("base.legal_entities", _("Legal entities"), "法人单位基础信息资源", "base", "ECON"),
        Category(
            "base.geography",
            _("Natural resources and space"),
            "自然资源和空间地理基础信息资源",
            "base",
            "REGI",
        ),
        Category("base.credit", _("Social credit"), "社会信用基础信息资源", "base", "ECON"),
        Category("base.licences", _("Electronic licences"), "电子证照基础信息资源", "base"),
        Category("theme.public_services", _("Public services"), "公共服务", "theme"),
        Category("theme.health", _("Health"), "健康保障", "theme", "HEAL"),
        Category("theme.social_security", _("Social security"), "社会保障", "theme", "SOCI"),
        Category("theme.food_and_drugs", _("Food and drugs"), "食品药品安全", "theme", "HEAL"),
        Category("theme.work_safety", _("Safety at work"), "安全生产", "theme", "SOCI"),
        Category("theme.prices", _("Prices"), "价格监管", "theme", "ECON"),
        Category("theme.energy", _("Energy"), "能源安全", "theme", "ENER"),
        Category("theme.credit", _("Credit"), "信用体系", "theme", "ECON"),
        Category("theme.construction", _("Town and country"), "城乡建设", "theme", "REGI"),
        Category("theme.communities", _("Communities"), "社区治理", "theme", "SOCI"),
        Category("theme.environment", _("Environment"), "生态环保", "theme", "ENVI"),
        Category("theme.emergencies", _("Emergencies and public order"), "应急维稳", "theme", "JUST"),
        Category("department.party", _("The Party"), "党中央", "department"),
        Category("department.congress", _("People's congress"), "全国人大常委会", "department"),
        Category("department.government", _("Government"), "国务院", "department"),
        Category("department.consultative", _("Consultative conference"), "全国政协", "department"),
        Category("department.court", _("Courts"), "最高人民法院", "department", "JUST"),
        Category("department.procuratorate", _("Procuratorates"), "最高人民检察院", "department", "JUST"),
        Category(
            "department.local",
            _("Departments of province and city"),
            "省(自治区、直辖市)及其下各级政务部门",
            "department",
        ),
        Category(
            "department.planned_cities",
            _("Departments of cities with a plan of their own"),
            "计划单列市及其下各级政务部门",
            "department",
        ),
    )
}
SHARE_TYPES: Mapping[str, str | Promise] = {
    "unconditional": _("Shared without conditions"),
    "conditional": _("Shared on conditions"),
    "not_shared": _("Not shared"),
}


@dataclass(frozen=True, slots=True)
class Cycle:
    """How often data are brought up to date. ``frequency`` is the code of the EU's frequency list, for DCAT."""

    title: str | Promise
    frequency: str
    days: int | None


CYCLES: Mapping[str, Cycle] = {
    "continuous": Cycle(_("at once"), "UPDATE_CONT", 1),
    "daily": Cycle(_("daily"), "DAILY", 1),
    "weekly": Cycle(_("weekly"), "WEEKLY", 7),
    "monthly": Cycle(_("monthly"), "MONTHLY", 31),
    "quarterly": Cycle(_("quarterly"), "QUARTERLY", 92),
    "yearly": Cycle(_("yearly"), "ANNUAL", 366),
    "on_demand": Cycle(_("when needed"), "IRREG", None),
}


@dataclass(frozen=True, slots=True)
class Licence:
    """Terms under which data may be used."""

    title: str | Promise
    url: str


LICENCES: Mapping[str, Licence] = {
    "cc_by_4": Licence(
        _("Creative Commons Attribution 4.0: use freely, name the source"),
        "https://creativecommons.org/licenses/by/4.0/",
    ),
    "cc0": Licence(
        _("Creative Commons Zero: use freely"), "https://creativecommons.org/publicdomain/zero/1.0/"
    ),
    "shared_by_grant": Licence(pgettext_lazy("terms of use", "By grant, for the purpose it names"), ""),
}
FIELD_KINDS: Mapping[str, str | Promise] = {
    "text": _("text"),
    "code": pgettext_lazy("kind of field", "code"),
    "integer": _("whole number"),
    "number": _("number"),
    "decimal": _("exact number"),
    "boolean": _("yes or no"),
    "date": _("day"),
    "datetime": _("moment (UTC)"),
    "geometry": _("shape on the map"),
}
SENSITIVITIES: Mapping[int, str | Promise] = {
    1: pgettext_lazy("sensitivity", "open"),
    2: pgettext_lazy("sensitivity", "staff"),
    3: pgettext_lazy("sensitivity", "sensitive"),
    4: pgettext_lazy("sensitivity", "never leaves"),
}
