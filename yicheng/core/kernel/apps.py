"""The kernel goes first in the settings and collects every part's declarations."""

from yicheng.core.kernel.application import CorePackage, collect


class KernelPackage(CorePackage):
    name = "yicheng.core.kernel"
    label = "kernel"

    def ready(self) -> None:
        collect()
        from yicheng.core.kernel import checks  # noqa: F401  (registers the system checks)
