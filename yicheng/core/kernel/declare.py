"""What the kernel itself lets parts declare: sections of a city pack, work by the clock, the keeper of records."""

from yicheng.core.kernel.pack import SECTIONS, PackSection
from yicheng.core.kernel.recording import RECORDERS, Recorder
from yicheng.core.kernel.schedule import JOBS, Job

__all__ = ["JOBS", "RECORDERS", "SECTIONS", "Job", "PackSection", "Recorder"]
