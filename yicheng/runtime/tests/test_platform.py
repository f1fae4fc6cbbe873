"""The whole platform as a user starts it: processes killed one after the other, nothing lost, nothing left behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Thread

import psycopg
import pytest

from yicheng.runtime import postgres, processes
from yicheng.runtime.cluster import Cluster, open_cluster
from yicheng.runtime.home import PROJECT
from yicheng.runtime.platform import free_port
from yicheng.runtime.postgres import _await

pytestmark = pytest.mark.slow


@dataclass
class Running:
    """``yicheng run`` in its own home."""

    home: Path
    port: int
    process: subprocess.Popen[str]
    said: list[str]

    @property
    def cluster(self) -> Cluster:
        return open_cluster(self.home, durable=False)

    def answers(self) -> bool:
        door = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            door.request("GET", "/")
            return door.getresponse().status < 500
        except (OSError, HTTPException):
            return False
        finally:
            door.close()

    def pids(self, word: str) -> list[int]:
        """Processes below the supervisor with this word on their command line."""
        return [
            process.pid
            for process in processes._all()
            if word in process.words and self.process.pid in _ancestors(process.pid)
        ]

    def query(self, statement: str) -> list[tuple[object, ...]]:
        with psycopg.connect(
            dbname="yicheng", autocommit=True, **postgres.address(self.cluster)
        ) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture
def running() -> Iterator[Running]:
    home = Path(tempfile.mkdtemp(prefix="yicheng-run-"))
    home.chmod(0o755)
    platform = start(home)
    try:
        yield platform
    finally:
        platform.process.send_signal(signal.SIGINT)
        platform.process.wait(60)
        assert postgres.postmaster_pid(platform.cluster) is None, "ctrl-C stops the database too"
        shutil.rmtree(home)


def start(home: Path) -> Running:
    port = free_port("127.0.0.1", wanted=0)
    process = subprocess.Popen(
        [sys.executable, "-m", "yicheng", "run", "--port", str(port), "--workers", "1"],
        cwd=PROJECT,
        env={**os.environ, "YICHENG_HOME": str(home), "YICHENG_FSYNC": "off"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said: list[str] = []
    platform = Running(home, port, process, said)
    Thread(target=lambda: said.extend(process.stdout or ()), daemon=True).start()
    assert _await(platform.answers, timeout_s=90), "".join(said)
    return platform


def test_killed_processes_come_back_and_nothing_stays(running: Running) -> None:
    for word in ("yicheng.runtime.web", "worker"):
        for pid in running.pids(word):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    assert _await(lambda: running.pids("worker") and running.pids("yicheng.runtime.web"), timeout_s=60)
    assert _await(running.answers, timeout_s=60), "".join(running.said)

    postmaster = postgres.postmaster_pid(running.cluster)
    assert postmaster is not None
    os.kill(postmaster, signal.SIGKILL)
    assert _await(lambda: postgres.postmaster_pid(running.cluster) not in (None, postmaster), timeout_s=60)
    assert _await(running.answers, timeout_s=60), "".join(running.said)

    children = [*running.pids("yicheng.runtime.web"), *running.pids("worker")]
    running.process.kill()
    running.process.wait()
    assert _await(lambda: not any(map(_is_running, children)), timeout_s=60), (
        "children end with a killed supervisor"
    )

    again = start(running.home)
    running.process, running.port = again.process, again.port


def test_jobs_of_a_killed_worker_are_done_once(running: Running) -> None:
    """The worker dies while it holds a batch: the batch comes again, whole."""
    running.query("INSERT INTO events_outboxevent (key, subject, division_code, occurred_at, payload)"
                  " SELECT 'absent.fact', n::text, '', now(), '{}' FROM generate_series(1, 20000) n")  # fmt: skip
    for pid in running.pids("worker"):
        os.kill(pid, signal.SIGKILL)
    assert _await(lambda: running.query("SELECT count(*) FROM events_outboxevent") == [(0,)], timeout_s=60)


def _ancestors(pid: int) -> list[int]:
    found = []
    while pid > 1:
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            break
        found.append(pid)
    return found


def _is_running(pid: int) -> bool:
    return processes._read(pid) is not None
