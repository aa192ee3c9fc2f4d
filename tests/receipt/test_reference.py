"""The signed reference: one text for a sale, and a forger who tries everything but the key."""

from __future__ import annotations

import base64
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.__main__ import main
from kiosk.basket.code import qr_of
from kiosk.errors import DataError
from kiosk.receipt.checking import KnownKey, StoreKeys, Verdict, check, read_keys
from kiosk.receipt.reference import Claim, read_reference, sign
from kiosk.receipt.seen import BYTES_MAX, SeenFile

NOW = datetime(2026, 11, 26, 11, 10, tzinfo=UTC)
AT = NOW - timedelta(minutes=7)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
OLD = Ed25519PrivateKey.from_private_bytes(bytes(range(2, 34)))
CLAIM = Claim(
    "vanak", "vanak-03", UUID(int=0x0193D3A85C00700080000000000000A1), AT, 15_533_000, "IRR"
)
TEXT = sign(CLAIM, KEY)
KEYS = StoreKeys(
    "vanak",
    (
        KnownKey("vanak-03", OLD.public_key(), NOW - timedelta(hours=1)),
        KnownKey("vanak-03", KEY.public_key()),
        KnownKey("vanak-04", OTHER.public_key()),
    ),
)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789*-"


def verdict(text: str, **more: object) -> Verdict:
    return check(text, KEYS, NOW, **more).verdict  # type: ignore[arg-type]


def test_a_reference_is_one_line_that_says_the_sale() -> None:
    begins = "PR1*VANAK*VANAK-03*AGJ5HKC4ABYABAAAAAAAAAAAUE*20261126T110300Z*15533000IRR*"
    assert TEXT.startswith(begins)
    assert len(TEXT) == len(begins) + 103
    assert read_reference(TEXT).claim == CLAIM


def test_one_sale_has_one_text_and_it_fits_a_small_code() -> None:
    assert sign(CLAIM, KEY) == TEXT
    assert qr_of(TEXT, "M").side == 45


@pytest.mark.parametrize("typed", [TEXT, TEXT.lower(), f"  {TEXT}\r\n"])
def test_a_true_one_is_good_as_scanners_send_it(typed: str) -> None:
    assert verdict(typed) is Verdict.GOOD


# ---- the forger


def test_no_single_character_can_be_changed() -> None:
    for at in range(len(TEXT)):
        for other in ALPHABET.replace(TEXT[at], ""):
            assert verdict(TEXT[:at] + other + TEXT[at + 1 :]) is not Verdict.GOOD, (at, other)


def test_no_character_can_be_left_out_put_in_or_swapped() -> None:
    for at in range(len(TEXT)):
        assert verdict(TEXT[:at] + TEXT[at + 1 :]) is not Verdict.GOOD
        assert verdict(TEXT[:at] + "A" + TEXT[at:]) is not Verdict.GOOD
        swapped = TEXT[:at] + TEXT[at : at + 2][::-1] + TEXT[at + 2 :]
        assert swapped == TEXT or verdict(swapped) is not Verdict.GOOD


@pytest.mark.parametrize(
    "change",
    [
        {"total": 1},
        {"total": 155_330_000},
        {"currency": "EUR"},
        {"at": AT + timedelta(minutes=5)},
        {"sale_id": UUID(int=7)},
        {"kiosk": "vanak-04"},
    ],
)
def test_a_true_signature_is_good_for_nothing_else(change: dict[str, object]) -> None:
    signature = TEXT.rpartition("*")[2]
    forged = f"{replace(CLAIM, **change).text}*{signature}"  # type: ignore[arg-type]
    assert verdict(forged) is Verdict.FORGED


