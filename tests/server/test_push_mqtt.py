"""A real broker: it retains each store's number, kiosks may read and nothing else."""

from __future__ import annotations

import os
import pwd
import queue
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from server.configuration import Configuration, FeedSettings
from server.feed import mqtt
from server.feed.mqtt import MqttPush, topic
from tests.server.engines import EACH
from tests.server.feeding import publish, set_price

MISSING = (
    "Expected mosquitto, got none; install it: apt-get install --no-install-recommends mosquitto"
)
CONFIG = Path(__file__).parents[2] / "config"
PASSWORD = "a password of a test"


def program(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/usr/bin")
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(MISSING)
    return found


@dataclass
class Broker:
    """Mosquitto with this repository's own settings, but for folder, port and password."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = field(default=None)

    def start(self) -> None:
        who = {} if os.geteuid() else {"user": "nobody", "group": "nogroup"}
        command = [program("mosquitto"), "-c", str(self.folder / "mosquitto.conf")]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, **who)  # type: ignore[call-overload]
        end = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                assert self.process.poll() is None, (self.folder / "log").read_text()
                assert time.monotonic() < end, "expected the broker to listen"
                threading.Event().wait(0.02)

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)


@pytest.fixture
def broker() -> Iterator[Broker]:
    # not among pytest's own folders, which are closed to other users
    folder = Path(tempfile.mkdtemp(prefix="pishkhan-mosquitto-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    passwords = folder / "pishkhan.passwd"
    command = [program("mosquitto_passwd"), "-b", "-c", str(passwords), "pishkhan-server", PASSWORD]
    subprocess.run(command, check=True)
    shutil.copy(CONFIG / "mosquitto.acl", folder / "pishkhan.acl")
    settings = (CONFIG / "mosquitto.conf").read_text("utf-8")
    settings = settings.replace("/etc/mosquitto/", f"{folder}/")
    settings = settings.replace("/var/lib/mosquitto/", f"{folder}/")
    settings = settings.replace("listener 1883 ", f"listener {port} ")
    (folder / "mosquitto.conf").write_text(settings, "utf-8")
    (folder / "secret").write_text(f"{PASSWORD}\n", "utf-8")
    if not os.geteuid():
        who = pwd.getpwnam("nobody")
        for each in (folder, *folder.iterdir()):
            os.chown(each, who.pw_uid, who.pw_gid)
    made = Broker(folder, port)
    made.start()
    yield made
    made.kill()
    shutil.rmtree(folder)


class Listening:
    """A kiosk at the broker."""

    def __init__(self, broker: Broker, where: str) -> None:
        self.heard: queue.Queue[tuple[str, str, bool]] = queue.Queue()
        self.codes: queue.Queue[Any] = queue.Queue()
        self.client = Client(CallbackAPIVersion.VERSION2)
        self.client.on_message = lambda _c, _d, message: self.heard.put(
            (message.topic, message.payload.decode(), bool(message.retain))
        )
        self.client.on_subscribe = lambda _c, _d, _mid, codes, _p: self.codes.put(codes)
        self.client.on_publish = lambda *_: self.codes.put("published")
        self.client.connect("127.0.0.1", broker.port)
        self.client.subscribe(where, qos=1)
        self.client.loop_start()
        self.codes.get(timeout=20)

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def number(self) -> str:
        return self.heard.get(timeout=20)[1]


def settings_for(chain: Configuration, broker: Broker) -> Configuration:
    feed = FeedSettings(
        push="mqtt", mqtt_port=broker.port, mqtt_password_file=broker.folder / "secret"
    )
    return replace(chain, feed=feed)


@contextmanager
def pushing(chain: Configuration, broker: Broker) -> Iterator[None]:
    with MqttPush(settings_for(chain, broker)):
        yield


HERE = topic("pishkhan", "tehran-1")


@EACH
def test_a_kiosk_hears_each_number_and_who_comes_later_the_newest(
    chain: Configuration, broker: Broker
) -> None:
    publish(chain)
    with closing(Listening(broker, HERE)) as early, pushing(chain, broker):
        assert early.number() == '{"sequence":1,"spread_ms":0}'
        set_price(1)
        publish(chain)
        assert early.number() == '{"sequence":2,"spread_ms":0}'
        with closing(Listening(broker, "pishkhan/+/feed/+")) as late:
            both = {late.heard.get(timeout=20)[::2] for _ in range(2)}
    assert both == {(HERE, True), (topic("pishkhan", "tehran-2"), True)}


def test_a_broker_that_comes_back_gets_every_number(
    chain: Configuration, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mqtt, "AGAIN_S_MAX", 1)
    publish(chain)
    with pushing(chain, broker):
        with closing(Listening(broker, HERE)) as kiosk:
            assert kiosk.number() == '{"sequence":1,"spread_ms":0}'
        broker.kill()
        for amount in (1, 2):
            set_price(amount)
            publish(chain)
        (broker.folder / "mosquitto.db").unlink(missing_ok=True)  # it forgot all
        broker.start()
        with closing(Listening(broker, HERE)) as kiosk:
            assert kiosk.number() == '{"sequence":3,"spread_ms":0}'


def test_a_server_needs_no_broker_to_start(chain: Configuration, broker: Broker) -> None:
    publish(chain)
    broker.kill()
    with pushing(chain, broker):
        broker.start()
        with closing(Listening(broker, HERE)) as kiosk:
            assert kiosk.number() == '{"sequence":1,"spread_ms":0}'


def test_a_kiosk_may_write_nothing_and_read_nothing_else(
    chain: Configuration, broker: Broker
) -> None:
    publish(chain)
    with pushing(chain, broker), closing(Listening(broker, HERE)) as kiosk:
        assert kiosk.number() == '{"sequence":1,"spread_ms":0}'
        kiosk.client.publish(HERE, '{"sequence":99,"spread_ms":0}', qos=1, retain=True)
        assert kiosk.codes.get(timeout=20) == "published"  # taken, and thrown away
        with closing(Listening(broker, HERE)) as other:
            assert other.number() == '{"sequence":1,"spread_ms":0}'
        with closing(Listening(broker, "#")) as curious:
            set_price(1)
            publish(chain)
            topics = {curious.heard.get(timeout=20)[0] for _ in range(4)}
        assert all(each.startswith("pishkhan/pishkhan/feed/") for each in topics)


def test_a_wrong_password_is_told_in_the_log_and_nothing_else_fails(
    chain: Configuration, broker: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    publish(chain)
    (broker.folder / "secret").write_text("wrong\n", "utf-8")
    with caplog.at_level("WARNING"), pushing(chain, broker):
        end = time.monotonic() + 20
        while "feed-mqtt-refused" not in caplog.text and time.monotonic() < end:
            threading.Event().wait(0.02)
    assert "feed-mqtt-refused reason=Not authorized" in caplog.text
    assert "wrong" not in caplog.text
