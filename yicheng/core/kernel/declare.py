"""What the kernel itself lets parts declare: the sections of a city pack, the keeper of records."""

from yicheng.core.kernel.pack import SECTIONS, PackSection
from yicheng.core.kernel.recording import RECORDERS, Recorder

__all__ = ["RECORDERS", "SECTIONS", "PackSection", "Recorder"]
