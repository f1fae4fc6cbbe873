"""``python -m bench.mqtt_sender PORT MESSAGES DEVICES``: publishes readings at QoS 1 as fast as the broker takes them."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

AHEAD = 4000


def main() -> None:
    port, messages, devices = map(int, sys.argv[1:4])
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id="bench-sender")
    client.max_inflight_messages_set(AHEAD)
    client.max_queued_messages_set(0)
    client.connect("127.0.0.1", port)
    client.loop_start()
    began = round((datetime.now(UTC) - timedelta(days=2)).timestamp() * 1000)
    sent = []
    for number in range(messages):
        body = b'{"property":"temperature","value":%d,"time":%d}' % (number % 40, began + number * 100)
        sent.append(client.publish(f"devices/D{number % devices}/readings", body, qos=1))
        while number >= AHEAD and not sent[number - AHEAD].is_published():
            time.sleep(0.001)
    for one in sent[-AHEAD:]:
        one.wait_for_publish(60)
    client.loop_stop()


if __name__ == "__main__":
    main()
