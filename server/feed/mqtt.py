"""Telling kiosks by a broker: one retained message a store, the same data as over a stream.

A broker that is away is called again for ever; when it is back it gets every number, so that
what it retains is never older than what was published before.

Source: docs/feed.md, section 7; MQTT 3.1.1, sections 3.3.1.3 (retain) and 4.3.2 (QoS 1).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from types import TracebackType
from typing import Any

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from server.configuration import Configuration
from server.feed.watch import STOP_S, News, message, watch

AGAIN_S_MIN, AGAIN_S_MAX = 1, 60
KEEPALIVE_S = 30

logger = logging.getLogger(__name__)


def topic(chain_id: str, store_id: str) -> str:
    """Give where a store's number is told."""
    return f"pishkhan/{chain_id}/feed/{store_id}"


class MqttPush:
    """Publishes each store's number while it is entered; needs no broker to be entered."""

    def __init__(self, configuration: Configuration) -> None:
        self._chain = configuration.chain.id
        self._feed = configuration.feed
        self._stop = threading.Event()
        self._news, self._told = News({}, 0), dict[str, int]()
        self._under_way: dict[int, tuple[str, int]] = {}  # store and number by message id
        self._connected = False
        self._client = self._make_client()
        self._watching = threading.Thread(
            target=watch, args=(self._hear, self._stop), name="feed-mqtt", daemon=True
        )
        # the client calls back while it holds locks of its own, which publishing needs too: so
        # nothing is published, and no lock of ours taken, in a call of the client's
        self._facts: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._telling = threading.Thread(target=self._run, name="feed-mqtt-teller", daemon=True)

    def __enter__(self) -> MqttPush:
        """Begin to call the broker."""
        self._client.connect_async(self._feed.mqtt_host, self._feed.mqtt_port, KEEPALIVE_S)
        self._client.loop_start()
        self._telling.start()
        self._watching.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the broker; what it retains stays."""
        self._stop.set()
        self._client.disconnect()
        self._client.loop_stop()
        self._watching.join(2 * STOP_S)
        self._facts.put(None)
        self._telling.join(STOP_S)

    def _make_client(self) -> Client:
        client = Client(CallbackAPIVersion.VERSION2, client_id=f"pishkhan-{self._chain}-server")
        if self._feed.mqtt_password_file is not None:
            password = self._feed.mqtt_password_file.read_text("utf-8").strip()
            client.username_pw_set(self._feed.mqtt_user, password)
        if self._feed.mqtt_tls:
            client.tls_set()
        client.reconnect_delay_set(AGAIN_S_MIN, AGAIN_S_MAX)
        client.on_connect, client.on_disconnect = self._on_connect, self._on_disconnect
        client.on_publish = self._on_publish
        return client

    # ---- facts, from the watcher's thread and from the client's own: put down, never waited for

    def _hear(self, news: News) -> None:
        self._facts.put(partial(self._take, news))

    def _on_connect(
        self, _client: Client, _data: Any, _flags: Any, reason: Any, _more: Any
    ) -> None:
        if reason.is_failure:
            logger.warning("feed-mqtt-refused reason=%s", reason)
            return
        logger.info("feed-mqtt-connected host=%s", self._feed.mqtt_host)
        self._facts.put(self._found)

    def _on_disconnect(
        self, _client: Client, _data: Any, _flags: Any, reason: Any, _more: Any
    ) -> None:
        self._facts.put(self._lost)
        if not self._stop.is_set():
            logger.warning("feed-mqtt-lost reason=%s", reason)

    def _on_publish(self, _client: Client, _data: Any, mid: int, *_more: Any) -> None:
        self._facts.put(partial(self._arrived, mid))

    # ---- what is made of them, on the teller's thread, which alone owns the state

    def _run(self) -> None:
        while (fact := self._facts.get()) is not None:
            fact()

    def _take(self, news: News) -> None:
        self._news = news
        self._tell()

    def _found(self) -> None:
        self._connected = True
        self._told.clear()
        self._tell()

    def _lost(self) -> None:
        self._connected = False

    def _arrived(self, mid: int) -> None:
        """Tell again where an older message, sent once more after a cut, came last."""
        store_id, number = self._under_way.pop(mid, ("", 0))
        if number != self._news.numbers.get(store_id, 0):
            self._told.pop(store_id, None)
            self._tell()

    def _tell(self) -> None:
        """Publish what was not told since the broker was found; nothing waits for it meanwhile."""
        if not self._connected:
            return
        for store_id, number in self._news.numbers.items():
            if self._told.get(store_id) != number:
                text = message(number, self._news.kiosks)
                where = topic(self._chain, store_id)
                sent = self._client.publish(where, text, qos=1, retain=True)
                self._told[store_id] = number
                self._under_way[sent.mid] = (store_id, number)
