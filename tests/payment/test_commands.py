"""``kiosk pay``, ``recover`` and ``payments``: one line of JSON, an exit status, one clear line."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kiosk.__main__ import main
from kiosk.hardware.terminal.fake_ledger import FakeLedger
from kiosk.outbox.disk import DiskWatch, Floors
from tests.payment.test_settings import free_port


@dataclass
class Shell:
    """The commands on one state folder, with one fake terminal."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    @property
    def ledger(self) -> FakeLedger:
        return FakeLedger(self.folder / "terminal")

    def run(self, *words: str) -> tuple[int, list[Mapping[str, Any]], str]:
        self.capsys.readouterr()
        state = ["--state", str(self.folder / "state"), "--json"]
        status = main([*words, *state])
        told = self.capsys.readouterr()
        return status, [json.loads(line) for line in told.out.splitlines()], told.err

    def at_terminal(self, *words: str) -> tuple[int, list[Mapping[str, Any]], str]:
        return self.run(*words, "--terminal", f"fake://{self.folder / 'terminal'}")

    def pay(self, *words: str) -> tuple[int, Mapping[str, Any]]:
        status, (told,), _ = self.at_terminal("pay", "--amount", "125000", *words)
        return status, told


@pytest.fixture
def shell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Shell:
    monkeypatch.delenv("KIOSK_TERMINAL_PASSWORD", raising=False)
    monkeypatch.setattr("kiosk.commands.pay._hear_signals", lambda _: None)
    return Shell(tmp_path, capsys)


@pytest.mark.parametrize(
    ("levers", "status", "outcome"),
    [
        ({}, 0, "approved"),
        ({"outcome": "decline"}, 1, "declined"),
        ({"outcome": "cancel"}, 1, "cancelled"),
        ({"lose": "booked"}, 1, "in_doubt"),
        ({"amount_off": 5}, 1, "reversed"),
        ({"amount_off": 5, "reversals": 0}, 1, "attendant"),
        ({"busy": -1}, 1, "refused"),
    ],
)
def test_pay_tells_one_line_and_a_status(
    shell: Shell, levers: dict[str, object], status: int, outcome: str
) -> None:
    shell.ledger.pull(**levers)

    ended, told = shell.pay()
    assert (ended, told["outcome"]) == (status, outcome)
    assert (told["amount"], told["currency"]) == (125_000, "IRR")


def test_amounts_are_in_cents_where_the_currency_says_so(shell: Shell) -> None:
    _, told = shell.pay("--currency", "978")

    assert (told["amount"], told["currency"]) == (125_000, "EUR")


def test_what_is_in_doubt_is_recovered_once(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "kiosk.payment.desk.Patience.__init__.__defaults__", (0.01, 180, 0.01, 0.02, 600)
    )
    shell.ledger.pull(lose="booked")
    _, first = shell.pay()
    status, refused = shell.pay()
    assert (status, refused["why"]) == (1, "busy")

    status, (told,), _ = shell.at_terminal("recover")
    assert (status, told["outcome"], told["attempt"]) == (0, "approved", first["attempt"])
    assert shell.at_terminal("recover") == (0, [], "")
    assert len(shell.ledger.books()) == 1


def test_recover_leaves_open_what_it_may_not_wait_for(shell: Shell) -> None:
    shell.ledger.pull(lose="booked")
    shell.pay()
    shell.ledger.pull(gone=-1)

    status, (told,), _ = shell.at_terminal("recover", "--wait-s", "0")
    assert (status, told["outcome"]) == (1, "in_doubt")
    status, (told,), _ = shell.at_terminal("recover", "--bound-s", "0")
    assert (status, told["outcome"]) == (1, "attendant")


def test_payments_lists_the_newest_first_and_takes_the_word_of_staff(shell: Shell) -> None:
    shell.pay()
    shell.ledger.pull(lose="booked", probes=0)
    _, doubtful = shell.pay()
    shell.at_terminal("recover", "--bound-s", "0", "--wait-s", "6")
    status, listed, _ = shell.run("payments")
    assert status == 0
    assert [each["outcome"] for each in listed] == ["attendant", "approved"]

    decide = ("payments", "--decide", doubtful["attempt"], "charged")
    assert shell.run(*decide)[0] == 2  # by nobody
    status, (told,), _ = shell.run(*decide, "--by", "Sara")
    assert (status, told["outcome"]) == (0, "approved")
    status, none, complaint = shell.run(*decide, "--by", "Sara")
    assert (status, none) == (1, [])
    assert "expected an attempt that waits for staff" in complaint


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--terminal", "zvx://x"), "--terminal: expected one of behpardakht+serial"),
        (("--terminal", "zvt+tcp://"), "--terminal: expected a place behind zvt+tcp://"),
        (("--terminal", "zvt+tcp://127.0.0.1:x"), "--terminal: "),
        (("--terminal", "fake:///proc/x"), "--terminal: expected a folder for its books"),
        (("--currency", "Rial"), "--currency: expected one such as IRR or 978"),
        (("--currency", "1"), "--currency: expected one such as IRR or 978"),
        (("--amount", "0"), "--amount: expected 1 to 999999999999, got 0"),
        (("--password-file", "/nowhere"), "--password-file: expected a password in /nowhere"),
    ],
)
def test_wrong_use_gives_status_2_and_one_line(
    shell: Shell, words: tuple[str, ...], told: str
) -> None:
    given = ["pay", "--amount", "1", "--terminal", f"fake://{shell.folder}/terminal"]
    status, none, complaint = shell.run(*given, *words)

    assert (status, none) == (2, [])
    assert complaint.startswith(f"kiosk: {told}")
    assert complaint.count("\n") == 1


