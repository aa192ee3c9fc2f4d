"""``kiosk doctor``: each device and setting is well, or the line says what to do."""

import argparse
import json
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import cv2
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kiosk.commands import doctor, doctor_line
from kiosk.config import ServerSettings, Settings
from kiosk.hardware.checkup import Finding, check_device
from kiosk.identity import keep_identity, make_key
from kiosk.line.fake_server import FakeServer, running
from kiosk.storage import build
from kiosk.storage.editions import next_edition
from tests.drivers.pictures import pack
from tests.line.scripted import scripted

ROOT = Path(__file__).parents[2]
STORE = "tehran-1"
MANIFEST = "/api/v1/catalogue/manifest"
MADE_AT = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)  # of the snapshot in tests/contract


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser()
    doctor.add_to(parser.add_subparsers())
    arguments = parser.parse_args(argv)
    return int(arguments.run(arguments))


@dataclass
class Box:
    """A kiosk on which all is well, until a test breaks something."""

    folder: Path
    server: FakeServer
    line: tuple[int, int]
    settings: dict[str, Any]

    def write(self) -> Path:
        file = self.folder / "kiosk.toml"
        lines = [f"{key} = {json.dumps(value)}" for key, value in self.settings.items()]
        lines.append(f'[server]\nurl = "{self.server.url}"\nkey_file = "server.key"')
        port = json.dumps(os.ttyname(self.line[1]))
        lines.append(f'[devices.scanner]\ndriver = "scanner.serial"\noptions = {{ port = {port} }}')
        file.write_text("\n".join(lines))
        return file


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Box]:
    data = tmp_path / "data"
    (data / "catalogue").mkdir(parents=True)
    build(ROOT / "tests/contract/snapshot.ndjson.gz", next_edition(data / "catalogue"))
    (tmp_path / "server.key").write_text("kiosk-key\n")
    monkeypatch.setattr(doctor, "CATALOGUE_AGE_MAX", timedelta(days=36_500))
    monkeypatch.setattr(doctor, "FREE_BYTES_MIN", 1)
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    compositor = socket.socket(socket.AF_UNIX)
    monkeypatch.chdir(tmp_path)  # the path of a socket is short
    compositor.bind("wayland-0")
    line = os.openpty()
    settings = {"kiosk_id": "k1", "store_id": STORE, "data_dir": "data"}
    with running(FakeServer()) as server:
        server.files[MANIFEST] = b"{}"
        yield Box(tmp_path, server, line, settings)
    compositor.close()
    for end in line:
        os.close(end)


Examine = Callable[[], tuple[int, dict[str, dict[str, Any]], str]]


@pytest.fixture
def examine(box: Box, capsys: pytest.CaptureFixture[str]) -> Examine:
    def run() -> tuple[int, dict[str, dict[str, Any]], str]:
        status = main(["doctor", "--config", str(box.write()), "--json"])
        told = capsys.readouterr()
        findings = [json.loads(line) for line in told.out.splitlines()]
        return status, {finding["name"]: finding for finding in findings}, told.err

    return run


def test_all_is_well(examine: Examine) -> None:
    status, findings, told = examine()
    assert [name for name, finding in findings.items() if not finding["ok"]] == []
    assert [*findings] == [
        "settings", "data", "catalogue", "server", "clock", "key", "device scanner", "terminal",
        "printer",
        "fonts", "pictures", "display",
    ]  # fmt: skip
    assert (status, told) == (0, "")


def test_a_line_a_finding_for_people(box: Box, capsys: pytest.CaptureFixture[str]) -> None:
    (box.folder / "server.key").unlink()
    assert main(["doctor", "--config", str(box.write())]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "ok    settings: kiosk k1 of store tehran-1"
    (bad,) = [line for line in lines if not line.startswith("ok")]
    assert bad.startswith("bad   key: server.key_file: expected a key in")
    assert bad.endswith("-> get a code from head office and run: kiosk enrol CODE")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("kiosk_id = 7", "kiosk_id: expected"),
        ("kiosk_id =", "expected TOML, got"),
        (
            'kiosk_id="k"\nstore_id="s"\ndata_dir="d"\n[devices.it]\ndriver="scanner.usb"',
            "devices.it.driver: expected one of",
        ),
        (
            'kiosk_id="k"\nstore_id="s"\ndata_dir="d"\n[devices.it]\ndriver="scanner.hid"\noptions={baud=1}',
            "devices.it.options.baud: expected one of the keys",
        ),
    ],
    ids=["a value", "no TOML", "a driver", "an option"],
)
def test_wrong_settings_are_named_and_nothing_else_is_looked_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, told: str
) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text(text)
    assert main(["doctor", "--json", "--config", str(file)]) == 2
    out, err = capsys.readouterr()
    (finding,) = map(json.loads, out.splitlines())
    assert (finding["name"], finding["ok"]) == ("settings", False)
    assert told in finding["text"]
    assert told in err
    assert err.count("\n") == 1


