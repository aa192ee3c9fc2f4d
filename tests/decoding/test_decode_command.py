"""``kiosk decode``: one line an image, broken ones named, the rest decoded all the same."""

import argparse
import json
import struct
import zlib

import cv2
import numpy as np
import pytest
import zxingcpp

from kiosk.commands import decode
from tests.decoding.drawing import MUESLI, code, photo

BOX_SLACK_PX = 30


@pytest.fixture
def item(tmp_path):
    file = tmp_path / "item.png"
    cv2.imwrite(str(file), photo(code()))
    return file


@pytest.fixture
def empty(tmp_path):
    file = tmp_path / "empty.jpg"
    cv2.imwrite(str(file), np.full((240, 320, 3), 180, np.uint8))
    return file


@pytest.fixture
def run(capfd):
    def run(*words):
        parser = argparse.ArgumentParser()
        decode.add_to(parser.add_subparsers())
        arguments = parser.parse_args(["decode", *map(str, words)])
        status = arguments.run(arguments)
        out, err = capfd.readouterr()
        return status, out.splitlines(), err.splitlines()

    return run


def test_prints_one_json_object_an_image(run, item):
    status, [line], errors = run("--json", item)
    answer = json.loads(line)
    [found] = answer["codes"]
    assert (status, errors) == (0, [])
    assert set(answer) == {"file", "ms", "codes"}
    assert answer["file"] == str(item)
    assert answer["ms"] > 0
    assert (found["format"], found["text"], found["gtin"]) == ("EAN-13", MUESLI, "04006381333931")
    middle = np.mean(found["box"], axis=0)
    assert np.abs(middle - (320, 240)).max() < BOX_SLACK_PX


def test_says_so_for_a_person(run, item):
    assert run(item)[:2] == (0, [f"{item}: EAN-13 {MUESLI}"])


def test_strict_reads_a_clear_code_too(run, item):
    assert run("--strict", item)[0] == 0


def test_exits_with_1_where_an_image_has_no_code(run, item, empty):
    status, lines, errors = run("--json", item, empty)
    assert (status, errors) == (1, [])
    assert [bool(json.loads(line)["codes"]) for line in lines] == [True, False]


def huge(tmp_path):
    """A few hundred bytes that unpack to 40,000 × 40,000 pixels."""
    header = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    file = tmp_path / "huge.png"
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))
    packed = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    ]
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(packed))
    return file


def truncated(tmp_path):
    file = tmp_path / "truncated.jpg"
    whole = cv2.imencode(".jpg", photo(code()))[1].tobytes()
    file.write_bytes(whole[: len(whole) // 2])
    return file


def text(tmp_path):
    file = tmp_path / "letter.png"
    file.write_text("Dear customer")
    return file


def absent(tmp_path):
    return tmp_path / "absent.png"


def folder(tmp_path):
    return tmp_path


@pytest.mark.parametrize("broken", [huge, truncated, text, absent, folder])
def test_names_a_broken_image_and_decodes_the_rest(run, item, tmp_path, broken):
    file = broken(tmp_path)
    status, lines, errors = run("--json", file, item)
    first, second = map(json.loads, lines)
    assert status == 2
    assert first["codes"] == []
    assert str(file) in first["error"]
    assert second["codes"][0]["text"] == MUESLI
    assert errors == [f"kiosk decode: {first['error']}"]


def test_gives_the_item_number_inside_a_gs1_code(run, tmp_path):
    barcode = zxingcpp.create_barcode(
        "(01)04006381333931(10)A7", zxingcpp.DataMatrix, options="gs1"
    )
    drawn = np.array(zxingcpp.write_barcode_to_image(barcode, scale=8))
    file = tmp_path / "gs1.png"
    cv2.imwrite(str(file), photo(drawn))
    [found] = json.loads(run("--json", file)[1][0])["codes"]
    assert found["gtin"] == "04006381333931"


def test_gives_no_item_number_where_the_code_has_none(run, tmp_path):
    file = tmp_path / "hello.png"
    cv2.imwrite(str(file), photo(code("HELLO 12", zxingcpp.QRCode, 8)))
    [found] = json.loads(run("--json", file)[1][0])["codes"]
    assert (found["text"], found["gtin"]) == ("HELLO 12", None)


def test_says_nothing_else_on_either_stream_for_hard_pictures(run, tmp_path):
    # zbar's DataBar would write assertion messages here
    file = tmp_path / "noise.png"
    cv2.imwrite(str(file), np.random.default_rng(2).integers(0, 256, (300, 400, 3), np.uint8))
    status, lines, errors = run("--json", file)
    assert (status, len(lines), errors) == (1, 1, [])
