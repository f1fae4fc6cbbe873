"""A broker from a wheel, for demonstrations and tests; in production it is Mosquitto or another."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable

from amqtt.broker import Broker


def serve(host: str, port: int, *, say: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT. Everybody may publish: it listens on this machine only."""
    logging.getLogger("amqtt").setLevel(logging.WARNING)
    asyncio.run(_serve(host, port, say))


async def _serve(host: str, port: int, say: Callable[[str], None]) -> None:
    broker = Broker(
        {
            "listeners": {"default": {"type": "tcp", "bind": f"{host}:{port}"}},
            "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
        }
    )
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    await broker.start()
    say(f"MQTT broker at {host}:{port}")
    await stopping.wait()
    await broker.shutdown()
