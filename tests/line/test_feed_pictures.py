"""The kiosk's side of which pictures are taken; the server's tests hold the other side."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from kiosk.errors import DataError
from kiosk.feed.pictures import STARTS, Pictures

KINDS = json.loads((Path(__file__).parents[1] / "contract" / "pictures.json").read_text("ascii"))


@pytest.fixture
def pictures(tmp_path: Path) -> Pictures:
    made = Pictures(tmp_path / "pictures")
    made.prepare()
    return made


def test_the_kiosk_knows_the_kinds_that_the_server_takes_and_no_other() -> None:
    assert set(STARTS) == {bytes.fromhex(kind["start"]) for kind in KINDS["taken"]}


@pytest.mark.parametrize("kind", KINDS["taken"], ids=lambda kind: str(kind["media_type"]))
def test_each_kind_that_the_server_takes_is_kept(pictures: Pictures, kind: dict[str, str]) -> None:
    content = bytes.fromhex(kind["example"])
    name = hashlib.sha256(content).hexdigest()
    pictures.keep(name, content)
    file = pictures.file_of(name)
    assert file is not None
    assert file.read_bytes() == content


@pytest.mark.parametrize("refused", KINDS["refused"])
def test_what_is_no_picture_is_refused(pictures: Pictures, refused: str) -> None:
    content = bytes.fromhex(refused)
    name = hashlib.sha256(content).hexdigest()
    with pytest.raises(DataError, match="Expected PNG, JPEG or WebP"):
        pictures.keep(name, content)
    assert pictures.file_of(name) is None
