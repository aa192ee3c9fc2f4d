"""``kiosk lookup``, ``search`` and ``catalogue`` as store IT and outside checks call them."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kiosk.commands import catalogue as catalogue_command
from kiosk.commands import lookup, search
from kiosk.errors import DataError, KioskError
from kiosk.storage import build, check
from tests.storage.conftest import Snapshot
from tests.storage.shop import BARE, FULL, in_stock, product


@pytest.fixture
def file(snapshot: Snapshot, tmp_path: Path) -> Path:
    into = tmp_path / "catalogue.db"
    build(snapshot(FULL, BARE, product(7, "نان سنگک", "Sangak", stock=in_stock())), into)
    return into


def run(*argv: object) -> int:
    parser = argparse.ArgumentParser()
    subparsers = parser.add_subparsers(required=True)
    for command in (lookup, search, catalogue_command):
        command.add_to(subparsers)
    arguments = parser.parse_args([str(each) for each in argv])
    status: int = arguments.run(arguments)
    return status


def answer(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    told: dict[str, Any] = json.loads(out)
    return told


def test_lookup_tells_product_pack_and_price(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = FULL.packs[1]

    assert run("lookup", case.gtin.shortest, "--catalogue", file, "--json") == 0
    told = answer(capsys)
    assert (told["found"], told["kind"], told["gtin"]) == (True, "TradeItem", case.gtin.digits)
    assert (told["sku"], told["pieces"], told["list_price"]) == (FULL.sku, 6, 2_900_000)
    assert told["product"]["name"] == {"fa": FULL.name.fa, "en": FULL.name.en}


def test_lookup_reads_persian_digits_gs1_elements_and_skus(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gtin = FULL.packs[0].gtin
    persian = gtin.shortest.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    for code in (persian, f"(01){gtin.digits}(17)301231", FULL.sku):
        assert run("lookup", code, "--catalogue", file, "--json") == 0
        assert answer(capsys)["sku"] == FULL.sku


@pytest.mark.parametrize("code", ["4006381333931", "4006381333932", "x", ""])
def test_lookup_of_what_is_not_there_says_no(
    file: Path, capsys: pytest.CaptureFixture[str], code: str
) -> None:
    assert run("lookup", code, "--catalogue", file, "--json") == 1
    assert answer(capsys)["found"] is False


def test_search_tells_hits_and_how_the_text_was_read(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("search", "kangak", "--catalogue", file, "--json") == 0
    told = answer(capsys)
    assert (told["reading"], told["understood_as"], told["more"]) == ("corrected", "Sangak", False)
    assert [hit["sku"] for hit in told["hits"]] == ["7"]


def test_search_takes_all_filters(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    filters = ["--category", "food", "--in-stock", "--price-min", 1, "--price-max", 600_000]
    filters += ["--aisle", "A3", "--limit", 5, "--offset", 0]

    assert run("search", "", "--catalogue", file, "--json", *filters) == 0
    assert [hit["sku"] for hit in answer(capsys)["hits"]] == [FULL.sku]


def test_search_without_a_hit_says_no(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("search", "پنیر", "--catalogue", file, "--json") == 1
    assert answer(capsys)["hits"] == []


@pytest.mark.parametrize("option", ["--limit", "--offset", "--price-min", "--price-max"])
@pytest.mark.parametrize("wrong", ["x", "", "-1", "1.5", "9" * 23, "9" * 5_000, "-" + "9" * 30])
def test_a_wrong_number_is_wrong_use_in_one_short_line(
    file: Path, capsys: pytest.CaptureFixture[str], option: str, wrong: str
) -> None:
    with pytest.raises(SystemExit) as stopped:
        run("search", "شیر", "--catalogue", file, f"{option}={wrong}")

    assert stopped.value.code == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert f"argument {option}: expected" in last
    assert len(last) < 120


def test_the_largest_numbers_are_searched_with(file: Path) -> None:
    largest = ["--offset", 10**15, "--price-max", 10**15, "--limit", 1_000]
    assert run("search", "", "--catalogue", file, *largest) == 1


@pytest.mark.parametrize("command", [["lookup"], ["search"], ["catalogue", "info"], ["decode"]])
def test_an_argument_that_is_no_text_is_wrong_use_in_one_line(command: list[str]) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "kiosk", *command, b"\xff\xfe"], capture_output=True, check=False
    )
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert ran.stderr == b"kiosk: expected arguments in UTF-8, got b'\\xff\\xfe'\n"


def test_build_and_info_tell_the_same(
    snapshot: Snapshot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    into = tmp_path / "made.db"

    assert run("catalogue", "build", snapshot(FULL), "--out", into, "--json") == 0
    built = answer(capsys)
    assert run("catalogue", "info", into, "--json") == 0
    told = answer(capsys)
    assert built.pop("seconds") >= 0
    assert built == told
    assert (told["sequence"], told["products"], told["bytes"]) == (7, 1, into.stat().st_size)


def test_a_broken_snapshot_is_one_line_for_the_caller(tmp_path: Path) -> None:
    (tmp_path / "broken.gz").write_bytes(b"broken")

    with pytest.raises(DataError, match=r"broken\.gz line 1: expected gzip data"):
        run("catalogue", "build", tmp_path / "broken.gz", "--out", tmp_path / "out.db")


def settings(tmp_path: Path) -> Path:
    file = tmp_path / "kiosk.toml"
    file.write_text('kiosk_id = "k1"\nstore_id = "vanak"\ndata_dir = "data"\n', "utf-8")
    return file


def test_a_kiosks_settings_lead_to_its_newest_catalogue(
    snapshot: Snapshot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "data" / "catalogue"
    folder.mkdir(parents=True)
    build(snapshot(FULL), folder / "catalogue-000001.db")
    (folder / "catalogue-000002.db").write_bytes(b"damaged")

    assert run("lookup", FULL.sku, "--config", settings(tmp_path)) == 0
    assert FULL.name.fa in capsys.readouterr().out
    assert check(folder / "catalogue-000001.db").products == 1
    assert (folder / "catalogue-000002.db").exists()  # the kiosk itself sets it aside


def test_a_kiosk_without_a_catalogue_is_told(tmp_path: Path) -> None:
    with pytest.raises(KioskError, match="expected a catalogue, got none"):
        run("search", "شیر", "--config", settings(tmp_path))
