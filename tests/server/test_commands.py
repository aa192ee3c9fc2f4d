import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from server.__main__ import main
from tests.server.line import damaged_workbook

ROOT = Path(__file__).parents[2]


class Server:
    """``kiosk-server`` in a process of its own, on a data directory of its own."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.environment = {**os.environ, "PISHKHAN_SERVER_DATA_DIR": str(data_dir)}
        self.environment.pop("DJANGO_SETTINGS_MODULE")

    def run(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "server", *words],
            cwd=ROOT,
            env={**self.environment, **more},
            capture_output=True,
            text=True,
            timeout=120,
        )

    def start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "server", "run", "--port", "0"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
        )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Server:
    """A server that is set up and has one store with one product."""
    folder = tmp_path_factory.mktemp("chain")
    files = {
        "categories.csv": "category,parent,name_fa,name_en,icon,vat_bp\nfood,,خوراکی,,,0\n",
        "stores.csv": "store,name_fa,name_en,address_fa,address_en\ns1,یک,,,\n",
        "products.csv": "sku,name_fa,category,unit_fa,price\n001,چای,food,بسته,90000\n",
        "prices.csv": "sku,store,price\n",
        "stock.csv": "sku,store,on_hand,counted_hours_ago\n",
        "places.csv": "sku,store,aisle,bay,shelf\n",
        "offers.csv": "offer,sku,store,off_bp\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    server = Server(folder / "data")
    assert server.run("setup").returncode == 0
    loaded = server.run("load-sample", str(folder))
    assert (loaded.returncode, loaded.stderr) == (0, "")
    return server


@pytest.fixture
def key_file(server: Server, tmp_path: Path) -> Path:
    file = tmp_path / "server.key"
    done = server.run("enrol", "k1", "s1", "--key-file", str(file), "--json")
    assert json.loads(done.stdout) == {"kiosk": "k1", "store": "s1", "key": str(file)}
    return file


def test_a_kiosk_is_enrolled_and_its_key_file_is_for_its_owner_alone(key_file: Path) -> None:
    assert re.fullmatch(r"[\w-]{43}\n", key_file.read_text("ascii"))
    assert key_file.stat().st_mode & 0o777 == 0o600


def test_the_running_server_is_found_by_its_address_and_stops_when_told(
    server: Server, key_file: Path
) -> None:
    server.run("publish")
    running = server.start()
    try:
        assert running.stdout is not None
        said = running.stdout.readline()
        url = (server.data_dir / "address").read_text("ascii").strip()
        assert said == f"listening at {url}\n"
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", url)
        auth = {"Authorization": f"Bearer {key_file.read_text('ascii').strip()}"}
        answer = requests.get(f"{url}/api/v1/catalogue/manifest?store=s1", headers=auth, timeout=10)
        assert answer.json()["store"] == "s1"
        style = requests.get(f"{url}/static/office/office.css", timeout=10)
        assert style.headers["Content-Type"] == "text/css"
    finally:
        running.send_signal(signal.SIGTERM)
        assert running.wait(20) == 0
        running.stdout.close()
    assert not (server.data_dir / "address").exists()


def test_publishing_and_counting_events_tell_json_a_line(server: Server) -> None:
    told = json.loads(server.run("publish", "--json").stdout)
    assert (told["store_id"], told["products"]) == ("s1", 1)
    assert server.run("events", "--json").stdout == ""


def test_setting_up_again_keeps_the_keys(server: Server) -> None:
    before = (server.data_dir / "signing.key").read_bytes()
    again = server.run("setup")
    assert again.returncode == 0
    assert "made " not in again.stdout
    assert (server.data_dir / "signing.key").read_bytes() == before


def test_an_import_with_refused_rows_ends_with_1_and_names_them(
    server: Server, tmp_path: Path
) -> None:
    file = tmp_path / "prices.csv"
    file.write_text("sku,price\n001,95000\n001,1\n", "utf-8")
    done = server.run("import-products", str(file), "--json")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert (report["updated"], report["refused_rows"]) == (1, 1)
    assert report["refused"][0]["expected"] == "each SKU once in a file"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("import-products", "/absent.csv"), "Expected a file, got "),
        (("load-sample", "/absent"), "expected a file /absent/categories.csv"),
        (("load-sample", "/absent", "--pictures", "/absent"), "Expected a folder of pictures"),
        (("enrol", "k2", "nowhere"), "Expected a store of tehran-1, tehran-2; got 'nowhere'"),
        (("enrol", "K 2", "s1"), "Expected a kiosk id of small letters"),
    ],
)
@pytest.mark.usefixtures("chain")
def test_wrong_use_ends_with_2_and_one_clear_line(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str
) -> None:
    assert main(words) == 2
    said = capsys.readouterr()
    assert told in said.err
    assert (said.out, said.err.count("\n")) == ("", 1)


def test_an_address_that_is_not_ours_is_said_so(server: Server) -> None:
    done = server.run("run", "--host", "203.0.113.1", "--port", "8001")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "Expected to listen at 203.0.113.1 port 8001, got " in done.stderr


def test_settings_that_are_not_there_end_any_command_with_one_clear_line(server: Server) -> None:
    done = server.run("--config", "/absent.toml", "publish")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "kiosk-server: /absent.toml: expected a settings file, got No such file or directory\n"
    )


def test_an_empty_file_is_said_so(server: Server, tmp_path: Path) -> None:
    (tmp_path / "empty.csv").touch()
    done = server.run("import-products", str(tmp_path / "empty.csv"))
    assert done.returncode == 2
    assert "expected a header and rows, got an empty file empty.csv" in done.stderr


def test_a_damaged_workbook_is_wrong_use_in_one_line(server: Server, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(damaged_workbook())
    done = server.run("import-products", str(tmp_path / "a.xlsx"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "expected a whole XLSX file, got " in done.stderr
    assert done.stderr.count("\n") == 1


def test_djangos_own_check_finds_nothing_to_say_of_a_real_chains_settings(server: Server) -> None:
    done = server.run("manage", "check", "--deploy", PISHKHAN_SERVER_SITE_HTTPS="true")
    assert done.returncode == 0
    assert done.stdout == "System check identified no issues (0 silenced).\n"
    assert done.stderr == ""
