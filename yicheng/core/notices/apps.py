"""Names the package to Django."""

from yicheng.core.kernel.application import CorePackage


class NoticesPackage(CorePackage):
    name = "yicheng.core.notices"
    label = "notices"
