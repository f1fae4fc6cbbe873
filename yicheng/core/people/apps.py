"""Names the package to Django."""

from yicheng.core.kernel.application import CorePackage


class PeoplePackage(CorePackage):
    name = "yicheng.core.people"
    label = "people"