@pytest.mark.parametrize(
    ("forge", "named"),
    [
        (lambda: sign(CLAIM, Ed25519PrivateKey.generate()), Verdict.FORGED),
        (lambda: sign(CLAIM, OTHER), Verdict.FORGED),  # the key of the kiosk beside it
        (lambda: sign(replace(CLAIM, kiosk="vanak-09"), KEY), Verdict.UNKNOWN_KIOSK),
        (lambda: sign(replace(CLAIM, store="tajrish"), KEY), Verdict.OTHER_STORE),
        (lambda: sign(CLAIM, OLD), Verdict.WITHDRAWN),
        (lambda: sign(replace(CLAIM, at=NOW + timedelta(minutes=6)), KEY), Verdict.AHEAD),
        (lambda: sign(replace(CLAIM, at=NOW - timedelta(hours=3)), KEY), Verdict.OLD),
        (lambda: signed_without_purpose(), Verdict.FORGED),
        (lambda: TEXT.replace("PR1*", "PR2*"), Verdict.UNKNOWN_VERSION),
        (lambda: TEXT.replace("*15533000IRR", "*015533000IRR"), Verdict.MALFORMED),
        (lambda: TEXT + "*", Verdict.MALFORMED),
        (lambda: TEXT[:-1] + second_way(TEXT[-1]), Verdict.MALFORMED),
        (lambda: TEXT.replace("S", "ſ", 1), Verdict.MALFORMED),  # its capital is an S
        (lambda: TEXT.replace("1", "١", 1), Verdict.MALFORMED),
        (lambda: TEXT.replace("20261126T110300Z", "20261326T110300Z"), Verdict.MALFORMED),
        (lambda: "", Verdict.MALFORMED),
        (lambda: "PR1", Verdict.MALFORMED),
        (lambda: "PB1*VANAK-03*20261126*12*1*", Verdict.MALFORMED),  # the code for the till
        (lambda: TEXT + TEXT, Verdict.MALFORMED),
        (lambda: "\x00" * 500, Verdict.MALFORMED),
    ],
)
def test_what_is_wrong_is_named(forge: Callable[[], str], named: Verdict) -> None:
    assert verdict(forge()) is named


def signed_without_purpose() -> str:
    """As a kiosk might sign something that is no receipt."""
    signature = base64.b32encode(KEY.sign(CLAIM.text.encode())).decode().rstrip("=")
    return f"{CLAIM.text}*{signature}"


