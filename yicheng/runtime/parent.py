"""A child process ends with its parent, even one that was killed: no orphan keeps a port or a job."""

from __future__ import annotations

import os
import signal
import threading
from multiprocessing import connection, parent_process

SUPERVISED = "YICHENG_SUPERVISED"


def stop_with_supervisor() -> None:
    """When the supervisor goes, its end of our standard input closes: then stop in good order."""
    if os.environ.get(SUPERVISED):
        threading.Thread(target=_await_end_of_input, name="parent", daemon=True).start()


def exit_with_parent_process() -> None:
    """For a process that multiprocessing started: when its parent dies, leave at once.

    Open transactions roll back, as they would had this process been killed too.
    """
    if parent_process() is not None:
        threading.Thread(target=_await_parent_process, name="parent", daemon=True).start()


def _await_end_of_input() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _await_parent_process() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
