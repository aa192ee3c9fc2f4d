"""Users, folders, device names and the service, versioned beside the code they belong to."""

import grp
import re
import shutil
import subprocess
import tomllib
from configparser import ConfigParser
from pathlib import Path

import pytest

from kiosk.hardware import DRIVERS, read_options
from kiosk.hardware.printer.escpos import UsbPrinterConfig

ROOT = Path(__file__).parents[2]
SYSTEMD = ROOT / "systemd"
RULES = SYSTEMD / "70-kiosk.rules"
# key, its argument in braces, operator, value: udev(7), "Rules files"
TOKEN = re.compile(r'\s*([A-Z]+)(?:\{([\w./]+)\})?\s*(==|!=|\+=|-=|:=|=)\s*"([^"]*)"\s*(?:,|$)')
MATCH_KEYS = {"ACTION", "SUBSYSTEM", "KERNEL", "ATTR", "ATTRS"}
SET_KEYS = {"SYMLINK": "+=", "GROUP": "=", "MODE": "=", "GOTO": "=", "LABEL": "="}

Token = tuple[str, str, str, str]


def rules() -> list[list[Token]]:
    lines = [line for line in RULES.read_text().splitlines() if line and not line.startswith("#")]
    return [tokens_of(line) for line in lines]


def tokens_of(line: str) -> list[Token]:
    tokens, at = [], 0
    while at < len(line):
        found = TOKEN.match(line, at)
        assert found, f"no rule of udev from here: {line[at:]}"
        tokens.append((found[1], found[2] or "", found[3], found[4]))
        at = found.end()
    return tokens


def links() -> set[str]:
    return {f"/dev/{value}" for rule in rules() for key, _, _, value in rule if key == "SYMLINK"}


def needs(tool: str) -> str:
    found = shutil.which(tool)
    if not found:
        pytest.skip(f"{tool} is not installed: the file's syntax was not checked by systemd itself")
    return found


def test_every_rule_is_one_that_udev_knows() -> None:
    for rule in rules():
        for key, argument, operator, _ in rule:
            if key == "ENV":
                assert argument
                assert operator in ("==", "!=", "=")
            elif key in MATCH_KEYS:
                assert operator in ("==", "!=")
                assert bool(argument) == key.startswith("ATTR")
            else:
                assert SET_KEYS[key] == operator


def test_every_goto_leads_down_to_a_label() -> None:
    order = [
        (key, value) for rule in rules() for key, _, _, value in rule if key in ("GOTO", "LABEL")
    ]
    for i, (key, name) in enumerate(order):
        if key == "GOTO":
            assert ("LABEL", name) in order[i + 1 :]


def test_every_link_that_drivers_and_settings_name_is_made() -> None:
    named = {
        read_options("it", driver, {}).port
        for driver in DRIVERS
        if hasattr(config := read_options("it", driver, options_of(driver)), "port") and config
    }
    named.add(UsbPrinterConfig().port)
    settings = tomllib.loads((ROOT / "config/kiosk.toml").read_text("utf-8"))
    for device in settings["devices"].values():
        named |= {value for key, value in device["options"].items() if key == "port"}
    assert named == links()


def options_of(driver: str) -> dict[str, str]:
    return {"path": "/nowhere"} if driver == "camera.files" else {}


def test_a_linked_device_belongs_to_the_kiosk_alone() -> None:
    for rule in rules():
        if any(key == "SYMLINK" for key, *_ in rule):
            assert ("GROUP", "", "=", "kiosk") in rule
            assert ("MODE", "", "=", "0660") in rule


def test_a_scanner_that_is_a_keyboard_types_into_no_window_even_before_it_is_taken() -> None:
    keyboards = [r for r in rules() if ("SYMLINK", "", "+=", "kiosk-scanner-hid") in r]
    assert keyboards
    assert all(("ENV", "LIBINPUT_IGNORE_DEVICE", "=", "1") in rule for rule in keyboards)


