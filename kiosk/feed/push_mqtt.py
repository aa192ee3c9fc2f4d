"""Hears of news from an MQTT broker: one retained message a store, that says a number.

paho's own thread is not used; its loop is turned here, a second at a time.

Source: docs/feed.md, section 7; MQTT 5.0, sections 3.1.2.11.4 (largest packet) and 3.3.1.3
(retained messages).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from threading import Event as Signal
from time import monotonic
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from kiosk.errors import DataError
from kiosk.feed.push import STEADY_S, Hear
from kiosk.feed.pushed import read_pushed
from kiosk.identity import Push
from kiosk.line.backoff import Backoff

log = logging.getLogger(__name__)

TURN_S = 1.0  # how long a stop may be delayed
CONNECT_S = 5.0
KEEPALIVE_S = 30
PACKET_BYTES_MAX = 8 << 10


@dataclass(frozen=True, slots=True)
class MqttConfig:
    """Where the broker is; with ``tls`` its certificate must be good for ``host``."""

    host: str
    port: int
    topic: str
    tls: bool = False


def read_config(push: Push, chain: str, store: str) -> MqttConfig:
    """Read what ``/api/v2/me`` told; raises ``DataError``."""
    more = push.more
    topic = more.get("topic", f"pishkhan/{chain}/feed/{store}")
    host, port, tls = more.get("host"), more.get("port", 1883), more.get("tls", False)
    right = (type(host), type(port), type(tls), type(topic)) == (str, int, bool, str)
    if not right or not host or not 0 < port < 1 << 16 or not _is_topic(topic):
        raise DataError(f"push: expected host, port, tls and topic of a broker, got {more!r:.200}")
    return MqttConfig(host, port, topic, tls)


def _is_topic(topic: str) -> bool:
    return bool(topic) and not set("+#\0") & set(topic)  # one topic, not many


class MqttListener:
    """A thread's body, as ``kiosk.feed.push.Listener`` has it."""

    def __init__(self, config: MqttConfig, hear: Hear, backoff: Backoff | None = None) -> None:
        self._config, self._hear, self._backoff = config, hear, backoff or Backoff()
        self._woken = Signal()

    def run(self, stop: Signal) -> None:
        """Listen, and connect again by chance, until ``stop``."""
        while not stop.is_set():
            began = monotonic()
            try:
                reason = self._listen(stop)
            except (OSError, ValueError) as error:
                reason = str(error)
            if monotonic() - began >= STEADY_S:
                self._backoff.reset()
            if not stop.is_set():
                log.warning("push-lost reason=%s", reason)
                self._woken.wait(self._backoff.next_s())

    def wake(self) -> None:
        """End a pause between two tries; a turn of the loop ends within ``TURN_S``."""
        self._woken.set()

    def _listen(self, stop: Signal) -> str:
        """Listen until it fails; gives why. Raises ``OSError`` where it does not connect."""
        client = self._client()
        bounds = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        bounds.MaximumPacketSize = PACKET_BYTES_MAX
        config = self._config
        try:
            client.connect(config.host, config.port, KEEPALIVE_S, properties=bounds)
            while not stop.is_set():
                status = client.loop(TURN_S)
                if status is not MQTTErrorCode.MQTT_ERR_SUCCESS:
                    return str(status.name)
            client.disconnect()
            return ""
        finally:
            _close(client)

    def _client(self) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2,
            protocol=MQTTProtocolVersion.MQTTv5,
            reconnect_on_failure=False,
        )
        client.connect_timeout = CONNECT_S
        if self._config.tls:
            client.tls_set()
        client.on_connect = self._on_connect
        client.on_message = self._on_message
        return client

    def _on_connect(self, client: Client, _: Any, __: Any, code: Any, ___: Any) -> None:
        if not code.is_failure:
            client.subscribe(self._config.topic, qos=1)

    def _on_message(self, _: Client, __: Any, message: MQTTMessage) -> None:
        pushed = read_pushed(bytes(message.payload))
        if pushed is None:
            log.warning("push-senseless bytes=%d", len(message.payload))
        else:
            self._hear(pushed)


def _close(client: Client) -> None:
    """Close the socket; paho leaves it open where a connection failed half way."""
    opened = client.socket()
    if opened is not None:
        opened.close()
