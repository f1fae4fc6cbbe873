"""Names the package to Django."""

from yicheng.core.kernel.application import CorePackage


class AlertsPackage(CorePackage):
    name = "yicheng.core.alerts"
    label = "alerts"
