"""Listens to a broker: one thread receives, one stores; a message is acknowledged when its readings are stored.

The session is kept by the broker (fixed client name, clean session off): what is published while the
platform is away, or was not yet acknowledged when it was killed, comes again. Back-pressure: the
receiving thread waits when the queue is full, and a broker sends no more than its window of
unacknowledged messages. A lost database is waited for with the batch in hand.
"""

from __future__ import annotations

import logging
import queue
import ssl
import threading
import time
from collections.abc import Callable
from typing import Any

import paho.mqtt.client as paho
from django.db import InterfaceError, OperationalError, close_old_connections, connection
from paho.mqtt.enums import CallbackAPIVersion

from yicheng.core.sensing.mqtt.configured import Broker
from yicheng.core.sensing.mqtt.mapping import Mapping, mappings
from yicheng.core.sensing.mqtt.storing import Buckets, Message, store_messages

MOST_TOGETHER = 2000
QUEUED = 10_000
_GATHER_S = 0.02
_AWAY_S = 1.0
_MAPPINGS_KEPT_S = 30.0
log = logging.getLogger(__name__)


class Listener:
    """``run()`` listens until ``stop()``; ``stored`` and ``received`` count what went through."""

    def __init__(
        self, broker: Broker, *, per_minute: int | None = None, say: Callable[[str], None] = log.info
    ) -> None:
        self._broker, self._say = broker, say
        self._queue: queue.Queue[Message] = queue.Queue(QUEUED)
        self._stopping = threading.Event()
        self._connections = 0
        self._buckets = Buckets(per_minute) if per_minute else Buckets()
        self._mappings: list[Mapping] = []
        self._mappings_at = -1e9
        self._client = self._made()
        self.received = self.stored = 0

    def stop(self, *_: object) -> None:
        self._stopping.set()

    def run(self) -> None:
        """Connect, and again whenever the broker is lost; store until told to stop, then leave in good order."""
        self._read_mappings()
        self._client.connect_async(self._broker.host, self._broker.port, keepalive=30)
        self._client.loop_start()
        try:
            while not self._stopping.is_set():
                messages = self._gathered()
                if messages:
                    self._store(messages)
        finally:
            self._client.disconnect()
            self._client.loop_stop()
            connection.close()

    def _made(self) -> paho.Client:
        broker = self._broker
        client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=broker.client_id,
            clean_session=False,
            manual_ack=True,
        )
        if broker.username:
            client.username_pw_set(broker.username, broker.password)
        if broker.has_tls:
            client.tls_set_context(ssl.create_default_context())
        client.reconnect_delay_set(1, 15)
        client.on_connect = self._connected
        client.on_disconnect = self._lost
        client.on_message = self._received
        return client

    def _connected(self, client: paho.Client, _data: Any, _flags: Any, reason: Any, _more: Any) -> None:
        if reason.is_failure:
            self._say(f"the broker refuses: {reason}")
            return
        self._connections += 1
        topics = self._topics()  # as last read: this thread asks the database nothing, which may be away
        client.subscribe([(topic, 1) for topic in topics])
        self._say(f"listening to {self._broker.host}:{self._broker.port}: {', '.join(topics)}")

    def _lost(self, _client: Any, _data: Any, _flags: Any, reason: Any, _more: Any) -> None:
        if not self._stopping.is_set():
            self._say(f"the broker is lost ({reason}); trying again")

    def _received(self, _client: Any, _data: Any, message: paho.MQTTMessage) -> None:
        self.received += 1
        mark = (self._connections, message.mid, message.qos)
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = message._topic.decode(errors="replace")  # noqa: SLF001  paho offers no raw topic
        one = Message(topic, bytes(message.payload), mark)
        while not self._stopping.is_set():
            try:
                self._queue.put(one, timeout=0.5)
            except queue.Full:
                continue
            return

    def _gathered(self) -> list[Message]:
        """What came within a moment after the first message: one commit for all of it."""
        try:
            messages = [self._queue.get(timeout=0.25)]
        except queue.Empty:
            return []
        until = time.monotonic() + _GATHER_S
        while len(messages) < MOST_TOGETHER:
            try:
                messages.append(self._queue.get_nowait())
            except queue.Empty:
                if time.monotonic() >= until:
                    break
                time.sleep(0.002)
        return messages

    def _store(self, messages: list[Message]) -> None:
        while not self._stopping.is_set():
            try:
                taken = store_messages(messages, self._current(), buckets=self._buckets)
            except (OperationalError, InterfaceError):
                log.warning("readings wait for the database", exc_info=True)
                close_old_connections()
                self._stopping.wait(_AWAY_S)
                continue
            self.stored += taken.stored
            self._acknowledge(messages)
            return

    def _acknowledge(self, messages: list[Message]) -> None:
        """Marks of an earlier connection mean nothing now: the broker sends those messages again."""
        for message in messages:
            connections, mid, qos = message.mark
            if qos and connections == self._connections:
                self._client.ack(mid, qos)

    def _read_mappings(self) -> None:
        """Wait for the database if need be: without mappings nothing can be asked for."""
        while not self._stopping.is_set():
            try:
                self._current()
            except (OperationalError, InterfaceError):
                close_old_connections()
                self._stopping.wait(_AWAY_S)
                continue
            return

    def _current(self) -> list[Mapping]:
        if time.monotonic() - self._mappings_at > _MAPPINGS_KEPT_S:
            before = self._topics()
            self._mappings = mappings()
            self._mappings_at = time.monotonic()
            if before and self._topics() != before and self._client.is_connected():
                self._client.subscribe([(topic, 1) for topic in self._topics()])
        return self._mappings

    def _topics(self) -> list[str]:
        return sorted({mapping.topic for mapping in self._mappings})
