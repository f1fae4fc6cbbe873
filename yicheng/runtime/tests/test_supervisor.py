"""The supervisor restarts what dies, later each time, and stops everything it started."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from yicheng.runtime.postgres import _await
from yicheng.runtime.supervisor import Child, Supervisor

_SLEEPER = "import time; print(flush=True); time.sleep(600)"
_STUBBORN = (
    "import signal, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); sys.stdin.read(); sys.stdin.read()"
)


@contextmanager
def supervised(*children: Child) -> Iterator[tuple[Supervisor, list[str]]]:
    said: list[str] = []
    supervisor = Supervisor(children, say=said.append)
    thread = threading.Thread(target=supervisor.run)
    thread.start()
    try:
        yield supervisor, said
    finally:
        supervisor.stop()
        thread.join(60)
    assert not thread.is_alive()


def eventually(condition: Callable[[], object]) -> bool:
    return _await(condition, timeout_s=20)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_killed_child_is_started_again() -> None:
    child = Child("sleeper", [sys.executable, "-c", _SLEEPER])
    with supervised(child) as (_, said):
        assert eventually(lambda: child.process)
        first = child.process
        assert first is not None
        first.send_signal(signal.SIGKILL)
        assert eventually(lambda: child.process not in (None, first))
        second = child.process
        assert second is not None
        pid = second.pid
    assert said == ["sleeper ended (killed by SIGKILL); starting again in 0 s"]
    assert not is_alive(pid)


def test_child_that_keeps_dying_is_started_later_and_later() -> None:
    child = Child("faulty", [sys.executable, "-c", "raise SystemExit(3)"])
    with supervised(child) as (_, said):
        assert eventually(lambda: len(said) == 3)
    delays = [line.rpartition(" in ")[2] for line in said]
    assert delays == ["0 s", "0.5 s", "1 s"]
    assert said[0].startswith("faulty ended (exit code 3)")


def test_children_stop_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    """The child's standard input closes with the supervisor, whatever the way it ends."""
    program = f"""
import sys
from yicheng.runtime.supervisor import Child, Supervisor
from yicheng.runtime import parent
code = "from yicheng.runtime import parent; import signal, sys, time; parent.stop_with_supervisor(); time.sleep(600)"
child = Child("child", [sys.executable, "-c", code])
Supervisor([child], say=print, each_tick=lambda: open({str(tmp_path / "pid")!r}, "w").write(str(child.process.pid))).run()
"""
    supervisor = os.spawnv(os.P_NOWAIT, sys.executable, [sys.executable, "-c", program])
    note = tmp_path / "pid"
    assert eventually(lambda: note.exists() and note.read_text())
    pid = int(note.read_text())
    assert is_alive(pid)
    os.kill(supervisor, signal.SIGKILL)
    os.waitpid(supervisor, 0)
    assert eventually(lambda: not is_alive(pid) or "Z" in Path(f"/proc/{pid}/stat").read_text().split(")")[1])
