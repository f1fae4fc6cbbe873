"""What the kernel itself lets parts declare.

Sections of a city pack, work by the clock, the keeper of records, a data set to show.
"""

from yicheng.core.kernel.demonstration import DEMONSTRATIONS, Demonstration, SignIn
from yicheng.core.kernel.pack import SECTIONS, PackSection
from yicheng.core.kernel.recording import RECORDERS, Recorder
from yicheng.core.kernel.schedule import DAEMONS, JOBS, LOOPS, Daemon, Job, Loop

__all__ = [
    "DAEMONS",
    "DEMONSTRATIONS",
    "JOBS",
    "LOOPS",
    "RECORDERS",
    "SECTIONS",
    "Daemon",
    "Demonstration",
    "Job",
    "Loop",
    "PackSection",
    "Recorder",
    "SignIn",
]
