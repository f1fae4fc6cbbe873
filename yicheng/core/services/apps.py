"""Names the package to Django."""

from yicheng.core.kernel.application import CorePackage


class ServicesPackage(CorePackage):
    name = "yicheng.core.services"
    label = "services"
