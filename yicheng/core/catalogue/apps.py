"""Names the package to Django."""

from yicheng.core.kernel.application import CorePackage


class CataloguePackage(CorePackage):
    name = "yicheng.core.catalogue"
    label = "catalogue"
