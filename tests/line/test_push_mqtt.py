"""Being told by a real Mosquitto that there is something new."""

from __future__ import annotations

import queue
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from kiosk.feed.push_mqtt import MqttConfig, MqttListener, read_config
from kiosk.feed.pushed import Pushed
from kiosk.identity import Push
from kiosk.line.backoff import Backoff
from tests.mosquitto import PASSWORD, USER, Mosquitto, mosquitto_or_skip

TOPIC = "pishkhan/pishkhan/feed/tehran-1"


@pytest.fixture(scope="module")
def broker() -> Iterator[Mosquitto]:
    started = mosquitto_or_skip()
    yield started
    started.clear()


@pytest.fixture
def server(broker: Mosquitto) -> Iterator[Client]:
    """The central server's side: it alone may publish."""
    client = Client(CallbackAPIVersion.VERSION2)
    client.username_pw_set(USER, PASSWORD)
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    yield client
    say(client, b"")  # takes the retained message away
    client.disconnect()
    client.loop_stop()


def say(client: Client, data: bytes, topic: str = TOPIC) -> None:
    client.publish(topic, data, qos=1, retain=True).wait_for_publish(5)


@contextmanager
def listening(port: int, topic: str = TOPIC) -> Iterator[queue.Queue[Pushed]]:
    heard: queue.Queue[Pushed] = queue.Queue()
    backoff = Backoff(base_s=0.01, cap_s=0.05)
    listener = MqttListener(MqttConfig("127.0.0.1", port, topic), heard.put, backoff)
    stop = threading.Event()
    thread = threading.Thread(target=listener.run, args=(stop,))
    thread.start()
    try:
        yield heard
    finally:
        stop.set()
        listener.wake()
        thread.join(timeout=5)
        assert not thread.is_alive()


def test_a_push_is_heard_and_the_newest_is_kept_for_who_comes_later(
    broker: Mosquitto, server: Client
) -> None:
    say(server, b'{"sequence":8,"spread_ms":20}')
    with listening(broker.port) as heard:
        assert heard.get(timeout=5) == Pushed(8, 20)
        began = time.monotonic()
        say(server, b'{"sequence":9,"spread_ms":20}')
        assert heard.get(timeout=5) == Pushed(9, 20)
        assert time.monotonic() - began < 0.5


def test_other_stores_and_senseless_messages_are_not_heard(
    broker: Mosquitto, server: Client
) -> None:
    with listening(broker.port) as heard:
        say(server, b'{"sequence":7}')
        assert heard.get(timeout=5) == Pushed(7)
        say(server, b'{"sequence":99}', "pishkhan/pishkhan/feed/karaj-1")
        for junk in (b"", b"9", b"\xff", b'{"sequence":true}', b"[" * 5_000, b"x" * 100_000):
            say(server, junk)
        say(server, b'{"sequence":8}')
        assert heard.get(timeout=5) == Pushed(8)


def test_a_kiosk_may_read_and_nothing_else(broker: Mosquitto, server: Client) -> None:
    say(server, b'{"sequence":8}')
    forger = Client(CallbackAPIVersion.VERSION2)
    forger.connect("127.0.0.1", broker.port)
    forger.loop_start()
    forger.publish(TOPIC, b'{"sequence":666}', qos=1, retain=True).wait_for_publish(5)
    forger.disconnect()
    forger.loop_stop()
    with listening(broker.port) as heard:
        assert heard.get(timeout=5) == Pushed(8)
        assert heard.empty()


def test_a_broker_that_was_away_is_found_again() -> None:
    broker = mosquitto_or_skip()
    try:
        broker.stop()
        with listening(broker.port) as heard:
            time.sleep(0.1)
            for sequence in (8, 9):
                broker.start()
                publisher = Client(CallbackAPIVersion.VERSION2)
                publisher.username_pw_set(USER, PASSWORD)
                publisher.connect("127.0.0.1", broker.port)
                publisher.loop_start()
                say(publisher, f'{{"sequence":{sequence}}}'.encode())
                assert heard.get(timeout=10) == Pushed(sequence)
                publisher.disconnect()
                publisher.loop_stop()
                broker.stop()
    finally:
        broker.clear()


@pytest.mark.parametrize(
    "said", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x20\xff\xff\xff\xff"]
)
def test_what_is_no_broker_is_left_and_tried_again(said: bytes) -> None:
    asked = threading.Semaphore(0)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def speak() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(4_096)
                    connection.sendall(said)
                asked.release()

        thread = threading.Thread(target=speak)
        thread.start()
        with listening(listener.getsockname()[1]) as heard:
            assert all(asked.acquire(timeout=5) for _ in range(3))
            assert heard.empty()
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(timeout=5)


def test_the_topic_is_the_stores_where_none_is_told() -> None:
    config = read_config(Push("mqtt", {"host": "broker", "tls": True}), "pishkhan", "tehran-1")
    assert config == MqttConfig("broker", 1883, TOPIC, tls=True)
