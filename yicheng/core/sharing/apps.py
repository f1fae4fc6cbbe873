"""Names the package to Django."""

from yicheng.core.kernel.application import CorePackage


class SharingPackage(CorePackage):
    name = "yicheng.core.sharing"
    label = "sharing"
