"""The simulator: what each lever does to what stands around a kiosk, and whom the panel obeys."""

from __future__ import annotations

import http.client
import json
import os
import re
import select
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from kiosk.clock import SystemClock
from kiosk.errors import DeviceError
from kiosk.hardware.camera.fake import FakeCameraConfig, FakeSource, empty_counter
from kiosk.hardware.camera.frame import ArrayFrame
from kiosk.outbox.store import OutboxStore, open_database, transaction
from kiosk.outbox.streams import STREAMS, file_of
from retail.values import Gtin
from tools.sample_chain.frames import FORMATS, printed
from tools.simulate import __main__ as simulate
from tools.simulate.levers import FOR_WARES, LEVERS, Camera, RefusedError, Stand, pull, status
from tools.simulate.panel import BODY_BYTES_MAX, PAGE, Panel
from tools.simulate.wares import CARD, LOOSE, NoWareError, scale_label, wares
from tools.stage.scanner import PseudoScanner
from tools.stage.server import SAMPLE, Server, StageError
from tools.stage.stage import Stage

RICE = "6260100300019"
COUNTER = ArrayFrame(empty_counter()).preview()


class FakeProcess:
    def poll(self) -> None:
        return None


@dataclass
class FakeServer:
    url: str = "http://127.0.0.1:1"
    process: FakeProcess | None = field(default_factory=FakeProcess)
    starts: int = 0
    broken: bool = False

    def start(self) -> None:
        if self.broken:
            raise StageError("server: no room")
        self.starts += 1
        self.process = FakeProcess()

    def stop(self) -> None:
        self.process = None

    def events(self) -> dict[str, int]:
        return {"unknown_code": 1, "item_looked_up": 2}


class FakeLine:
    def __init__(self) -> None:
        self.whole = True

    def cut(self) -> None:
        self.whole = False

    def mend(self) -> None:
        self.whole = True

    def stop(self) -> None:
        self.cut()


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    scanner = PseudoScanner(tmp_path / "scanner")
    scanner.plug_in()
    stage = Stage(tmp_path, FakeServer(), FakeLine(), scanner, tmp_path / "kiosk.toml")
    eye = FakeSource(FakeCameraConfig())
    yield Stand(stage, eye, tmp_path / "kiosk.db", {ware.key: ware for ware in wares(SAMPLE)})
    scanner.pull_out()


@pytest.fixture
def port_of_the_kiosk(stand: Stand) -> Iterator[int]:
    port = os.open(stand.stage.scanner.link, os.O_RDONLY | os.O_NOCTTY)
    yield port
    os.close(port)


def came(port: int) -> bytes:
    assert select.select([port], [], [], 2)[0], "nothing came from the scanner"
    return os.read(port, 500).strip()


# ---- the counter


def test_every_ware_can_be_scanned_and_those_for_the_camera_can_be_printed() -> None:
    for ware in wares(SAMPLE):
        assert ware.scanned.isprintable()
        if ware.format:
            assert ware.format in FORMATS
            assert printed(ware.seen, ware.format).size


def test_a_scale_label_holds_item_and_grams_and_is_a_sound_number() -> None:
    label = scale_label(LOOSE, 1_250)

    assert label[:12] == "210013601250"
    assert Gtin(label.zfill(14))


def test_a_chain_without_the_chosen_items_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "products.csv").write_text("gtin,name_fa,name_en\n1,a,b\n")

    with pytest.raises(NoWareError, match=RICE):
        wares(tmp_path)


# ---- levers


def test_a_ware_is_scanned_as_its_code(stand: Stand, port_of_the_kiosk: int) -> None:
    pull(stand, "scan-ware", "card")

    assert came(port_of_the_kiosk) == CARD.encode()


def test_free_text_is_scanned_as_it_is(stand: Stand, port_of_the_kiosk: int) -> None:
    pull(stand, "scan", "https://example.org/سلام")

    assert came(port_of_the_kiosk).decode() == "https://example.org/سلام"


@pytest.mark.parametrize("text", ["", "1\r\n2", "9" * 201])
def test_what_no_single_scan_can_send_is_refused(stand: Stand, text: str) -> None:
    with pytest.raises(RefusedError, match="printable"):
        pull(stand, "scan", text)


def test_a_scanner_that_is_pulled_out_scans_nothing_until_it_is_back(stand: Stand) -> None:
    pull(stand, "scanner-pull", "")

    assert status(stand)["scanner"] == "pulled out"
    with pytest.raises(RefusedError, match="plugged in"):
        pull(stand, "scan", RICE)
    pull(stand, "scanner-plug", "")
    assert status(stand)["scanner"] == "plugged in"
    assert RICE in pull(stand, "scan", RICE)


