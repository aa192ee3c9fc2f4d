"""Run the whole kiosk in a window, with a panel in the browser to scan, pull and cut.

Needs a display; ``--virtual`` makes one that nobody sees. Close the window, or press Ctrl-C,
to end it.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import webbrowser
from contextlib import nullcontext
from pathlib import Path
from typing import cast

from kiosk.bootstrap import Kiosk, make_screens
from kiosk.config import Orientation, load
from kiosk.errors import ConfigError
from kiosk.hardware.camera.fake import FakeCamera
from kiosk.screens.app import SIZES
from tools.simulate.levers import Stand
from tools.simulate.panel import Panel
from tools.simulate.wares import wares
from tools.stage.display import NoDisplayError, there_is_one, virtual_display
from tools.stage.pictures import sample_pictures
from tools.stage.server import ROOT, SAMPLE, StageError
from tools.stage.stage import Stage, set_stage

log = logging.getLogger("simulate")
FOLDER = ROOT / "build" / "simulate"
NO_DISPLAY = "needs a display: set DISPLAY, or run with --virtual for one that nobody sees"


def main() -> int:
    """Run the simulator and give its exit status."""
    options = _parser().parse_args()
    if not options.virtual and not there_is_one():
        print(f"simulate: {NO_DISPLAY}", file=sys.stderr)
        return 2
    logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
    for noisy in ("kiosk", "PIL", "urllib3"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    orientation = Orientation.LANDSCAPE if options.landscape else Orientation.PORTRAIT
    display = virtual_display(*SIZES[orientation]) if options.virtual else nullcontext()
    try:
        with display:
            return _run(options, orientation)
    except (StageError, NoDisplayError, ConfigError, OSError) as error:
        print(f"simulate: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.simulate", description=__doc__)
    add = parser.add_argument
    add("--landscape", action="store_true", help="a screen that is mounted across")
    add("--height", type=int, default=900, help="of the window, in pixels (default: 900)")
    add("--idle-s", type=float, default=60.0, help="seconds until the poster (default: 60)")
    add("--panel-port", type=int, default=0, help="where the panel listens (default: any)")
    add("--virtual", action="store_true", help="run on a display that nobody sees")
    add("--no-pictures", action="store_true", help="without the items' pictures: starts sooner")
    add("--no-browser", action="store_true", help="print the panel's address, do not open it")
    return parser


def _run(options: argparse.Namespace, orientation: Orientation) -> int:
    pictures: Path | None = None
    if not options.no_pictures:
        log.info("drawing the sample chain's pictures (once)")
        pictures = sample_pictures()
    log.info("starting the server with the sample chain")
    stage = set_stage(
        FOLDER,
        pictures=pictures,
        orientation=orientation.value,
        fullscreen=False,
        idle_s=options.idle_s,
        paying=True,
    )
    try:
        return _run_kiosk(stage, options)
    finally:
        stage.clear()


def _run_kiosk(stage: Stage, options: argparse.Namespace) -> int:
    settings = load(stage.settings_file)
    kiosk = Kiosk(settings)
    width, height = SIZES[settings.screen.orientation]
    scale = options.height / height
    screens = make_screens(settings, kiosk, (round(width * scale), round(height * scale)))
    camera = cast(FakeCamera, kiosk.devices["camera"])  # the stage's settings say so
    counter = {ware.key: ware for ware in wares(SAMPLE)}
    panel = Panel(Stand(stage, camera.source, settings.database, counter), options.panel_port)
    panel.start()

    def begin() -> None:
        print(f"panel: {panel.url}", flush=True)
        if not (options.virtual or options.no_browser):
            webbrowser.open(panel.url)

    for asked_to_stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked_to_stop, lambda *_: screens.stop())
    try:
        screens.run(kiosk.start(screens.show), begin)
    finally:
        panel.stop()
        late = kiosk.stop()
    if late:
        print(f"simulate: threads that did not stop: {', '.join(late)}", file=sys.stderr)
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
