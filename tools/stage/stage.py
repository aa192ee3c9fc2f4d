"""Everything around one kiosk: server with the sample chain, a line, a scanner, settings.

Where it is wished, a bank terminal on a wire and a printer that is a folder.

The kiosk itself is run by whoever sets the stage, in its own process, so that it is the real
one; its camera is ``camera.fake``, before which pictures are held.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosk.pin import hash_of
from tools.stage.line import Line
from tools.stage.scanner import PseudoScanner
from tools.stage.server import Server
from tools.stage.terminal import BankTerminal

STORE, KIOSK = "baran-01", "baran-01-k1"

SETTINGS = """\
kiosk_id = "{kiosk}"
store_id = "{store}"
data_dir = "data"
[chain]
name_fa = "فروشگاه‌های باران"
name_en = "Baran Stores"
[screen]
orientation = "{orientation}"
fullscreen = {fullscreen}
idle_s = {idle_s}
[basket]
enabled = true
[server]
url = "http://127.0.0.1:{port}"
poll_s = 2.0
timeout_s = 3.0
[[barcodes.layouts]]
pattern = "21IIIIIWWWWWC"
[[barcodes.cards]]
prefix = "99"
length = 12
[devices.scanner]
driver = "scanner.serial"
options = {{ port = "{scanner}", retry_s = 0.5 }}
[devices.camera]
driver = "camera.fake"
"""


PAYING = """\
[staff]
pin = "{pin}"
[payment]
enabled = true
[terminal]
driver = "zvt+tcp"
address = "{address}"
payment_s = 15.0
[printer]
driver = "printer.file"
options = {{ folder = "{receipts}" }}
"""


@dataclass(slots=True)
class Stage:
    """A set stage; ``settings_file`` is what the kiosk is to be run with."""

    folder: Path
    server: Server
    line: Line
    scanner: PseudoScanner
    settings_file: Path
    terminal: BankTerminal | None = None
    pin: str = ""  # of the staff, where it is paid; made anew for each stage

    @property
    def receipts(self) -> Path:
        """Where what is printed lies."""
        return self.folder / "receipts"

    def clear(self) -> None:
        """Take everything down."""
        if self.terminal is not None:
            self.terminal.stop()
        self.scanner.pull_out()
        self.line.stop()
        self.server.stop()


def set_stage(  # noqa: PLR0913  (each says one thing of the stage)
    folder: Path,
    *,
    pictures: Path | None = None,
    orientation: str = "portrait",
    fullscreen: bool = True,
    idle_s: float = 30.0,
    paying: bool = False,
) -> Stage:
    """Set everything up in an empty ``folder`` and start it; a few seconds."""
    shutil.rmtree(folder, ignore_errors=True)
    box = folder / "kiosk"
    box.mkdir(parents=True)
    server = Server(folder / "server")
    server.prepare(pictures)
    server.start()
    server.enrol_box(KIOSK, STORE, box / "data")
    line = Line(server.port).start()
    scanner = PseudoScanner(box / "scanner")
    scanner.plug_in()
    values: Mapping[str, object] = {
        "kiosk": KIOSK,
        "store": STORE,
        "orientation": orientation,
        "fullscreen": "true" if fullscreen else "false",
        "idle_s": idle_s,
        "port": line.port,
        "scanner": scanner.link,
    }
    settings_file = box / "kiosk.toml"
    text = SETTINGS.format_map(values)
    stage = Stage(folder, server, line, scanner, settings_file)
    if paying:
        stage.terminal = BankTerminal(folder / "bank-terminal").start()
        stage.pin = f"{secrets.randbelow(10**8):08d}"
        text += PAYING.format(
            pin=hash_of(stage.pin).line(),
            address=stage.terminal.address,
            receipts=stage.receipts,
        )
    settings_file.write_text(text, "utf-8")
    return stage
