"""The levers of the simulator: what can be done to a kiosk and to all that it hangs on.

A lever is a name, a label and a piece of work on a ``Stand``. None of them reaches into the
kiosk: they scan, hold, pull and cut around it, as a shopper and a bad day do. This module
knows no HTTP; the panel is one way to pull them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from subprocess import SubprocessError

from kiosk.errors import DataError
from kiosk.hardware.camera.fake import FakeSource
from kiosk.outbox.store import OutboxStore, open_database
from kiosk.outbox.streams import STREAMS, Stream, file_of
from tools.simulate.wares import Ware
from tools.stage.scanner import PulledOutError
from tools.stage.server import StageError
from tools.stage.stage import Stage
from tools.stage.terminal import NOBODY_WAITS

CODE_CHARACTERS_MAX = 200  # longer than any code that a pack carries


class RefusedError(RuntimeError):
    """The lever cannot be pulled as things stand; the text says why."""


class Camera(Enum):
    """What was done to the camera last."""

    FREE = "sees"
    COVERED = "covered"
    FROZEN = "frozen"
    PULLED = "pulled out"


@dataclass(slots=True)
class Stand:
    """What the levers work on, and what they have done; ``database`` is the kiosk's."""

    stage: Stage
    eye: FakeSource
    database: Path
    wares: Mapping[str, Ware]
    camera: Camera = Camera.FREE
    line_cut: bool = False
    held: str = ""
    seed: int = field(default=0)  # no two hands hold alike


@dataclass(frozen=True, slots=True)
class Lever:
    """``work`` takes what was typed or chosen, and tells what it did."""

    name: str
    label_fa: str
    label_en: str
    work: Callable[[Stand, str], str]


def pull(stand: Stand, name: str, text: str) -> str:
    """Pull the lever of this name and tell what came of it.

    Raises ``KeyError`` for a name of no lever and ``RefusedError`` where it cannot be done.
    """
    lever = LEVERS[name]
    try:
        return lever.work(stand, text)
    except (PulledOutError, StageError, SubprocessError, OSError) as error:
        raise RefusedError(str(error)) from error


def status(stand: Stand) -> dict[str, str | int | None]:
    """Tell how things stand; ``outbox_waiting`` is none while the kiosk has no database."""
    server, scanner = stand.stage.server, stand.stage.scanner
    running = server.process is not None and server.process.poll() is None
    return {
        "server": "up" if running else "stopped",
        "line": "cut" if stand.line_cut else "mended",
        "scanner": "plugged in" if scanner.link.is_symlink() else "pulled out",
        "camera": stand.camera.value,
        "terminal": stand.stage.terminal.shown if stand.stage.terminal else "none",
        "held": stand.held,
        "outbox_waiting": _waiting(stand.database),
    }


def _waiting(database: Path) -> int | None:
    """Count what waits in both streams; opening a file that is not there would make it."""
    files = {stream: file_of(stream, database) for stream in STREAMS}
    if not all(file.is_file() for file in files.values()):
        return None
    try:
        return sum(_waiting_in(file, stream) for stream, file in files.items())
    except DataError:
        return None


def _waiting_in(file: Path, stream: Stream) -> int:
    with closing(open_database(file, stream)) as connection:
        return OutboxStore(connection).status().waiting


# ---- codes


def _scan(stand: Stand, text: str) -> str:
    if not 0 < len(text) <= CODE_CHARACTERS_MAX or not text.isprintable():
        raise RefusedError(f"expected 1 to {CODE_CHARACTERS_MAX} printable characters")
    stand.stage.scanner.scan(text)
    return f"scanned {text}"


def _scan_ware(stand: Stand, key: str) -> str:
    return _scan(stand, _ware(stand, key).scanned)


def _hold(stand: Stand, key: str) -> str:
    from tools.sample_chain.frames import frame_of  # loads OpenCV

    ware = _ware(stand, key)
    if not ware.format:
        raise RefusedError(f"{ware.name_en}: expected something that is for the camera")
    if stand.camera is Camera.COVERED:
        stand.camera = Camera.FREE  # the hand that holds is the hand that covered
    stand.seed += 1
    stand.eye.show(frame_of(ware.seen, ware.format, stand.seed))
    stand.held = ware.key
    return f"holding {ware.name_en} before the camera"


def _put_down(stand: Stand, _text: str) -> str:
    stand.eye.show_nothing()
    stand.held = ""
    if stand.camera is Camera.COVERED:
        stand.camera = Camera.FREE
    return "nothing is before the camera"


def _ware(stand: Stand, key: str) -> Ware:
    try:
        return stand.wares[key]
    except KeyError:
        raise RefusedError(f"expected a ware of the counter, got {key!r}") from None


# ---- devices


def _pull_scanner(stand: Stand, _text: str) -> str:
    stand.stage.scanner.pull_out()
    return "the scanner's cable is out"


def _plug_scanner(stand: Stand, _text: str) -> str:
    stand.stage.scanner.plug_in()
    return "the scanner's cable is in"


def _pull_camera(stand: Stand, _text: str) -> str:
    stand.eye.pull_cable()
    stand.camera = Camera.PULLED
    return "the camera's cable is out"


