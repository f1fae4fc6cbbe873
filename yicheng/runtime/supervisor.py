"""Keeps the platform's processes running, and stops them in order.

A child that dies is started again: at once the first time, then later and later while
it keeps dying. Children get a standard input that closes when the supervisor ends,
whatever the way, and end with it (``parent.py``).
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from yicheng.runtime.parent import SUPERVISED

_TICK_S = 0.25
_LONGEST_DELAY_S = 30.0
_STEADY_S = 60.0


@dataclass
class Child:
    """A process to keep running. ``delay_s`` is how long the next restart waits."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    restart_at: float = 0.0
    delay_s: float = 0.0

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.PIPE,
            env={**os.environ, **self.environment, SUPERVISED: "1"},
            start_new_session=True,  # ctrl-C reaches the supervisor only, which stops them in order
        )
        self.started_at = time.monotonic()

    def stop(self, *, timeout_s: float) -> None:
        """Ask, wait, then kill."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Supervisor:
    """``run()`` returns when ``stop()`` was called, by a signal or by another thread."""

    def __init__(
        self,
        children: Sequence[Child],
        *,
        say: Callable[[str], None],
        each_tick: Callable[[], None] = lambda: None,
    ) -> None:
        self._children, self._say, self._each_tick = children, say, each_tick
        self._stopping = threading.Event()

    def stop(self, *_: object) -> None:
        self._stopping.set()

    def run(self) -> None:
        """Start all, keep them running, stop them in the order given."""
        try:
            for child in self._children:
                child.start()
            while not self._stopping.wait(_TICK_S):
                self._each_tick()
                for child in self._children:
                    self._keep(child)
        finally:
            for child in self._children:
                child.stop(timeout_s=15)

    def _keep(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is not None:
            code = child.process.poll()
            if code is None:
                return
            if now - child.started_at > _STEADY_S:
                child.delay_s = 0.0
            child.process, child.restart_at = None, now + child.delay_s
            self._say(f"{child.name} ended ({_how(code)}); starting again in {child.delay_s:g} s")
            child.delay_s = min(max(0.5, child.delay_s * 2), _LONGEST_DELAY_S)
        if now >= child.restart_at:
            child.start()


def _how(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
