"""Is a process what it claims to be? A number in a file says nothing: pids are reused, zombies answer.

Reads command lines, which every account may see, so it works as root without the
right to trace other processes. The postmaster is known by its ``-D``, its children
by the cluster's name in their titles.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True)
class Process:
    """A running process; ``words`` is its command line, zombies are left out."""

    pid: int
    words: tuple[str, ...]


def is_postmaster(pid: int, *, data: Path) -> bool:
    """Whether ``pid`` is alive and the postmaster of this data folder."""
    process = _read(pid)
    if process is None or not process.words:
        return False
    return Path(process.words[0]).name == "postgres" and str(data) in process.words


def is_alive(pid: int) -> bool:
    """Whether any process has this number."""
    return _read(pid) is not None


def backends(cluster: str) -> list[int]:
    """Pids of the cluster's server processes other than the postmaster."""
    return [process.pid for process in _all() if process.words[:1] and _is_backend(process, cluster)]


def _is_backend(process: Process, cluster: str) -> bool:
    return " ".join(process.words).startswith(f"postgres: {cluster}: ")


def _all() -> Iterator[Process]:
    if not _PROC.joinpath("self").exists():
        yield from _by_ps()
        return
    for entry in _PROC.iterdir():
        process = _read(int(entry.name)) if entry.name.isdecimal() else None
        if process is not None:
            yield process


def _read(pid: int) -> Process | None:
    if not _PROC.joinpath("self").exists():
        return next((process for process in _by_ps() if process.pid == pid), None)
    try:
        state = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
        line = (_PROC / str(pid) / "cmdline").read_bytes()
    except (OSError, IndexError):
        return None
    if state in "ZX":
        return None
    return Process(pid, tuple(line.decode(errors="replace").rstrip("\0 ").split("\0")))


def _by_ps() -> Iterator[Process]:
    """Where there is no /proc (macOS)."""
    listing = subprocess.run(
        ["ps", "-axwwo", "pid=,stat=,command="], capture_output=True, text=True, check=True
    )
    for line in listing.stdout.splitlines():
        pid, state, command = line.split(None, 2)
        if not state.startswith("Z"):
            yield Process(int(pid), tuple(command.split(" ")))
