"""A wrong setting is named with its path, what was expected and what came; all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.config import Orientation, load
from kiosk.errors import ConfigError

LEAST = 'kiosk_id = "k1"\nstore_id = "s1"\ndata_dir = "data"\n'


def written(folder: Path, text: str) -> Path:
    file = folder / "kiosk.toml"
    file.write_text(text, "utf-8")
    return file


def test_three_keys_are_enough(tmp_path: Path) -> None:
    settings = load(written(tmp_path, LEAST))

    assert settings.zone == "Asia/Tehran"
    assert settings.screen.orientation is Orientation.PORTRAIT
    assert settings.data_dir == tmp_path / "data", "counted from the folder of the file"


@pytest.mark.parametrize(
    ("added", "told"),
    [
        ("colour = 1", "colour: expected one of the keys kiosk_id, store_id, data_dir"),
        ("[screen]\nidle_s = 0", "screen.idle_s: expected greater than 0, got 0"),
        ('[screen]\nlanguage = "de"', "screen.language: expected 'fa' or 'en', got 'de'"),
        ('[server]\nurl = "ftp://x"', "server.url: expected match pattern"),
        ('[server]\nulr = "x"', "server.ulr: expected one of the keys url, key_file"),
        ("[devices.cam]\ndriver = 3", "devices.cam.driver: expected a valid string, got 3"),
        ('[devices.Cam]\ndriver = "x"', "devices.Cam"),
        (
            '[[barcodes.layouts]]\npattern = "21IIIC"',
            "barcodes.layouts.0: expected 13 places",
        ),
        ("[screen]\nidle_s = 2026-01-01", "screen.idle_s: expected a valid number"),
    ],
)
def test_a_wrong_key_or_value_is_named(tmp_path: Path, added: str, told: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load(written(tmp_path, LEAST + added))

    assert told in str(refused.value)
    assert str(tmp_path / "kiosk.toml") in str(refused.value)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        load(written(tmp_path, 'kiosk_id = "K 1"\nzone = "Asia/Nowhere"\n'))

    told = str(refused.value)
    assert all(key in told for key in ("kiosk_id:", "store_id:", "data_dir:", "zone:"))
    assert "\n" not in told


@pytest.mark.parametrize("text", ["kiosk_id = ", "\x00", "= 1"])
def test_what_is_no_toml_is_told_by_its_place(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match="expected TOML, got"):
        load(written(tmp_path, text))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="expected a settings file, got No such file"):
        load(tmp_path / "none.toml")
