"""Open data to read through the doors: shelters with a place, areas with a shape, and something that is not open."""

from __future__ import annotations

from datetime import date

from yicheng.core.catalogue import public as catalogue
from yicheng.core.catalogue.facts import Field, NewDataSet
from yicheng.core.people.models import Organisation
from yicheng.core.people.public import SYSTEM

SHELTERS = "civil.shelters"
FIELDS = (
    Field("code", "编号", "code", is_key=True),
    Field("name", "名称"),
    Field("beds", "床位", "integer", unit="{bed}"),
    Field("opened", "启用日期", "date"),
    Field("is_open", "是否开放", "boolean"),
    Field("lon", "经度", "number", unit="deg"),
    Field("lat", "纬度", "number", unit="deg"),
    Field("phone", "电话", sensitivity=2),
)
COUNT = 25


def build() -> None:
    """Two departments, three data sets."""
    civil, _made = Organisation.objects.get_or_create(
        code="410100.civil", defaults={"name": "民政局", "kind": "bureau", "path": "/"}
    )
    catalogue.register_data_set(
        SYSTEM,
        NewDataSet(
            key=SHELTERS,
            title="应急避难场所",
            title_en="Emergency shelters",
            summary="全市应急避难场所名录",
            provider_id=civil.pk,
            share_type="unconditional",
            is_open=True,
            category="theme.emergencies",
            keywords=("避难", "应急"),
            fields=FIELDS,
            point=("lon", "lat"),
            licence="cc_by_4",
            update_cycle="monthly",
        ),
    )
    version = catalogue.begin_version(SYSTEM, SHELTERS, FIELDS)
    catalogue.copy_rows(
        version,
        [
            (f"A{n:02}", f"避难所{n}", n * 10, date(2020, 1, 1 + n), n % 2 == 0, 113.5 + n / 100, 34.7, "110")
            for n in range(COUNT)
        ],
    )
    catalogue.publish_version(SYSTEM, version.id)
    _areas(civil)
    new = NewDataSet("civil.aid", "救助对象", civil.pk, "conditional", legal_basis="办法", fields=FIELDS[:2])
    catalogue.register_data_set(SYSTEM, new)


def _areas(civil: Organisation) -> None:
    fields = (Field("id", "编号", "integer", is_key=True), Field("shape", "范围", "geometry"))
    new = NewDataSet(
        "civil.areas", "服务片区", civil.pk, "unconditional", is_open=True, fields=fields, geometry="shape"
    )
    catalogue.register_data_set(SYSTEM, new)
    version = catalogue.begin_version(SYSTEM, "civil.areas", fields)
    ring = [[113.0, 34.0], [113.2, 34.0], [113.2, 34.1], [113.0, 34.0]]
    catalogue.copy_rows(version, [(1, {"type": "Polygon", "coordinates": [ring]}), (2, None)])
    catalogue.publish_version(SYSTEM, version.id)
