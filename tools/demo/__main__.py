"""Start server, sample chain and kiosk; without a display, drive the tour and check its end.

With a display the kiosk's window is left to whoever looks at it, until it is closed;
``--tour`` drives the tour there too. Exit status 0 only if all of it held.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from functools import partial
from threading import Thread
from zoneinfo import ZoneInfo

from kiosk.bootstrap import Kiosk, make_screens
from kiosk.config import Orientation, load
from kiosk.screens.app import SIZES
from kiosk.words import Words, read_texts
from tools.demo.paying import WholeTour
from tools.demo.tour import Tour
from tools.stage.display import NoDisplayError, there_is_one, virtual_display
from tools.stage.hands import Hands, NotSeenError
from tools.stage.pictures import sample_pictures
from tools.stage.server import ROOT, StageError
from tools.stage.stage import Stage, set_stage

log = logging.getLogger("demo")
OUT = ROOT / "build" / "demo"
SETTLE_S = 60.0  # for the last events to arrive, on a slow machine
IDLE_S = 25.0


def main() -> int:
    """Run the demo and give its exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.demo", description=__doc__)
    parser.add_argument("--tour", action="store_true", help="drive the tour on a display too")
    parser.add_argument("--landscape", action="store_true", help="a screen that is mounted across")
    options = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
    for noisy in ("kiosk", "PIL", "urllib3"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    touring = options.tour or not there_is_one()
    try:
        orientation = Orientation.LANDSCAPE if options.landscape else Orientation.PORTRAIT
        with nullcontext() if there_is_one() else virtual_display(*SIZES[orientation]):
            return _run(touring, orientation)
    except (StageError, NoDisplayError) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 2


def _run(touring: bool, orientation: Orientation) -> int:
    log.info("drawing the sample chain's pictures (once)")
    pictures = sample_pictures()
    log.info("starting the server with the sample chain")
    stage = set_stage(
        OUT / "stage",
        pictures=pictures,
        orientation=orientation.value,
        fullscreen=touring,
        idle_s=IDLE_S if touring else 60.0,
        paying=True,
    )
    try:
        log.info("server at %s, kiosk's settings in %s", stage.server.url, stage.settings_file)
        return _run_kiosk(stage, touring)
    finally:
        stage.clear()


def _run_kiosk(stage: Stage, touring: bool) -> int:
    settings = load(stage.settings_file)
    kiosk = Kiosk(settings)
    screens = make_screens(settings, kiosk)
    failed: list[str] = []

    def tour() -> None:
        try:
            _drive(kiosk, stage, ZoneInfo(settings.zone))
        except Exception as error:
            log.exception("the tour ended early")
            failed.append(str(error))
        screens.stop()

    begin: Callable[[], None] = partial(_say_hello, stage)
    if touring:
        begin = Thread(target=tour, name="tour").start
    try:
        screens.run(kiosk.start(screens.show), begin)
    finally:
        late = kiosk.stop()
    if late:
        failed.append(f"threads that did not stop: {', '.join(late)}")
    for fault in failed:
        print(f"demo: {fault}", file=sys.stderr)
    return 1 if failed else 0


def _say_hello(stage: Stage) -> None:
    """Tell whoever looks at the window what it is, and let them be the bank terminal."""
    log.info("the kiosk is in its window; close it to end the demo")
    log.info("at the bank terminal, type: approve, decline funds, cancel, pull, plug; help")

    def hand() -> None:
        assert stage.terminal is not None
        for line in sys.stdin:
            stage.terminal.type(line.strip())

    Thread(target=hand, name="hand", daemon=True).start()


# surveys follow the first snapshot in a segment, which a kiosk may or may not take apart from it
AT_LEAST = frozenset({"catalogue_taken"})


def _drive(kiosk: Kiosk, stage: Stage, zone: ZoneInfo) -> None:
    """Walk the tour and compare what head office heard with what happened."""
    from kivy.core.window import Window

    for old in OUT.glob("*.png"):
        old.unlink()
    tour = WholeTour(kiosk, stage, Hands(Window), OUT)
    try:
        tour.walk(lambda language: Words(language, zone, texts=read_texts(language)))
    except NotSeenError:
        tour.hands.picture(OUT / "where-it-ended.png")
        raise
    counted = _settled(stage, tour)
    (OUT / "events.json").write_text(json.dumps(counted, indent=1) + "\n")
    log.info("head office heard: %s", json.dumps(counted))
    for kind, expected in tour.told.items():
        heard = counted.get(kind, 0)
        if heard < expected or (heard > expected and kind not in AT_LEAST):
            raise NotSeenError(
                f"expected {expected} × {kind} at the server, got {counted.get(kind)}"
            )
    _compare_with_the_bank(stage, counted)
    log.info("all of it held; pictures in %s", os.path.relpath(OUT))


def _compare_with_the_bank(stage: Stage, counted: Mapping[str, int]) -> None:
    """Hold the sales that head office heard of to the bank terminal's own ledger."""
    assert stage.terminal is not None
    charges, amount = stage.terminal.charges()
    log.info("the bank terminal's ledger has %d charges of %d rial in all", charges, amount)
    if charges != counted.get("sale_completed", 0) - counted.get("sale_reversed", 0):
        raise NotSeenError(f"expected a charge for each sale that stays, got {charges} charges")


def _settled(stage: Stage, tour: Tour) -> dict[str, int]:
    """Wait until the server has all that the tour caused, and count once more for doubles."""
    until = time.monotonic() + SETTLE_S
    while time.monotonic() < until:
        counted = stage.server.events()
        if all(counted.get(kind, 0) >= expected for kind, expected in tour.told.items()):
            break
        time.sleep(1)
    return stage.server.events()


if __name__ == "__main__":
    sys.exit(main())