def test_a_held_ware_is_before_the_lens_until_it_is_put_down(stand: Stand) -> None:
    pull(stand, "hold", RICE)

    assert not np.array_equal(stand.eye.read().preview(), COUNTER)
    assert status(stand)["held"] == RICE
    pull(stand, "put-down", "")
    assert np.array_equal(stand.eye.read().preview()[1:], COUNTER[1:])
    assert status(stand)["held"] == ""


@pytest.mark.parametrize("key", ["card", "nothing of ours"])
def test_what_is_not_for_the_camera_is_not_held(stand: Stand, key: str) -> None:
    with pytest.raises(RefusedError, match="expected"):
        pull(stand, "hold", key)

    assert stand.held == ""


def test_a_pulled_camera_gives_no_picture_and_a_freed_one_does(stand: Stand) -> None:
    pull(stand, "camera-pull", "")

    with pytest.raises(DeviceError):
        stand.eye.read()
    assert status(stand)["camera"] == Camera.PULLED.value
    pull(stand, "camera-free", "")
    assert stand.eye.read().preview().any()
    assert status(stand)["camera"] == Camera.FREE.value


def test_a_covered_lens_sees_black_and_a_frozen_camera_the_same_again(stand: Stand) -> None:
    pull(stand, "camera-cover", "")
    assert not stand.eye.read().preview()[1:].any()

    pull(stand, "camera-free", "")
    pull(stand, "camera-freeze", "")
    assert stand.eye.read().fingerprint() == stand.eye.read().fingerprint()
    pull(stand, "camera-free", "")
    assert stand.eye.read().fingerprint() != stand.eye.read().fingerprint()


def test_a_camera_has_one_fault_at_a_time(stand: Stand) -> None:
    pull(stand, "camera-pull", "")

    with pytest.raises(RefusedError, match="pulled out"):
        pull(stand, "camera-cover", "")


@dataclass
class FakeBankTerminal:
    answers: dict[str, str]
    asked: list[str] = field(default_factory=list)
    shown: str = "card?"

    def ask(self, words: str) -> str:
        self.asked.append(words)
        return self.answers.get(words, words)


@pytest.mark.parametrize(
    ("lever", "words"),
    [
        ("card-approve", "approve"),
        ("card-no-funds", "decline funds"),
        ("card-wrong-pin", "decline pin"),
        ("card-cancel", "cancel"),
        ("terminal-pull", "pull"),
        ("terminal-plug", "plug"),
        ("terminal-reboot", "reboot"),
        ("paper-out", "paper out"),
        ("paper-in", "paper in"),
    ],
)
def test_a_lever_of_the_bank_terminal_types_its_words(stand: Stand, lever: str, words: str) -> None:
    terminal = FakeBankTerminal({})
    stand.stage.terminal = terminal  # type: ignore[assignment]

    assert pull(stand, lever, "") == f"bank terminal: {words}"
    assert terminal.asked == [words]
    assert status(stand)["terminal"] == "card?"


def test_a_decision_that_no_payment_waits_for_is_refused(stand: Stand) -> None:
    with pytest.raises(RefusedError, match="no bank terminal"):
        pull(stand, "card-approve", "")
    stand.stage.terminal = FakeBankTerminal({"approve": "no payment waits"})  # type: ignore[assignment]
    with pytest.raises(RefusedError, match="no payment waits"):
        pull(stand, "card-approve", "")


def test_the_network_is_cut_and_mended(stand: Stand) -> None:
    pull(stand, "line-cut", "")
    assert (stand.stage.line.whole, status(stand)["line"]) == (False, "cut")

    pull(stand, "line-mend", "")
    assert (stand.stage.line.whole, status(stand)["line"]) == (True, "mended")


def test_a_stopped_server_starts_once_however_often_it_is_asked(stand: Stand) -> None:
    pull(stand, "server-stop", "")
    assert status(stand)["server"] == "stopped"

    pull(stand, "server-start", "")
    pull(stand, "server-start", "")
    assert status(stand)["server"] == "up"
    assert stand.stage.server.starts == 1


def test_a_server_that_does_not_start_is_told_and_not_raised_as_a_fault(stand: Stand) -> None:
    pull(stand, "server-stop", "")
    stand.stage.server.broken = True

    with pytest.raises(RefusedError, match="no room"):
        pull(stand, "server-start", "")


def test_events_are_counted_by_kind(stand: Stand) -> None:
    assert pull(stand, "events", "") == "2 × item_looked_up, 1 × unknown_code"


def test_the_outbox_is_counted_and_not_made(stand: Stand) -> None:
    assert status(stand)["outbox_waiting"] is None
    assert not stand.database.exists()

    for stream in STREAMS:
        connection = open_database(file_of(stream, stand.database), stream)
        with transaction(connection):
            OutboxStore(connection).put("unknown_code", {"code": "1"}, SystemClock().now())
        connection.close()
    assert status(stand)["outbox_waiting"] == len(STREAMS)