def break_data(box: Box) -> None:
    box.settings["data_dir"] = "nowhere"


def break_room(box: Box) -> None:
    doctor.FREE_BYTES_MIN = 1 << 60  # the fixture puts it back


def break_catalogue(box: Box) -> None:
    (file,) = (box.folder / "data/catalogue").iterdir()
    file.write_bytes(file.read_bytes()[:-4_096])


def lose_catalogue(box: Box) -> None:
    shutil.rmtree(box.folder / "data/catalogue")


def age_catalogue(box: Box) -> None:
    doctor.CATALOGUE_AGE_MAX = timedelta(0)


def swap_store(box: Box) -> None:
    box.settings["store_id"] = "tehran-2"


def break_server(box: Box) -> None:
    box.server.fail(503)


def break_key(box: Box) -> None:
    (box.folder / "server.key").write_text("another-key")


def move_store(box: Box) -> None:
    box.server.fail(403)


def publish_nothing(box: Box) -> None:
    del box.server.files[MANIFEST]


def stop_display(box: Box) -> None:
    (box.folder / "wayland-0").unlink()


@pytest.mark.parametrize(
    ("break_it", "name", "text"),
    [
        (break_data, "data", "No such file"),
        (break_room, "data", "MiB free"),
        (break_catalogue, "catalogue", "expected"),
        (lose_catalogue, "catalogue", "none yet"),
        (age_catalogue, "catalogue", "h old"),
        (swap_store, "catalogue", "of store 'tehran-1'"),
        (break_server, "server", "HTTP 503"),
        (break_key, "key", "401"),
        (move_store, "key", "403"),
        (publish_nothing, "key", "nothing is published for store 'tehran-1'"),
        (stop_display, "display", "Wayland wayland-0"),
    ],
)
def test_what_is_not_well_is_told_with_what_to_do(
    box: Box, examine: Examine, break_it: Callable[[Box], None], name: str, text: str
) -> None:
    break_it(box)
    status, findings, told = examine()
    assert (status, told) == (1, "")
    assert not findings[name]["ok"]
    assert text in findings[name]["text"]
    assert findings[name]["advice"]


def test_a_server_that_is_not_there_is_told_once_and_soon(box: Box) -> None:
    box.server.files.clear()
    findings = list(
        doctor_line.check_server("http://127.0.0.1:1", box.folder / "server.key", STORE)
    )
    assert [(each.name, each.ok) for each in findings] == [("server", False)]
    assert "ConnectionError" in findings[0].text


ME = {"kiosk": "tehran-1-k1", "store": STORE, "chain": "pishkhan", "versions": [1, 2]}


@pytest.mark.parametrize(
    ("status", "told", "ok", "text"),
    [
        (200, ME, True, "accepted: tehran-1-k1 of tehran-1"),
        (200, {**ME, "store": "karaj-1"}, False, "of store 'karaj-1' now"),
        (200, {"kiosk": 7}, False, "Expected an identity"),
        (403, {"code": "not_approved"}, False, "waits to be approved"),
        (401, {"code": "key_revoked"}, False, "HTTP 401: key_revoked"),
        (401, {"code": "signature"}, False, "HTTP 401 signature"),
        (404, {}, False, "HTTP 404"),
        (503, {}, None, ""),
    ],
)
def test_an_enrolled_kiosk_asks_who_it_is_and_is_told_what_to_do(
    box: Box, status: int, told: dict[str, object], ok: bool | None, text: str
) -> None:
    key = make_key(box.folder)
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    keep_identity(box.folder, json.dumps({**ME, "server_key": pem}).encode())
    answer = {**told, "server_key": pem} if "kiosk" in told else told
    with scripted() as server:
        server.will(status, answer)
        settings = Settings("tehran-1-k1", STORE, box.folder, server=ServerSettings(server.url))
        findings = {each.name: each for each in doctor_line.check_line(settings)}
    assert "Signature" in server.asked[0].headers
    assert findings["server"].ok is (status < 500)
    assert ("key" in findings) is (ok is not None)
    if ok is not None:
        assert (findings["key"].ok, text in findings["key"].text) == (ok, True)


def test_an_enrolled_kiosk_whose_server_is_not_there_is_told_so_alone(box: Box) -> None:
    key = make_key(box.folder)
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    keep_identity(box.folder, json.dumps({**ME, "server_key": pem}).encode())
    settings = Settings(
        "tehran-1-k1", STORE, box.folder, server=ServerSettings("http://127.0.0.1:1")
    )
    assert [(f.name, f.ok) for f in doctor_line.check_line(settings)] == [("server", False)]


