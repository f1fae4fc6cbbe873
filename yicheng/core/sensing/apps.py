"""Names the package to Django."""

from yicheng.core.kernel.application import CorePackage


class SensingPackage(CorePackage):
    name = "yicheng.core.sensing"
    label = "sensing"
