"""Names the package to Django."""

from yicheng.core.kernel.application import CorePackage


class WebPackage(CorePackage):
    name = "yicheng.core.web"
    label = "web"
