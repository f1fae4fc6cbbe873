"""Names the package to Django."""

from yicheng.core.kernel.application import CorePackage


class CasesPackage(CorePackage):
    name = "yicheng.core.cases"
    label = "cases"
