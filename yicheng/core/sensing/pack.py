"""What sensing takes from a city pack: makes of devices, and how topics of an MQTT broker are read.

``device_models.csv``  code, name, name_en, maker, properties, interval_s, calibrate_every_days, is_gateway
``mqtt_topics.csv``    key, topic, kind (readings, fields, plain), device_level, device_path, property_level, property,
                       unit, time_path, sequence_path
``mqtt_fields.csv``    mapping, path, property, unit, channel
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yicheng.core.kernel.pack import CityPack, Finding, PackSection, Table, Tally, column
from yicheng.core.kernel.upsert import sync
from yicheng.core.sensing.declare import PROPERTIES
from yicheng.core.sensing.models import DeviceModel, TopicField, TopicMapping
from yicheng.core.sensing.units import UnknownUnit, conversion


@dataclass(frozen=True)
class ModelRow:
    line: int
    code: str = column(max_length=40, pattern=r"[A-Za-z0-9_.\-]+")
    name: str = column(max_length=120)
    name_en: str = column(max_length=120, default="")
    maker: str = column(max_length=80, default="")
    properties: tuple[str, ...] = ()
    interval_s: int = column(minimum=0, maximum=2_000_000, default=900)
    calibrate_every_days: int = column(minimum=0, maximum=36_500, default=0)
    is_gateway: bool = False


@dataclass(frozen=True)
class TopicRow:
    line: int
    key: str = column(max_length=40, pattern=r"[a-z0-9_]+")
    topic: str = column(max_length=200)
    kind: str = column(choices=tuple(TopicMapping.Kind.values))
    device_level: int = column(minimum=0, maximum=20, default=0)
    device_path: str = column(max_length=80, default="")
    property_level: int = column(minimum=0, maximum=20, default=0)
    property: str = column(max_length=40, default="")
    unit: str = column(max_length=20, default="")
    time_path: str = column(max_length=80, default="")
    sequence_path: str = column(max_length=80, default="")


@dataclass(frozen=True)
class FieldRow:
    line: int
    mapping: str = column(ref="mqtt_topics.csv:key")
    path: str = column(max_length=80)
    property: str = column(max_length=40)
    unit: str = column(max_length=20, default="")
    channel: str = column(max_length=40, default="")


MODELS = Table("device_models.csv", ModelRow, key=("code",), optional=True)
TOPICS = Table("mqtt_topics.csv", TopicRow, key=("key",), optional=True)
FIELDS = Table("mqtt_fields.csv", FieldRow, key=("mapping", "path"), optional=True)


def check_models(pack: CityPack) -> Iterator[Finding]:
    """Columns; properties that no installed part declares are told, not refused."""
    yield from pack.findings(MODELS)
    for row in pack.rows(MODELS):
        for key in row.properties:
            yield from _property(MODELS.file, row.line, key)


def check_topics(pack: CityPack) -> Iterator[Finding]:
    """Columns, properties, units that fit them."""
    yield from pack.findings(TOPICS)
    yield from pack.findings(FIELDS)
    rows: list[TopicRow | FieldRow] = [*pack.rows(TOPICS), *pack.rows(FIELDS)]
    for row in rows:
        file = TOPICS.file if isinstance(row, TopicRow) else FIELDS.file
        if not row.property:
            continue
        yield from _property(file, row.line, row.property)
        if row.property in PROPERTIES and row.unit:
            try:
                conversion(row.unit, to=PROPERTIES.get(row.property).unit)
            except UnknownUnit:
                said = {"unit": row.unit, "name": row.property}
                yield Finding(file, row.line, _("“%(unit)s” is no unit of “%(name)s”.") % said)


def load_models(pack: CityPack) -> Tally:
    """The makes as the pack says them; makes that devices may still be of stay."""
    rows = [
        {
            "code": row.code,
            "name": row.name,
            "name_en": row.name_en,
            "maker": row.maker,
            "properties": " ".join(row.properties),
            "interval_s": row.interval_s,
            "calibrate_every_days": row.calibrate_every_days,
            "is_gateway": row.is_gateway,
            "is_from_pack": True,
        }
        for row in pack.rows(MODELS)
    ]
    return sync(DeviceModel.objects.all(), rows, key=("code",))


def load_topics(pack: CityPack) -> Tally:
    """The mappings as the pack says them; others go."""
    names = (
        "key", "topic", "kind", "device_level", "device_path", "property_level", "property", "unit", "time_path",
        "sequence_path",
    )  # fmt: skip
    topics = [{name: getattr(row, name) for name in names} for row in pack.rows(TOPICS)]
    tally = sync(TopicMapping.objects.all(), topics, key=("key",), retire=lambda gone: gone.delete()[0])
    fields = [
        {
            "mapping_id": row.mapping,
            "path": row.path,
            "property": row.property,
            "unit": row.unit,
            "channel": row.channel,
        }
        for row in pack.rows(FIELDS)
    ]
    sync(TopicField.objects.all(), fields, key=("mapping_id", "path"), retire=lambda gone: gone.delete()[0])
    return tally


def _property(file: str, line: int, key: str) -> Iterator[Finding]:
    if key not in PROPERTIES:
        reason = _("No installed part declares the property “%(name)s”.") % {"name": key}
        yield Finding(file, line, reason, "warning")


PACK_SECTIONS = (
    PackSection(
        "sensing.models", gettext_lazy("Makes of devices"), (MODELS.file,), check_models, load_models
    ),
    PackSection(
        "sensing.topics",
        gettext_lazy("Topics of the MQTT broker"),
        (TOPICS.file, FIELDS.file),
        check_topics,
        load_topics,
    ),
)
