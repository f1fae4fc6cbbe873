"""``python -m bench.mqtt``: messages of one reading each through a broker to the table, at QoS 1, nothing lost.

The broker is Mosquitto where ``MOSQUITTO`` names its binary (or it is on the path), else the one of ``yicheng broker``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench.city import PROJECT, fresh_home
from bench.table import Figure, markdown

DEVICES = 100


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.mqtt", description=__doc__)
    parser.add_argument("--messages", type=int, default=40_000)
    given = parser.parse_args()
    home = fresh_home("bench-mqtt")
    os.environ |= {"YICHENG_HOME": str(home), "DJANGO_SETTINGS_MODULE": "yicheng.config.settings"}
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    _devices()
    port = _free_port()
    broker, name = _broker(home, port)
    url = f"mqtt://127.0.0.1:{port}"
    listen = [sys.executable, "-m", "yicheng", "listen", "--broker", url, "--per-minute", "100000000"]
    listener = subprocess.Popen(listen, cwd=PROJECT, stdout=subprocess.PIPE)
    try:
        assert listener.stdout is not None
        listener.stdout.readline()
        print(markdown([through(port, given.messages, name=name)]))
    finally:
        listener.terminate()
        listener.wait(timeout=30)
        broker.terminate()
        broker.wait(timeout=30)


def through(port: int, messages: int, *, name: str) -> Figure:
    """Publish as fast as the broker takes; done when the last reading stands in the table."""
    from yicheng.core.sensing.models import Reading

    sender = subprocess.Popen(
        [sys.executable, "-m", "bench.mqtt_sender", str(port), str(messages), str(DEVICES)], cwd=PROJECT
    )
    began = time.perf_counter()
    stored, changed_at = 0, began
    while stored < messages:
        time.sleep(0.2)
        count = Reading.objects.count()
        if count != stored:
            stored, changed_at = count, time.perf_counter()
        if time.perf_counter() - changed_at > 30:
            raise RuntimeError(f"{messages} messages were sent, {stored} are stored")
    took_s = time.perf_counter() - began
    sender.wait(timeout=30)
    return Figure(
        f"MQTT at QoS 1 through {name} to the table",
        messages / took_s,
        "messages/s",
        "5,000/s, nothing lost",
        note=f"{messages:,} sent, {stored:,} stored; sender, broker, listener and database on one machine",
    )


def _devices() -> None:
    from yicheng.core.people.public import SYSTEM
    from yicheng.core.sensing.models import DeviceModel
    from yicheng.core.sensing.public import NewDevice, register_devices

    DeviceModel.objects.create(code="m", name="m", interval_s=60)
    register_devices(SYSTEM, [NewDevice("d", "m", number=f"D{number}") for number in range(DEVICES)])


def _broker(home: Path, port: int) -> tuple[Any, str]:
    binary = os.environ.get("MOSQUITTO") or shutil.which("mosquitto")
    if binary is None:
        command = [sys.executable, "-m", "yicheng", "broker", "--port", str(port)]
        broker, name = subprocess.Popen(command, cwd=PROJECT), "amqtt"
    else:
        settings = home / "mosquitto.conf"
        settings.write_text(
            f"listener {port} 127.0.0.1\nallow_anonymous true\nmax_inflight_messages 5000\n"
            "max_queued_messages 1000000\nuser root\n"
        )
        broker, name = subprocess.Popen([binary, "-c", str(settings)], stderr=subprocess.DEVNULL), "Mosquitto"
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return broker, name
        time.sleep(0.1)
    raise TimeoutError("the broker does not listen")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