def test_a_closed_port_gives_status_2_and_one_line(shell: Shell) -> None:
    url = f"zvt+tcp://127.0.0.1:{free_port()}"
    status, none, complaint = shell.run("pay", "--amount", "1", "--terminal", url)

    assert (status, none) == (2, [])
    assert complaint.startswith(f"kiosk: --terminal: expected one that answers at {url}")
    assert complaint.count("\n") == 1


def test_a_port_that_says_nothing_gives_status_2(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"sadad+tcp://127.0.0.1:{deaf.getsockname()[1]}"
        status, none, complaint = shell.run("pay", "--amount", "1", "--terminal", url)

    assert (status, none) == (2, [])
    assert complaint.startswith("kiosk: --terminal: expected one that answers")


@pytest.mark.parametrize("password", ["12345", "12345x", "1234567"])
def test_a_password_of_the_wrong_length_is_told_and_not_shown(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    monkeypatch.setenv("KIOSK_TERMINAL_PASSWORD", password)
    given = ("pay", "--amount", "1", "--terminal", "zvt+tcp://127.0.0.1:9")
    status, none, complaint = shell.run(*given)

    assert (status, none) == (2, [])
    assert complaint.startswith("kiosk: KIOSK_TERMINAL_PASSWORD: expected 6 digits, got")
    assert password not in complaint


def test_a_full_disk_refuses_to_start_a_payment(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.outbox.disk._free_bytes", lambda _: Floors().selling - 1)
    watch = DiskWatch(shell.folder, lambda _: None)
    watch.look()
    assert not watch.for_telemetry

    status, told = shell.pay()
    assert (status, told["outcome"], told["why"]) == (1, "refused", "no_room")
    assert shell.ledger.books() == []


@pytest.mark.parametrize("limit", ["0", "-5", "99999999999999999999"])
def test_no_list_is_longer_than_can_be_read(shell: Shell, limit: str) -> None:
    shell.run("pay", "--amount", "5", "--terminal", f"fake://{shell.folder}/terminal")
    status, none, complaint = shell.run("payments", "--limit", limit)
    assert (status, none) == (2, [])
    assert complaint == f"kiosk: --limit: expected 1 to 1000000, got {limit}\n"


def test_a_folder_without_a_journal_is_told(shell: Shell) -> None:
    status, none, complaint = shell.run("payments")

    assert (status, none) == (2, [])
    assert complaint.startswith("kiosk: --state: expected a kiosk's database")


def test_refund_gives_back_by_name_up_to_what_was_paid(shell: Shell) -> None:
    _, paid = shell.pay()
    sale = ("refund", "--sale", paid["sale"], "--by", "Sara")

    status, (told,), _ = shell.at_terminal(*sale, "--amount", "25000")
    assert (status, told["kind"], told["outcome"], told["amount"]) == (
        0,
        "refund",
        "approved",
        25_000,
    )
    status, (told,), said = shell.at_terminal(*sale, "--amount", "100001")
    assert (status, told["outcome"], told["why"]) == (1, "refused", "wrong")
    assert "100000" in said
    status, (told,), _ = shell.at_terminal(*sale, "--amount", "100000")
    assert status == 0
    assert shell.ledger.net() == 0


def test_refund_reverses_the_whole_charge_once(shell: Shell) -> None:
    _, paid = shell.pay()
    reverse = ("refund", "--sale", paid["sale"], "--by", "Sara", "--reverse")

    status, (told,), _ = shell.at_terminal(*reverse)
    assert (status, told["kind"], told["outcome"]) == (0, "reversal", "approved")
    status, (told,), _ = shell.at_terminal(*reverse)
    assert (status, told["why"]) == (1, "paid")
    assert (shell.ledger.net(), len(shell.ledger.books())) == (0, 2)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--sale", "x", "--by", "Sara", "--amount", "5"], "--sale"),
        (["--by", " ", "--amount", "5"], "--by"),
        (["--by", "Sara", "--amount", "0"], "--amount"),
    ],
)
def test_a_wrong_refund_is_refused_by_the_option_s_name(
    shell: Shell, words: list[str], named: str
) -> None:
    _, paid = shell.pay()
    sale = [] if "--sale" in words else ["--sale", paid["sale"]]
    status, _, said = shell.at_terminal("refund", *sale, *words)
    assert (status, named in said) == (2, True)
    assert len(shell.ledger.books()) == 1


def test_a_refund_that_is_in_doubt_is_not_sent_again(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "kiosk.payment.desk.Patience.__init__.__defaults__", (0.01, 180, 0.01, 0.02, 600)
    )
    _, paid = shell.pay()
    shell.ledger.pull(lose="booked")
    sale = ("refund", "--sale", paid["sale"], "--by", "Sara", "--amount", "125000")
    status, (told,), _ = shell.at_terminal(*sale)
    assert (status, told["outcome"]) == (1, "in_doubt")
    status, (told,), _ = shell.at_terminal(*sale)
    assert (status, told["outcome"]) == (1, "refused")
    shell.at_terminal("recover")
    status, (told,), _ = shell.at_terminal(*sale)
    assert (status, told["outcome"]) == (1, "refused")
    assert shell.ledger.net() == 0
