"""``kiosk enrol`` and ``kiosk-server enrol`` as they are: two programs that only speak HTTP."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import sleep

import pytest

from kiosk.clock import ServerClock
from kiosk.config import load
from kiosk.identity import fingerprint, load_identity, load_key
from kiosk.line.server import ServerLink
from kiosk.line.signing import Signer

ROOT = Path(__file__).parents[2]
KEY_KEPT_S = 2.0  # as server/fleet/gate.py has it
SAMPLE = {
    "categories.csv": "category,parent,name_fa,name_en,icon,vat_bp\nfood,,خوراکی,,,0\n",
    "stores.csv": "store,name_fa,name_en,address_fa,address_en\ns1,یک,,,\ns2,دو,,,\n",
    "products.csv": "sku,name_fa,category,unit_fa,price\n001,شیر,food,بطری,90000\n",
}
HEADERS = {
    "prices.csv": "sku,store,price\n",
    "stock.csv": "sku,store,on_hand,counted_hours_ago\n",
    "places.csv": "sku,store,aisle,bay,shelf\n",
    "offers.csv": "offer,sku,store,off_bp\n",
}


class Server:
    """``kiosk-server`` on a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {**os.environ, "PISHKHAN_SERVER_DATA_DIR": str(folder / "data")}
        self.environment.pop("DJANGO_SETTINGS_MODULE", None)
        self.url = ""

    def run(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "server", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def start(self) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "server", "run", "--port", "0"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        self.url = process.stdout.readline().rpartition(" ")[2].strip()
        return process


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("chain")
    for name, text in {**SAMPLE, **HEADERS}.items():
        (folder / name).write_text(text, "utf-8")
    made = Server(folder)
    made.run("setup")
    made.run("load-sample", str(folder))
    process = made.start()
    yield made
    process.terminate()
    process.wait(30)
    if process.stdout:
        process.stdout.close()


def settings_file(folder: Path, server: Server) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / "kiosk.toml"
    pub = server.folder / "data" / "signing.pub"
    text = f'data_dir = "data"\n[server]\nurl = "{server.url}"\npublic_key_file = "{pub}"\n'
    file.write_text(text, "utf-8")
    return file


def enrol(file: Path, *words: str) -> tuple[int, list[dict[str, str]], str]:
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "enrol", *words, "--config", str(file), "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_a_box_is_enrolled_waits_is_approved_moved_and_revoked(
    server: Server, tmp_path: Path
) -> None:
    file = settings_file(tmp_path / "box", server)
    code = server.run("enrol", "k1", "s1")

    status, told, _ = enrol(file, code, "--wait-s", "0")
    data = file.parent / "data"
    ours = fingerprint(load_key(data).public_key())
    assert status == 1
    assert told[0] == {"waiting": "k1", "store": "s1", "fingerprint": ours}
    assert load_identity(data) is None

    server.run("kiosks", "approve", "k1", "--fingerprint", ours)
    status, told, _ = enrol(file)
    assert (status, told) == (0, [{"enrolled": "k1", "store": "s1", "name": "k1"}])
    settings = load(file)
    assert (settings.kiosk_id, settings.store_id) == ("k1", "s1")

    clock = ServerClock(wall_ms=lambda: 0, boot_id="")
    link = ServerLink(server.url, Signer(load_key(data), clock))
    assert link.get("/api/v2/me").status == 200  # a clock of 1970: signed anew, once
    server.run("kiosks", "move", "k1", "s2")
    assert enrol(file)[1][-1]["store"] == "s2"
    server.run("kiosks", "revoke", "k1")
    sleep(KEY_KEPT_S)  # the deed was another process's: the server looks anew by then
    status, told, error = enrol(file)
    assert (status, told, error.count("\n")) == (2, [], 1)
    assert "key_revoked" in error
    assert load(file).store_id == "s2"  # nothing is destroyed by a refusal
    link.close()


def test_a_code_that_needs_no_second_look_enrols_in_one_step(
    server: Server, tmp_path: Path
) -> None:
    file = settings_file(tmp_path / "box", server)
    status, told, _ = enrol(file, server.run("enrol", "k2", "s1", "--approve").lower())
    assert status == 0
    assert told[-1] == {"enrolled": "k2", "store": "s1", "name": "k2"}


def test_a_wrong_code_ends_with_2_and_one_line(server: Server, tmp_path: Path) -> None:
    file = settings_file(tmp_path / "box", server)
    status, told, error = enrol(file, "2222-2222")
    assert (status, told, error.count("\n")) == (2, [], 1)
    assert "code_wrong" in error