def test_no_device_is_known_by_the_order_in_which_it_came() -> None:
    values = [value for rule in rules() for *_, value in rule]
    assert not [value for value in values if re.search(r"(tty|video|event)\w*\d$", value)]


def test_the_user_is_made(tmp_path: Path) -> None:
    tool = needs("systemd-sysusers")
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/group").write_text("".join(f"{g}:x:{n}:\n" for n, g in enumerate(GROUPS, 10)))
    told = subprocess.run(
        [tool, f"--root={tmp_path}", str(SYSTEMD / "sysusers.d/kiosk.conf")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (told.returncode, "kiosk.conf:" in told.stderr) == (0, False), told.stderr
    (user,) = [
        u for u in (tmp_path / "etc/passwd").read_text().splitlines() if u.startswith("kiosk:")
    ]
    assert ":/var/lib/kiosk:" in user
    members = (tmp_path / "etc/group").read_text().splitlines()
    assert {line.partition(":")[0] for line in members if line.endswith(":kiosk")} == set(GROUPS)


GROUPS = ["render", "video", "input"]


def test_the_folders_are_made_as_written(tmp_path: Path) -> None:
    tool = needs("systemd-tmpfiles")
    conf = (SYSTEMD / "tmpfiles.d/kiosk.conf").read_text()
    # whoever runs the tests may make folders for himself alone
    group = grp.getgrgid(tmp_path.stat().st_gid).gr_name
    owned = re.sub(r"\b(root|kiosk) +kiosk -", f"{tmp_path.owner()} {group} -", conf)
    assert owned.count(group) >= conf.count("kiosk -")
    (tmp_path / "mine.conf").write_text(owned)
    told = subprocess.run(
        [tool, "--create", f"--root={tmp_path}", str(tmp_path / "mine.conf")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (told.returncode, told.stderr) == (0, "")
    assert oct((tmp_path / "var/lib/kiosk/catalogue").stat().st_mode)[-3:] == "700"
    assert oct((tmp_path / "etc/kiosk").stat().st_mode)[-3:] == "750"


def service() -> ConfigParser:
    parser = ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(SYSTEMD / "kiosk-app.service")
    return parser


def test_systemd_finds_no_fault_in_the_service(tmp_path: Path) -> None:
    tool = needs("systemd-analyze")
    text = (SYSTEMD / "kiosk-app.service").read_text()
    unit = tmp_path / "kiosk-app.service"
    # the package and its user are not installed where tests run
    unit.write_text(
        text.replace("/opt/kiosk/bin/kiosk", "/bin/true").replace("User=kiosk", "User=root")
    )
    told = subprocess.run(
        [tool, "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False
    )
    ours = [line for line in told.stderr.splitlines() if "kiosk-app.service" in line]
    assert ours == []


def test_the_service_is_shut_in(tmp_path: Path) -> None:
    tool = needs("systemd-analyze")
    told = subprocess.run(
        [tool, "security", "--offline=true", "--threshold=25", str(SYSTEMD / "kiosk-app.service")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    overall = re.search(r"Overall exposure level for kiosk-app.service: ([\d.]+)", told.stdout)
    assert overall, told.stderr
    assert float(overall[1]) <= 2.5  # of 10; a service as it comes has 9.6


def test_a_kiosk_that_hangs_or_dies_is_started_again() -> None:
    unit = service()["Service"]
    assert (unit["Type"], unit["Restart"]) == ("notify", "always")
    assert 0 < int(unit["WatchdogSec"]) <= 60
    assert unit["ExecStart"] == "/opt/kiosk/bin/kiosk run --config /etc/kiosk/kiosk.toml"


def test_the_service_may_touch_the_devices_that_the_rules_link() -> None:
    allowed = re.findall(r"DeviceAllow=char-(\w+) rw", (SYSTEMD / "kiosk-app.service").read_text())
    assert {"input", "video4linux", "ttyACM", "ttyUSB"} <= set(allowed)
