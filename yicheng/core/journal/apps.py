"""Names the package to Django."""

from yicheng.core.kernel.application import CorePackage


class JournalPackage(CorePackage):
    name = "yicheng.core.journal"
    label = "journal"
