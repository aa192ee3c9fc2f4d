"""A slip in ``[terminal]`` or ``[payment]`` gives one clear line that names the key."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest

from kiosk.bootstrap.paying import terminal_of
from kiosk.commands.doctor_terminal import check_terminal
from kiosk.config import Settings, load
from kiosk.errors import ConfigError

LEAST = 'kiosk_id = "k1"\nstore_id = "s1"\ndata_dir = "."\n'


def read(folder: Path, text: str) -> Settings:
    file = folder / "kiosk.toml"
    file.write_text(LEAST + text, "utf-8")
    return load(file)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[terminal]\ndriver = "zvt+tcp"', "terminal: expected driver and address, or neither"),
        ('[terminal]\naddress = "x"', "terminal: expected driver and address, or neither"),
        ('[terminal]\ncurrency = "Rial"', "terminal.currency: expected match pattern"),
        ("[terminal]\npayment_s = 0", "terminal.payment_s: expected greater than 0, got 0"),
        ('[terminal]\npassword = "1"', "terminal.password: expected one of the keys driver"),
        ("[payment]\nenabled = 1", "payment.enabled: expected a valid boolean, got 1"),
        ("[payment]\npause_max_s = 0.5", "payment: expected pause_s up to pause_max_s"),
        ("[payment]\nenabled = true", "basket.enabled: expected true where payment.enabled is"),
        (
            "[payment]\nenabled = true\n[basket]\nenabled = true",
            "terminal.driver: expected one where payment.enabled is true, got none",
        ),
    ],
)
def test_the_file_is_refused(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read(tmp_path, text)

    assert told in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("driver", "address", "told"),
    [
        ("zvx", "10.0.0.9:1", "terminal.driver: expected one of behpardakht+serial"),
        ("zvt+tcp", "10.0.0.9:port", "terminal.address: "),
    ],
)
def test_the_driver_is_refused(tmp_path: Path, driver: str, address: str, told: str) -> None:
    settings = read(tmp_path, f'[terminal]\ndriver = "{driver}"\naddress = "{address}"')

    with pytest.raises(ConfigError, match=re.escape(told)):
        terminal_of(settings)
    assert check_terminal(settings).text.startswith(told)


@pytest.mark.parametrize(("password", "told"), [("12345", "got 5 characters"), ("12345x", "got 6")])
def test_a_password_of_the_wrong_length_is_told_without_its_digits(
    tmp_path: Path, password: str, told: str
) -> None:
    (tmp_path / "password").write_text(password + "\n")
    table = '[terminal]\ndriver = "zvt+tcp"\naddress = "127.0.0.1:9"\npassword_file = "password"'

    with pytest.raises(ConfigError) as refused:
        terminal_of(read(tmp_path, table))

    assert str(refused.value).startswith("terminal.password_file: expected 6 digits")
    assert told in str(refused.value)
    assert password not in str(refused.value)


def test_a_password_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    table = '[terminal]\ndriver = "zvt+tcp"\naddress = "127.0.0.1:9"\npassword_file = "none"'

    with pytest.raises(ConfigError, match=r"terminal\.password_file: expected a password in"):
        terminal_of(read(tmp_path, table))


def test_a_closed_port_is_told_by_the_doctor(tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_port()}"
    found = check_terminal(read(tmp_path, f'[terminal]\ndriver = "zvt+tcp"\naddress = "{address}"'))

    assert not found.ok
    assert found.text.startswith("terminal.address: expected one that answers at zvt+tcp://")


def test_the_doctor_asks_a_terminal_how_it_is(tmp_path: Path) -> None:
    table = f'[terminal]\ndriver = "fake"\naddress = "{tmp_path / "terminal"}"'
    found = check_terminal(read(tmp_path, table))

    assert found.ok
    assert "is idle 12345678" in found.text


def test_every_key_is_explained_in_the_sample() -> None:
    sample = load(Path(__file__).parents[2] / "config" / "kiosk.toml")

    assert sample.terminal == Settings("k", "s", Path()).terminal
    assert sample.payment == Settings("k", "s", Path()).payment