def _free_camera(stand: Stand, _text: str) -> str:
    """Undo all that was done to the camera: plug in, thaw, and nothing before the lens."""
    stand.eye.plug_in()
    stand.eye.thaw()
    stand.eye.show_nothing()
    stand.camera, stand.held = Camera.FREE, ""
    return "the camera is plugged in and sees the counter"


def _cover_camera(stand: Stand, _text: str) -> str:
    _expect_free(stand)
    stand.eye.cover()
    stand.camera, stand.held = Camera.COVERED, ""
    return "a hand is on the lens"


def _freeze_camera(stand: Stand, _text: str) -> str:
    _expect_free(stand)
    stand.eye.freeze()
    stand.camera = Camera.FROZEN
    return "the camera sends the same picture again and again"


def _expect_free(stand: Stand) -> None:
    """One fault at a time, so that the status line can say which it is."""
    if stand.camera is not Camera.FREE:
        raise RefusedError(f"expected a camera that sees, it is {stand.camera.value}")


# ---- the bank terminal


def _tell_terminal(words: str) -> Callable[[Stand, str], str]:
    """Give the work of a lever that types a line at the bank terminal."""

    def work(stand: Stand, _text: str) -> str:
        terminal = stand.stage.terminal
        if terminal is None:
            raise RefusedError("there is no bank terminal")
        answer = terminal.ask(words)
        if answer == NOBODY_WAITS:
            raise RefusedError(answer)
        return f"bank terminal: {answer}"

    return work


# ---- line and server


def _cut_line(stand: Stand, _text: str) -> str:
    stand.stage.line.cut()
    stand.line_cut = True
    return "the network is cut"


def _mend_line(stand: Stand, _text: str) -> str:
    stand.stage.line.mend()
    stand.line_cut = False
    return "the network is mended"


def _stop_server(stand: Stand, _text: str) -> str:
    stand.stage.server.stop()
    return "the server is stopped"


def _start_server(stand: Stand, _text: str) -> str:
    server = stand.stage.server
    if server.process is not None and server.process.poll() is None:
        return f"the server runs already, at {server.url}"
    server.start()
    return f"the server runs at {server.url}"


def _count_events(stand: Stand, _text: str) -> str:
    counted = sorted(stand.stage.server.events().items())
    return ", ".join(f"{count} × {kind}" for kind, count in counted) or "no events yet"


_ALL = (
    Lever("scan", "اسکن متن", "Scan this text", _scan),
    Lever("scan-ware", "اسکن", "Scan", _scan_ware),
    Lever("hold", "جلوی دوربین", "Hold up", _hold),
    Lever("put-down", "کنار گذاشتن", "Put down", _put_down),
    Lever("scanner-pull", "کشیدن کابل اسکنر", "Pull the scanner", _pull_scanner),
    Lever("scanner-plug", "وصل کردن اسکنر", "Plug the scanner in", _plug_scanner),
    Lever("camera-pull", "کشیدن کابل دوربین", "Pull the camera", _pull_camera),
    Lever("camera-cover", "پوشاندن دوربین", "Cover the lens", _cover_camera),
    Lever("camera-freeze", "یخ زدن تصویر", "Freeze the picture", _freeze_camera),
    Lever("camera-free", "دوربین سالم", "Camera back to normal", _free_camera),
    Lever("card-approve", "تأیید کارت", "Approve the card", _tell_terminal("approve")),
    Lever("card-no-funds", "موجودی ناکافی", "Decline: funds", _tell_terminal("decline funds")),
    Lever("card-wrong-pin", "رمز نادرست", "Decline: PIN", _tell_terminal("decline pin")),
    Lever("card-cancel", "انصراف روی کارت‌خوان", "Cancel at the terminal", _tell_terminal("cancel")),
    Lever("terminal-pull", "کشیدن کابل کارت‌خوان", "Pull the terminal", _tell_terminal("pull")),
    Lever(
        "terminal-plug", "وصل کردن کابل کارت‌خوان", "Plug the terminal in", _tell_terminal("plug")
    ),
    Lever(
        "terminal-reboot",
        "راه‌اندازی دوبارهٔ کارت‌خوان",
        "Restart the terminal",
        _tell_terminal("reboot"),
    ),
    Lever(
        "paper-out", "تمام شدن کاغذ کارت‌خوان", "Terminal without paper", _tell_terminal("paper out")
    ),
    Lever(
        "paper-in", "کاغذ گذاشتن در کارت‌خوان", "Paper for the terminal", _tell_terminal("paper in")
    ),
    Lever("line-cut", "قطع شبکه", "Cut the network", _cut_line),
    Lever("line-mend", "وصل شبکه", "Mend the network", _mend_line),
    Lever("server-stop", "خاموش کردن سرور", "Stop the server", _stop_server),
    Lever("server-start", "روشن کردن سرور", "Start the server", _start_server),
    Lever("events", "شمارش رویدادها در سرور", "Count events at the server", _count_events),
)
LEVERS: Mapping[str, Lever] = {lever.name: lever for lever in _ALL}
FOR_WARES = ("scan-ware", "hold")  # need a ware; ``scan`` needs a text; the others need nothing
