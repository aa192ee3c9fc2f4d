"""Who the kiosk is: its key made once, its identity kept whole, and the settings that yield to it."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from kiosk.config import load, load_unenrolled
from kiosk.errors import ConfigError, DataError
from kiosk.identity import (
    Push,
    keep_identity,
    load_identity,
    load_key,
    make_key,
    read_identity,
    set_key_aside,
)

CONTRACT = Path(__file__).parents[1] / "contract"
ME: dict[str, Any] = json.loads((CONTRACT / "me.json").read_text("utf-8"))


def answer(**change: Any) -> bytes:
    return json.dumps({k: v for k, v in {**ME, **change}.items() if v is not ...}).encode()


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    key = make_key(tmp_path)
    file = tmp_path / "identity" / "key.pem"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert make_key(tmp_path).private_bytes_raw() == key.private_bytes_raw()
    assert load_key(tmp_path).private_bytes_raw() == key.private_bytes_raw()
    assert [each.name for each in file.parent.iterdir()] == ["key.pem"]


def test_what_was_left_by_a_power_cut_is_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / "identity").mkdir()
    (tmp_path / "identity" / "key.pem.new").write_bytes(b"half a k")
    assert make_key(tmp_path).private_bytes_raw() == load_key(tmp_path).private_bytes_raw()


def test_a_key_is_set_aside_and_never_deleted(tmp_path: Path) -> None:
    first = make_key(tmp_path)
    assert set_key_aside(tmp_path).name == "key.pem.old-1"
    assert make_key(tmp_path).private_bytes_raw() != first.private_bytes_raw()
    assert set_key_aside(tmp_path).name == "key.pem.old-2"


def test_a_key_that_is_none_stops_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="run: kiosk enrol CODE"):
        load_key(tmp_path)
    (tmp_path / "identity").mkdir()
    file = tmp_path / "identity" / "key.pem"
    other = generate_private_key(SECP256R1())
    for content in (
        b"",
        b"rubbish",
        other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    ):
        file.write_bytes(content)
        with pytest.raises(ConfigError, match=r"key\.pem: expected"):
            make_key(tmp_path)


def test_an_identity_is_kept_as_it_was_told(tmp_path: Path) -> None:
    assert load_identity(tmp_path) is None
    kept = keep_identity(tmp_path, answer())
    assert load_identity(tmp_path) == kept
    assert (kept.kiosk, kept.store, kept.name) == ("tehran-1-k2", "tehran-1", "کنار در")
    assert kept.push == Push("sse")
    assert kept.versions == (1, 2)
    assert len(kept.server_public_key().public_bytes_raw()) == 32


def test_what_is_not_known_of_it_is_passed_over() -> None:
    told = read_identity(answer(colour="blue", name=..., push={"kind": "mqtt", "port": 1883}))
    assert told.push == Push("mqtt", {"port": 1883})
    assert told.name == ""
    assert read_identity(answer(push=...)).push == Push("poll")


@pytest.mark.parametrize(
    "text",
    [
        b"", b"[]", b"null", b'"x"', b"\xff", b"[" * 100_000,
        answer(kiosk=...), answer(kiosk=7), answer(kiosk="Über"), answer(store="../../etc"),
        answer(server_key="none"), answer(server_key=...), answer(versions=[]),
        answer(versions="12"), answer(push=7), answer(push={"kind": 7}), answer(chain=None),
    ],
)  # fmt: skip
def test_another_answer_is_no_identity(text: bytes) -> None:
    with pytest.raises(DataError, match=r"^Expected "):
        read_identity(text)


def test_a_broken_identity_stops_the_start_and_says_what_to_do(tmp_path: Path) -> None:
    keep_identity(tmp_path, answer())
    (tmp_path / "identity" / "identity.json").write_bytes(b"{")
    with pytest.raises(ConfigError, match="to ask for it anew run: kiosk enrol"):
        load_identity(tmp_path)


# ---- settings


def settings_file(folder: Path, *lines: str) -> Path:
    file = folder / "kiosk.toml"
    file.write_text("\n".join([*lines, 'data_dir = "data"']), "utf-8")
    return file


def test_an_enrolled_kiosk_needs_no_names_in_its_settings(tmp_path: Path) -> None:
    keep_identity(tmp_path / "data", answer())
    settings = load(settings_file(tmp_path))
    assert (settings.kiosk_id, settings.store_id) == ("tehran-1-k2", "tehran-1")


def test_the_identity_wins_over_the_settings_and_one_line_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keep_identity(tmp_path / "data", answer())
    file = settings_file(tmp_path, 'kiosk_id = "old"', 'store_id = "older"')
    assert (load(file).kiosk_id, load(file).store_id) == ("tehran-1-k2", "tehran-1")
    assert caplog.messages[0] == (
        "settings-overruled identity=tehran-1-k2 of tehran-1 file=kiosk_id 'old', store_id 'older'"
    )


def test_the_same_names_in_both_are_nothing_to_speak_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keep_identity(tmp_path / "data", answer())
    load(settings_file(tmp_path, 'kiosk_id = "tehran-1-k2"', 'store_id = "tehran-1"'))
    assert caplog.messages == []


def test_without_either_it_is_said_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"kiosk_id: expected a value, got none.*kiosk enrol CODE"
    ):
        load(settings_file(tmp_path))


def test_before_the_enrolment_the_rest_of_the_settings_is_read(tmp_path: Path) -> None:
    file = settings_file(tmp_path, "[screen]", "fullscreen = false")
    with pytest.raises(ConfigError):
        load_unenrolled(file)  # data_dir came into [screen]
    file = settings_file(tmp_path, 'kiosk_id = "Not A Name"')
    assert load_unenrolled(file).data_dir == tmp_path / "data"


def test_a_servers_key_that_was_named_must_be_there(tmp_path: Path) -> None:
    named = f'server.public_key_file = "{CONTRACT / "server.pub"}"'
    assert load_unenrolled(settings_file(tmp_path, named)).given_server_key() is not None
    absent = load_unenrolled(settings_file(tmp_path, 'server.public_key_file = "absent.pub"'))
    with pytest.raises(ConfigError, match=r"server\.public_key_file: expected an Ed25519 key"):
        absent.given_server_key()
