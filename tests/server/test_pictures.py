"""Pictures for signed kiosks: by their hash, for ever, and nothing else of the disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from server.catalogue.pictures import (
    MEDIA_TYPES,
    PictureError,
    media_type_of,
    picture_file,
    store_picture,
)
from server.configuration import Configuration
from tests.server.line import Line
from tests.server.signing import SignedLine, a_kiosk

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
PATH = "/api/v2/pictures/"
KINDS = json.loads((Path(__file__).parents[1] / "contract" / "pictures.json").read_text("ascii"))


@pytest.fixture
def kiosk(line: Line) -> SignedLine:
    return SignedLine(line.url, a_kiosk())


def test_a_picture_is_given_by_its_hash_and_may_be_kept_for_ever(
    kiosk: SignedLine, chain: Configuration
) -> None:
    picture = store_picture(chain, PNG)
    answer = kiosk.ask("GET", PATH + picture.sha256)
    assert (answer.status_code, answer.content) == (200, PNG)
    assert answer.headers["Content-Type"] == "image/png"
    assert "immutable" in answer.headers["Cache-Control"]


def test_one_that_is_not_there_is_not_kept(kiosk: SignedLine, chain: Configuration) -> None:
    lost = store_picture(chain, PNG)
    picture_file(chain, lost.sha256).unlink()
    for name in ("0" * 64, lost.sha256):
        answer = kiosk.ask("GET", PATH + name)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_kept")


@pytest.mark.parametrize("name", ["x", "0" * 63, "A" * 64, "..%2fsecret.key", "%00"])
def test_a_name_that_is_no_hash_leads_nowhere(kiosk: SignedLine, name: str) -> None:
    assert kiosk.ask("GET", PATH + name).status_code in (401, 404, 422)


def test_without_a_signature_there_is_no_picture(line: Line, chain: Configuration) -> None:
    picture = store_picture(chain, PNG)
    stranger = Line(line.url, "")
    assert stranger.get(PATH + picture.sha256).status_code == 401


def test_the_server_takes_the_kinds_of_picture_that_kiosks_take_and_no_other() -> None:
    taken = {bytes.fromhex(kind["start"]): kind["media_type"] for kind in KINDS["taken"]}
    assert taken == MEDIA_TYPES
    for kind in KINDS["taken"]:
        assert media_type_of(bytes.fromhex(kind["example"])) == kind["media_type"]


@pytest.mark.parametrize("content", KINDS["refused"])
def test_the_server_refuses_what_is_no_picture(content: str) -> None:
    with pytest.raises(PictureError, match="Expected a PNG, JPEG or WebP picture"):
        media_type_of(bytes.fromhex(content))
