"""What runs beside the browser in a journey with devices: a broker, the listener, the worker's threads."""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import paho.mqtt.client as paho
from django.conf import settings
from paho.mqtt.enums import CallbackAPIVersion

from yicheng.core.events.declare import LOOPS
from yicheng.core.events.public import drain_outbox
from yicheng.core.sensing.public import mqtt_listener
from yicheng.runtime.worker import drain_until

log = logging.getLogger(__name__)


class Gateway:
    """Publishes at QoS 1, as a device or its gateway would."""

    def __init__(self, port: int) -> None:
        self._client = paho.Client(CallbackAPIVersion.VERSION2, client_id="gateway")
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def say(self, device: str, body: str) -> None:
        """Publish, and wait until the broker has it."""
        self._client.publish(f"devices/{device}/readings", body, qos=1).wait_for_publish(10)

    def stop(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@contextmanager
def devices_at_work() -> Iterator[Gateway]:
    """A broker of its own process; the listener and what the worker does without end, as threads of this one."""
    port = _free_port()
    broker = subprocess.Popen(
        [sys.executable, "-m", "yicheng", "broker", "--port", str(port)], cwd=settings.PROJECT
    )
    stopping = threading.Event()
    listener = mqtt_listener(f"mqtt://127.0.0.1:{port}", client_id="journey", say=log.info)
    runs: list[Callable[[], object]] = [listener.run, lambda: drain_until(stopping, drain=drain_outbox)]
    runs += [lambda loop=loop: drain_until(stopping, drain=loop.run) for loop in LOOPS]  # type: ignore[misc]
    threads = [threading.Thread(target=run) for run in runs]
    try:
        _wait_for(port)
        for thread in threads:
            thread.start()
        gateway = Gateway(port)
        yield gateway
        gateway.stop()
    finally:
        stopping.set()
        listener.stop()
        for thread in threads:
            if thread.is_alive():
                thread.join(30)
        broker.terminate()
        broker.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("the broker does not listen")
