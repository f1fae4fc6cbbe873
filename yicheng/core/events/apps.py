"""Names the package to Django."""

from yicheng.core.kernel.application import CorePackage


class EventsPackage(CorePackage):
    name = "yicheng.core.events"
    label = "events"
