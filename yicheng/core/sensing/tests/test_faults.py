"""Everything is killed in mid-stream — listener, worker, database, broker — and every reading is there once.

A real platform with a broker of its own; the sender does what a gateway does: it publishes at QoS 1 and
publishes again what it cannot know to have survived when the broker has lost its memory.
"""

from __future__ import annotations

import os
import signal
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

pytestmark = pytest.mark.slow
EACH = 500
SETUP = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", interactive=False, verbosity=0)
from yicheng.core.people.public import SYSTEM
from yicheng.core.sensing.models import DeviceModel
from yicheng.core.sensing.public import NewDevice, register_device
DeviceModel.objects.create(code="m", name="m", interval_s=60)
for number in range(10):
    register_device(SYSTEM, NewDevice("d", "m", number=f"D{number}", is_in_service=True))
"""
COUNT = """
import django; django.setup()
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT count(*), coalesce(sum(value), 0) FROM sensing_reading")
    print(*cursor.fetchone())
    cursor.execute("SELECT coalesce(sum(count), 0), coalesce(sum(total), 0) FROM sensing_hour")
    print(*cursor.fetchone())
    cursor.execute("SELECT coalesce(sum(count), 0) FROM sensing_latestreading")
    print(*cursor.fetchone())
"""


class Stage:
    """The platform, the broker and the sender of this test."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        unwanted = ("YICHENG_TEST_DATABASE", "DATABASE_URL")
        self.environment = {key: value for key, value in os.environ.items() if key not in unwanted} | {
            "YICHENG_HOME": str(home),
            "YICHENG_FSYNC": "on",
            "YICHENG_MQTT": f"mqtt://127.0.0.1:{self.port}",
            "DJANGO_SETTINGS_MODULE": "yicheng.config.settings",
        }
        self.broker = self.platform = None
        self.sender: Any = None

    def call(self, code: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", code], env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        log = (self.home / f"{words[0]}.log").open("ab")
        return subprocess.Popen(
            [sys.executable, "-m", "yicheng", *words], env=self.environment, stdout=log, stderr=log
        )

    def start_broker(self) -> None:
        self.broker = self.start("broker", "--port", str(self.port))
        until(lambda: is_open(self.port), "the broker listens")

    def kill(self, word: str) -> None:
        """Kill -9 the platform's process of this name."""
        assert self.platform is not None
        found: list[int] = []

        def is_there() -> bool:
            found[:] = [pid for pid in below(self.platform.pid) if word in command(pid)]  # type: ignore[union-attr]
            return bool(found)

        until(is_there, f"{word} runs")
        for pid in found:
            os.kill(pid, signal.SIGKILL)

    def kill_database(self) -> None:
        pid = int((next(self.home.rglob("postmaster.pid"))).read_text().split()[0])
        os.kill(pid, signal.SIGKILL)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def until(holds: Callable[[], bool], what: str, *, timeout_s: float = 120) -> None:
    deadline = time.monotonic() + timeout_s
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.2)


def below(pid: int) -> list[int]:
    """The pids of all descendants."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in children] + [deeper for child in children for deeper in below(int(child))]


def command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


@pytest.fixture
def stage() -> Iterator[Stage]:
    home = Path(tempfile.mkdtemp(prefix="yicheng-faults-"))
    home.chmod(0o755)  # the database runs under an account of its own
    made = Stage(home)
    made.call(SETUP)
    made.start_broker()
    made.platform = made.start("run", "--port", "0", "--workers", "1")
    until(lambda: b"listening to" in (home / "run.log").read_bytes(), "the platform listens")
    yield made
    for process in (made.platform, made.broker):
        if process is not None:
            process.terminate()
            process.wait(timeout=60)
    shutil.rmtree(home)


def sender_of(stage: Stage) -> paho.Client:
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id="gateway", clean_session=False)
    client.max_inflight_messages_set(100)
    client.max_queued_messages_set(0)
    client.reconnect_delay_set(1, 2)
    client.connect("127.0.0.1", stage.port)
    client.loop_start()
    return client


def test_counts_match_exactly(stage: Stage) -> None:
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)
    sender = sender_of(stage)

    def send(first: int) -> list[paho.MQTTMessageInfo]:
        sent = []
        for number in range(first, first + EACH):
            at = (began + timedelta(seconds=number)).isoformat()
            body = f'{{"property": "temperature", "value": {number % 50}, "time": "{at}"}}'
            sent.append(sender.publish(f"devices/D{number % 10}/readings", body, qos=1))
        return sent

    send(0)
    stage.kill("yicheng listen")
    send(EACH)
    stage.kill("yicheng worker")
    send(2 * EACH)
    stage.kill_database()
    fourth = send(3 * EACH)
    until(lambda: all(one.is_published() for one in fourth[:100]), "the broker takes them")
    assert stage.broker is not None
    stage.broker.kill()
    stage.broker.wait()
    stage.start_broker()
    until(sender.is_connected, "the gateway is back")
    for part in range(4):  # the broker's memory is gone: all that it might have held comes again
        send(part * EACH)
    last = send(4 * EACH)
    until(lambda: all(one.is_published() for one in last), "all is sent")
    sender.loop_stop()

    count, total = 5 * EACH, float(sum(number % 50 for number in range(5 * EACH)))
    expected = f"{count} {total}\n{count} {total}\n{count}"

    def is_whole() -> bool:
        try:
            return stage.call(COUNT).strip() == expected
        except subprocess.CalledProcessError:
            return False  # the database is just coming up

    until(is_whole, f"every reading once; now {stage.call(COUNT)!r}, expected {expected!r}", timeout_s=90)
