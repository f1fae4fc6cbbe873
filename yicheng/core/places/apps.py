"""Names the package to Django."""

from yicheng.core.kernel.application import CorePackage


class PlacesPackage(CorePackage):
    name = "yicheng.core.places"
    label = "places"
