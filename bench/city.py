"""A platform of its own for the benchmarks: fresh data folder, web and worker as in production."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Running:
    """A platform that answers at ``port``; ``pid`` is the supervisor's."""

    port: int
    pid: int


@contextmanager
def running(home: Path) -> Iterator[Running]:
    """Start ``yicheng run`` on a free port with its own data folder; stop it afterwards."""
    port = _free_port()
    environment = {**os.environ, "YICHENG_HOME": str(home)}
    command = [sys.executable, "-m", "yicheng", "run", "--port", str(port)]
    with (home / "bench.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=log, stderr=log)
    try:
        _wait(port, process)
        yield Running(port, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=60)


def fresh_home(name: str = "bench") -> Path:
    """An empty data folder ``var/<name>``; what an earlier run left is removed."""
    home = PROJECT / "var" / name
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    return home


def resident_mb(pid: int) -> dict[str, float]:
    """Resident memory in MB of every process below ``pid``, by what it is."""
    found: dict[str, float] = {}
    for child in _descendants(pid):
        name = _what(child)
        found[name] = found.get(name, 0.0) + _rss_mb(child)
    return found


def _descendants(pid: int) -> list[int]:
    tree: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        tree.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, waiting = [], [pid]
    while waiting:
        current = waiting.pop()
        found.append(current)
        waiting.extend(tree.get(current, ()))
    return found


def _what(pid: int) -> str:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return "gone"
    for word, name in (
        ("runtime.web", "web"),
        ("multiprocessing", "web"),
        ("worker", "worker"),
        ("postgres", "database"),
        (" run ", "supervisor"),
    ):
        if word in command:
            return name
    return "other"


def _rss_mb(pid: int) -> float:
    """Proportional set size, so that pages shared with a sibling are counted once."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError("the platform stopped while starting; see bench.log in its data folder")
        try:
            urllib.request.urlopen(f"http://{HOST}:{port}/readyz", timeout=2).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
        else:
            return
    raise TimeoutError("the platform did not get ready in two minutes")