@pytest.mark.parametrize(
    ("header", "ok"),
    [
        ("Mon, 23 Nov 2026 08:30:00 GMT", True),
        ("Mon, 23 Nov 2026 08:30:30 GMT", True),
        ("Mon, 23 Nov 2026 08:30:31 GMT", False),
        ("Mon, 23 Nov 2026 08:29:00 GMT", False),
        ("Sun, 06 Nov 1994 08:49:37 GMT", False),
        ("yesterday", False),
        ("", False),
    ],
)
def test_the_clock_is_held_against_the_servers(header: str, ok: bool) -> None:
    assert doctor_line.check_clock(header, MADE_AT).ok is ok


@pytest.mark.parametrize(
    ("environment", "text", "ok"),
    [
        ({"DISPLAY": ":7"}, "X11 :7", True),
        ({"DISPLAY": ":7.1"}, "X11 :7.1", True),
        ({"DISPLAY": ":8"}, "X11 :8", False),
        ({"DISPLAY": "shop:0"}, "X11 shop:0", True),
        ({}, "KMS", True),
    ],
)
def test_there_is_something_to_draw_on(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    text: str,
    ok: bool,
) -> None:
    (tmp_path / "dev/dri").mkdir(parents=True)
    (tmp_path / "dev/dri/card0").touch()
    (tmp_path / "tmp/.X11-unix").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "tmp/.X11-unix")
    with socket.socket(socket.AF_UNIX) as x_server:
        x_server.bind("X7")
        finding = doctor.check_display(environment, tmp_path)
    assert (finding.ok, finding.text.startswith(text)) == (ok, True)


def test_no_screen_at_all_is_told(tmp_path: Path) -> None:
    assert not doctor.check_display({}, tmp_path).ok


def test_missing_fonts_are_named(tmp_path: Path) -> None:
    finding = doctor.check_drawing(tmp_path)
    assert not finding.ok
    assert "fonts/Vazirmatn-UI-Regular.ttf" in finding.text


# ---- devices


def test_a_serial_line_that_is_there_can_be_read_and_is_given_back() -> None:
    wire, terminal = os.openpty()
    port = os.ttyname(terminal)
    for _ in range(2):
        finding = check_device("scanner", "scanner.serial", {"port": port})
        assert finding == Finding(
            "device scanner", True, f"scanner.serial: {port} can be read, 9600 baud"
        )
    os.close(wire)
    os.close(terminal)


def test_a_line_that_the_kiosk_reads_is_well() -> None:
    import fcntl

    wire, terminal = os.openpty()
    fcntl.flock(terminal, fcntl.LOCK_EX)
    finding = check_device("scanner", "scanner.serial", {"port": os.ttyname(terminal)})
    assert (finding.ok, "in use" in finding.text) == (True, True)
    os.close(wire)
    os.close(terminal)


@pytest.mark.parametrize("driver", ["scanner.serial", "scanner.hid", "camera.v4l2"])
@pytest.mark.parametrize(
    ("port", "text", "advice"),
    [
        ("/nowhere/kiosk", "No such file", "plug it in"),
        ("{folder}", "expected a device, got a file", "docs/devices/"),
        ("/dev/null", "", "docs/devices/"),
    ],
    ids=["absent", "a folder", "another device"],
)
def test_a_device_that_cannot_be_used_is_told_with_what_to_do(
    tmp_path: Path, driver: str, port: str, text: str, advice: str
) -> None:
    finding = check_device("it", driver, {"port": port.format(folder=tmp_path)})
    assert not finding.ok
    assert text in finding.text
    assert advice in finding.advice


def test_a_device_of_another_user_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    finding = check_device("it", "scanner.serial", {"port": "/dev/null"})
    assert (finding.ok, "run as the user kiosk" in finding.advice) == (False, True)


def test_pictures_that_stand_in_are_looked_at(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "pack.png"), pack())
    well = check_device("camera", "camera.files", {"path": str(tmp_path)})
    assert (well.ok, "1280x720" in well.text) == (True, True)
    (tmp_path / "pack.png").write_bytes(b"")
    assert not check_device("camera", "camera.files", {"path": str(tmp_path)}).ok


@pytest.mark.parametrize("driver", ["scanner.fake", "camera.fake"])
def test_a_fake_is_well_and_called_so(driver: str) -> None:
    finding = check_device("it", driver, {})
    assert (finding.ok, "not for a shop" in finding.text) == (True, True)


@pytest.mark.parametrize(("ok", "advice"), [(True, "do it"), (False, "")])
def test_advice_belongs_to_what_is_not_well(ok: bool, advice: str) -> None:
    with pytest.raises(ValueError, match="Expected advice"):
        Finding("it", ok, "text", advice)