def second_way(last: str) -> str:
    """Another last character with the same bits in its upper part: three of its five are spare."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    return letters[letters.index(last) | 1]


def test_a_receipt_of_before_a_key_was_changed_is_still_good() -> None:
    before = sign(replace(CLAIM, at=NOW - timedelta(minutes=90)), OLD)
    assert verdict(before) is Verdict.GOOD


def test_random_lines_are_refused_and_nothing_else() -> None:
    chance = random.Random(5)
    for _ in range(3_000):
        noise = "".join(chance.choices(ALPHABET + "/\x00é ", k=chance.randrange(300)))
        assert verdict(noise) in (Verdict.MALFORMED, Verdict.UNKNOWN_VERSION)
        assert verdict(TEXT[: chance.randrange(len(TEXT))] + noise) is not Verdict.GOOD


# ---- doubles


def test_a_sale_passes_a_gate_once(tmp_path: Path) -> None:
    seen = SeenFile(tmp_path / "seen")
    assert verdict(TEXT, seen=seen) is Verdict.GOOD
    assert verdict(TEXT, seen=seen) is Verdict.DOUBLE
    assert verdict(TEXT, seen=SeenFile(tmp_path / "seen")) is Verdict.DOUBLE  # after a restart
    another = sign(replace(CLAIM, sale_id=UUID(int=8)), KEY)
    assert verdict(another, seen=seen) is Verdict.GOOD


def test_a_forged_one_does_not_use_up_the_true_one(tmp_path: Path) -> None:
    seen = SeenFile(tmp_path / "seen")
    assert verdict(sign(CLAIM, OTHER), seen=seen) is Verdict.FORGED
    assert verdict(TEXT, seen=seen) is Verdict.GOOD


def test_of_many_at_once_one_passes(tmp_path: Path) -> None:
    def ask(_: int) -> Verdict:
        return verdict(TEXT, seen=SeenFile(tmp_path / "seen"))

    with ThreadPoolExecutor(16) as gates:
        verdicts = list(gates.map(ask, range(64)))
    assert verdicts.count(Verdict.GOOD) == 1
    assert verdicts.count(Verdict.DOUBLE) == 63


def test_half_a_line_was_never_believed(tmp_path: Path) -> None:
    file = tmp_path / "seen"
    seen = SeenFile(file)
    seen(UUID(int=1), NOW)
    whole = file.read_bytes()
    for size in range(len(whole)):
        file.write_bytes(whole[:size])
        assert SeenFile(file)(UUID(int=1), NOW) is None
        assert SeenFile(file)(UUID(int=1), NOW) == NOW


def test_the_file_does_not_grow_for_ever(tmp_path: Path) -> None:
    file = tmp_path / "seen"
    lines = BYTES_MAX // 60
    old = "".join(f"{UUID(int=n)} 2026-10-01T00:00:00+00:00\n" for n in range(lines))
    file.write_text(f"{old}{UUID(int=10**9)} {NOW.isoformat()}\n")
    assert file.stat().st_size > BYTES_MAX
    seen = SeenFile(file)
    assert seen(UUID(int=2 * 10**9), NOW) is None
    assert file.stat().st_size < 200
    assert seen(UUID(int=10**9), NOW) == NOW
    assert seen(UUID(int=2 * 10**9), NOW) == NOW


def test_what_cannot_be_noted_is_not_good(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="expected to note a sale"):
        verdict(TEXT, seen=SeenFile(tmp_path / "nowhere" / "seen"))


# ---- the file of keys, and the command


def keys_record() -> dict[str, object]:
    def one(kiosk: str, key: Ed25519PrivateKey, until: str | None) -> dict[str, object]:
        raw = base64.b64encode(key.public_key().public_bytes_raw()).decode()
        return {"kiosk": kiosk, "key": raw, "until": until}

    keys = [one("vanak-03", OLD, "2026-11-26T10:10:00Z"), one("vanak-03", KEY, None)]
    return {"format": 1, "store": "vanak", "keys": keys}


def test_reads_the_keys_of_a_store() -> None:
    keys = read_keys(json.dumps(keys_record()).encode())
    assert (keys.store, [key.until for key in keys.keys]) == (
        "vanak",
        [NOW - timedelta(hours=1), None],
    )
    assert check(TEXT, keys, NOW).verdict is Verdict.GOOD


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"keys": [{"kiosk": "vanak-03", "key": "AAAA"}]},
        {"keys": [{"kiosk": "vanak-03"}]},
        {"keys": 3},
        {"store": None, "keys": [7]},
        {
            "keys": [
                {"kiosk": "a", "key": base64.b64encode(bytes(32)).decode(), "until": "2026-11-26"}
            ]
        },
    ],
)
def test_a_broken_file_of_keys_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(DataError, match="Expected"):
        read_keys(json.dumps({**keys_record(), **change}).encode())
    with pytest.raises(DataError):
        read_keys(b"\xff")


@pytest.fixture
def keys_file(tmp_path: Path) -> Path:
    file = tmp_path / "keys.json"
    file.write_text(json.dumps(keys_record()))
    return file


AT_NOW = ["--at", "2026-11-26T14:40:00+03:30"]


def test_the_command_says_good_once(
    keys_file: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    options = ["--keys", str(keys_file), "--seen", str(tmp_path / "seen"), "--json", *AT_NOW]
    assert main(["receipt", "verify", TEXT, *options]) == 0
    assert main(["receipt", "verify", TEXT, *options]) == 1
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert first == {
        "verdict": "good", "why": "", "store": "vanak", "kiosk": "vanak-03",
        "sale": str(CLAIM.sale_id), "at": "2026-11-26T11:03:00Z", "total": 15_533_000,
        "currency": "IRR",
    }  # fmt: skip
    assert second["verdict"] == "double"


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        (TEXT, [], "معتبر / good"),
        (TEXT[:-8] + "AAAAAAAA", [], "جعلی یا دستکاری‌شده / forged or changed"),
        (TEXT, ["--within", "5m"], "قدیمی / too old"),
        ("no receipt", [], "کد رسید نیست / not the code of a receipt"),
    ],
)
def test_the_command_says_it_for_people_too(
    keys_file: Path, capsys: pytest.CaptureFixture[str], text: str, options: list[str], said: str
) -> None:
    status = main(["receipt", "verify", text, "--keys", str(keys_file), *AT_NOW, *options])
    assert capsys.readouterr().out.startswith(said)
    assert status == ("good" not in said)


@pytest.mark.parametrize("wrong", [["--within", "5"], ["--at", "2026-11-26"], ["--at", "now"]])
def test_wrong_use_is_told_in_one_line(
    keys_file: Path, capsys: pytest.CaptureFixture[str], wrong: list[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["receipt", "verify", TEXT, "--keys", str(keys_file), *wrong])
    assert ended.value.code == 2
    assert "expected" in capsys.readouterr().err


def test_keys_that_are_not_there_are_a_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["receipt", "verify", TEXT, "--keys", "/nowhere/keys"]) == 2
    assert capsys.readouterr().err.startswith("kiosk: --keys: expected a file of keys")


def test_many_are_read_from_the_input(keys_file: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "kiosk", "receipt", "verify", "-", "--keys", str(keys_file), "--json",
         *AT_NOW],
        input=f"{TEXT}\n\n{TEXT.lower()}\nrubbish\n", capture_output=True, text=True, check=False,
        cwd=Path(__file__).parents[2], env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    verdicts = [json.loads(line)["verdict"] for line in told.stdout.splitlines()]
    assert (verdicts, told.returncode) == (["good", "good", "malformed"], 1)