def test_a_server_listens_on_the_same_port_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tools.stage.server._COMMAND", ["sh", "-c", _LISTENS, "server"])
    server = Server(tmp_path)
    server.start()
    first = server.port
    server.stop()
    server.start()
    server.stop()

    assert (first, server.port) == (4_321, 4_321)
    assert (tmp_path / "server.log").read_text().split() == ["0", "4321"]


# stands in for the server: says which port it was told, and takes 4321 where it was told none
_LISTENS = """
echo "$3"; port=$3; [ "$port" = 0 ] && port=4321
echo "http://127.0.0.1:$port" > "$PISHKHAN_SERVER_DATA_DIR/address"; exec sleep 20
"""


# ---- the panel


@pytest.fixture
def panel(stand: Stand) -> Iterator[Panel]:
    made = Panel(stand).start()
    yield made
    made.stop()


def ask(
    panel: Panel, method: str, path: str, body: bytes | None = None, **headers: str
) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", panel.port, timeout=5)
    try:
        connection.request(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def post(panel: Panel, lever: str, text: str = "", **headers: str) -> tuple[int, str]:
    return ask(
        panel, "POST", f"/pull/{lever}", text.encode(), **{"X_Panel_Token": panel.token, **headers}
    )


def test_a_post_with_the_token_pulls_the_lever_and_tells(panel: Panel) -> None:
    code, said = post(panel, "line-cut")

    assert code == 200
    assert json.loads(said) == {"ok": True, "told": "the network is cut"}
    assert panel.stand.line_cut


@pytest.mark.parametrize("token", ["", "wrong", "\xe9"])
def test_a_wrong_token_is_forbidden_and_changes_nothing(panel: Panel, token: str) -> None:
    code, said = post(panel, "line-cut", X_Panel_Token=token)

    assert (code, json.loads(said)["ok"]) == (403, False)
    assert not panel.stand.line_cut


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_name_that_only_points_here_is_forbidden(panel: Panel, method: str) -> None:
    headers = {"Host": f"evil.example:{panel.port}", "X_Panel_Token": panel.token}
    code, said = ask(panel, method, "/" if method == "GET" else "/pull/line-cut", b"", **headers)

    assert code == 403
    assert panel.token not in said
    assert not panel.stand.line_cut


def test_a_get_pulls_no_lever(panel: Panel) -> None:
    before = status(panel.stand)

    codes = {ask(panel, "GET", f"/pull/{each}", X_Panel_Token=panel.token)[0] for each in LEVERS}
    assert codes == {404}
    assert status(panel.stand) == before


def test_a_lever_that_is_not_there_is_not_found(panel: Panel) -> None:
    assert post(panel, "burn")[0] == 404


def test_a_lever_that_cannot_be_pulled_says_why(panel: Panel) -> None:
    code, said = post(panel, "hold", "card")

    assert (code, json.loads(said)["ok"]) == (409, False)
    assert "camera" in json.loads(said)["told"]


def test_a_body_that_is_too_large_is_not_read(panel: Panel) -> None:
    said_length = {"Content_Length": str(BODY_BYTES_MAX + 1)}  # and nothing is sent

    assert ask(panel, "POST", "/pull/scan", X_Panel_Token=panel.token, **said_length)[0] == 413


@pytest.mark.parametrize("length", ["-1", "many", "9" * 5_000])
def test_a_length_that_is_no_length_is_refused(panel: Panel, length: str) -> None:
    headers = {"X_Panel_Token": panel.token, "Content_Length": length}

    assert ask(panel, "POST", "/pull/scan", **headers)[0] in (411, 413)


def test_a_body_that_is_not_utf_8_is_refused(panel: Panel) -> None:
    assert ask(panel, "POST", "/pull/scan", b"\xff", X_Panel_Token=panel.token)[0] == 400


def test_the_status_is_told_as_json(panel: Panel) -> None:
    code, said = ask(panel, "GET", "/status")

    assert (code, json.loads(said)) == (200, status(panel.stand))


def test_the_page_has_a_button_for_every_lever_and_every_ware(panel: Panel) -> None:
    code, page = ask(panel, "GET", "/")

    assert code == 200
    buttons = set(re.findall(r'data-lever="([^"]+)" data-text="([^"]*)"', page))
    assert {lever for lever, _ in buttons} == set(LEVERS)
    for ware in panel.stand.wares.values():
        assert ("scan-ware", ware.key) in buttons
        assert (("hold", ware.key) in buttons) == bool(ware.format)
    assert {lever for lever, text in buttons if text} == set(FOR_WARES)


def test_the_page_asks_nothing_of_any_other_host(panel: Panel) -> None:
    for page in (PAGE.read_text("utf-8"), panel.page()):
        assert not re.search(r"//[a-z0-9]|@import|url\(", page, re.IGNORECASE)


def test_without_a_display_one_line_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setattr("sys.argv", ["simulate"])

    assert simulate.main() == 2
    assert capsys.readouterr().err == f"simulate: {simulate.NO_DISPLAY}\n"
