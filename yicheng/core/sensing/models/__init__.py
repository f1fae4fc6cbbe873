"""Tables of sensing: devices and their life, keys, series, readings and what is kept beside them."""

from yicheng.core.sensing.models.devices import (
    Binding,
    Device,
    DeviceKey,
    DeviceModel,
    Hearing,
    LogEntry,
    Status,
)
from yicheng.core.sensing.models.imports import ReadingImport
from yicheng.core.sensing.models.readings import (
    DayRollup,
    FreshBatch,
    HourRollup,
    LatestReading,
    OddReading,
    ParkedBatch,
    Reading,
    RefusedPayload,
    SeenSequence,
    Series,
    SilenceWatch,
)
from yicheng.core.sensing.models.topics import TopicField, TopicMapping

__all__ = [
    "Binding",
    "DayRollup",
    "Device",
    "DeviceKey",
    "DeviceModel",
    "FreshBatch",
    "Hearing",
    "HourRollup",
    "LatestReading",
    "LogEntry",
    "OddReading",
    "ParkedBatch",
    "Reading",
    "ReadingImport",
    "RefusedPayload",
    "SeenSequence",
    "Series",
    "SilenceWatch",
    "Status",
    "TopicField",
    "TopicMapping",
]
