"""Everything around one kiosk: server with the sample chain, a line, a scanner, settings.

The kiosk itself is run by whoever sets the stage, in its own process, so that it is the real
one; its camera is ``camera.fake``, before which pictures are held.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.stage.line import Line
from tools.stage.scanner import PseudoScanner
from tools.stage.server import Server

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


@dataclass(slots=True)
class Stage:
    """A set stage; ``settings_file`` is what the kiosk is to be run with."""

    folder: Path
    server: Server
    line: Line
    scanner: PseudoScanner
    settings_file: Path

    def clear(self) -> None:
        """Take everything down."""
        self.scanner.pull_out()
        self.line.stop()
        self.server.stop()


def set_stage(
    folder: Path,
    *,
    pictures: Path | None = None,
    orientation: str = "portrait",
    fullscreen: bool = True,
    idle_s: float = 30.0,
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
    settings_file.write_text(SETTINGS.format_map(values), "utf-8")
    return Stage(folder, server, line, scanner, settings_file)
