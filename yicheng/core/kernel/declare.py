"""What the kernel itself lets parts declare: the sections of a city pack."""

from yicheng.core.kernel.pack import SECTIONS, PackSection

__all__ = ["SECTIONS", "PackSection"]
