"""Measure the screens on a real window: start, time to a drawn view, idling, lists, growth.

Run it alone on a machine: ``python -m tools.bench.screens``. Seconds are wall-clock time where
a shopper waits, CPU time where the processor is shared; software GL is Mesa's llvmpipe under
Xvfb, where a frame of 1080 × 1920 pixels costs more than everything else together.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import psutil

from kiosk.basket.examples import many as long_basket
from kiosk.messages import Aid, Language
from kiosk.screens.app import IDLE_FPS, WindowSettings, configure
from kiosk.search.examples import many
from kiosk.view import View
from retail.basket import LINES_MAX
from tools.gallery.views import SCENES, Example, view_of
from tools.stage.display import NoDisplayError, there_is_one, virtual_display

SHOWN_P95_MAX_MS = 400.0
IDLE_MAX_PERCENT = 3.0
RSS_MAX_MIB = 250.0
GROWTH_MAX_MIB = 10.0
SCROLL_MAX_MS = 40.0
PRODUCTS = 1_000
PARTS = 10  # of the random actions, after each of which memory is read


def main(argv: list[str] | None = None) -> int:
    """Measure and print, one figure a line; exit status 1 where a limit is passed."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench.screens", description=__doc__)
    parser.add_argument("--shows", type=int, default=60, metavar="N", help="views to time (60)")
    parser.add_argument("--actions", type=int, default=10_000, metavar="N", help="random (10000)")
    parser.add_argument("--idle-s", type=float, default=20.0, metavar="S", help="seconds (20)")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    options = parser.parse_args(argv)
    try:
        with nullcontext() if there_is_one() else virtual_display(1080, 1920):
            figures = _measure(options)
    except NoDisplayError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    _tell(figures, as_json=options.json)
    return 1 if any(figure > limit for figure, limit in figures.values() if limit) else 0


Figures = dict[str, tuple[float, float]]  # by name: the figure, and its limit or 0


def _measure(options: argparse.Namespace) -> Figures:
    start, start_cpu = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory() as home:
        bench = Bench(Path(home))
        bench.turn(2)
        figures: Figures = {
            "start to first frame, s": (time.perf_counter() - start, 0),
            "start to first frame, s of CPU": (time.process_time() - start_cpu, 3.0),
        }
        figures |= bench.shows(options.shows)
        figures["idle, % of a core"] = (bench.idle_percent(options.idle_s), IDLE_MAX_PERCENT)
        figures["scroll 1000 items, ms of CPU a frame"] = (bench.scroll_ms(), SCROLL_MAX_MS)
        scrolled = bench.scroll_basket_ms()
        figures["scroll a basket of 200 lines, ms of CPU a frame"] = (scrolled, SCROLL_MAX_MS)
        figures |= bench.growth(options.actions)
        bench.close()
    return figures


def _tell(figures: Figures, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({name: round(figure, 3) for name, (figure, _) in figures.items()}))
        return
    for name, (figure, limit) in figures.items():
        print(f"{name:44} {figure:9.2f}" + (f"   limit {limit:.0f}" if limit else ""))


class Bench:
    """The window with the shell, and a loop that is turned by hand."""

    def __init__(self, home: Path) -> None:
        configure(WindowSettings(home, fullscreen=False, size=(1080, 1920), fps_max=0))
        from kivy.base import EventLoop
        from kivy.core.window import Window

        from kiosk.screens.shell import Shell
        from kiosk.screens.text.fonts import register

        register()
        self.window, self.loop = Window, EventLoop
        first = view_of(Example("", SCENES["attract, camera ready"]), Language.FA)
        self.shell: Any = Shell(first, lambda _message: None, lambda: None, size=Window.size)
        Window.add_widget(self.shell)
        EventLoop.start()

    def turn(self, times: int = 1) -> None:
        """Turn the loop: input, layout, drawing."""
        for _ in range(times):
            self.loop.idle()
            self.window.mainloop()

    def close(self) -> None:
        """End what runs."""
        self.shell.stop()
        self.loop.close()

    def shows(self, count: int) -> Figures:
        """Time ``Shell.show`` of a product until it is drawn, and the part without drawing."""
        names = ("product, member price", "product, longest texts", "product, offer")
        self._show(view_of(Example("", SCENES[names[0]]), Language.FA))
        drawn, ours = [], []
        for i in range(count):
            self._show(view_of(Example("", SCENES["unknown code"]), Language.FA))
            view = view_of(Example("", SCENES[names[i % 3]]), Language.FA)
            start = time.perf_counter()
            self.shell.show(view)
            ours.append(1_000 * self._lay_out())
            self.turn()
            drawn.append(1_000 * (time.perf_counter() - start))
        return {
            "show a product to drawn, p50 ms": (statistics.median(drawn), 0),
            "show a product to drawn, p95 ms": (_p95(drawn), SHOWN_P95_MAX_MS),
            "of it ours without GL fill, p50 ms of CPU": (statistics.median(ours), 0),
            "of it ours without GL fill, p95 ms of CPU": (_p95(ours), 0),
        }

    def idle_percent(self, seconds: float) -> float:
        """Give the share of a core that the standing poster costs, as ``Screens.run`` turns it."""
        from kivy.clock import Clock

        self._show(view_of(Example("", SCENES["attract, camera ready"]), Language.FA))
        Clock._max_fps = IDLE_FPS
        self.turn(3 * IDLE_FPS)  # pictures arrive, a list comes to rest
        cpu, end = time.process_time(), time.monotonic() + seconds
        while time.monotonic() < end:
            self.turn()
        Clock._max_fps = 0
        return 100 * (time.process_time() - cpu) / seconds

    def scroll_ms(self, frames: int = 60) -> float:
        """Give the CPU time of a frame while a long list is pushed, threads of GL included."""
        searching, _ = many(PRODUCTS)
        self._show(view_of(Example("", searching), Language.FA))
        return self._scroll_ms(self.shell.screen.ids.hits, frames, 0.0005)

    def scroll_basket_ms(self, frames: int = 60) -> float:
        """Give the same of a basket as long as one can be; a finger's width in three frames."""
        self._show(view_of(Example("", long_basket(LINES_MAX)), Language.FA))
        return self._scroll_ms(self.shell.screen.ids.lines, frames, 0.0008)

    def _scroll_ms(self, pushed: Any, frames: int, by: float) -> float:
        cpu = time.process_time()
        for i in range(frames):
            pushed.scroll_y = 1 - by * i
            self.turn()
        return 1_000 * (time.process_time() - cpu) / frames

    def growth(self, actions: int) -> Figures:
        """Show random views and touch random places, a frame each; tell the memory it takes.

        It grows until every screen was there and caches are as full as they get: that is not
        counted as growth. Says on standard error how far it is, for it takes its time.
        """
        chance = random.Random(7)
        self._random(chance, max(500, actions // 5))
        seen = [_rss_mib()]
        for part in range(1, PARTS + 1):
            self._random(chance, actions * part // PARTS - actions * (part - 1) // PARTS)
            seen.append(_rss_mib())
            print(f"bench: {part}/{PARTS} of the actions, {seen[-1]:.1f} MiB", file=sys.stderr)
        return {
            "memory, the most, MiB": (max(seen), RSS_MAX_MIB),
            f"growth in {actions} actions, MiB": (seen[-1] - seen[0], GROWTH_MAX_MIB),
        }

    def _random(self, chance: random.Random, actions: int) -> None:
        for _ in range(actions):
            if chance.random() < 0.5:
                self.shell.show(_any_view(chance))
            else:
                self._touch(chance.random() * 1080, chance.random() * 1920)
            self.turn()

    def _touch(self, x: float, y: float) -> None:
        from kivy.tests.common import UnitTestTouch

        touch = UnitTestTouch(x, y)
        touch.touch_down()
        touch.touch_up()

    def _show(self, view: View) -> None:
        self.shell.show(view)
        self.turn(4)

    def _lay_out(self, turns: int = 2) -> float:
        """Let everything be laid out and rendered to textures, not drawn; seconds of CPU."""
        from kivy.clock import Clock
        from kivy.lang import Builder

        cpu = time.thread_time()
        for _ in range(turns):
            Clock.tick()
            Builder.sync()
            Clock.tick_draw()
            Builder.sync()
        return time.thread_time() - cpu


def _any_view(chance: random.Random) -> View:
    scene = SCENES[chance.choice(list(SCENES))]
    aids = frozenset(aid for aid in Aid if chance.random() < 0.01)
    waited_s = chance.choice((1.0, 9.0, 17.0, 25.0))
    language = Language.EN if chance.random() < 0.05 else Language.FA
    return view_of(Example("", scene, aids, waited_s), language)


def _rss_mib() -> float:
    """Give the memory that this process has in the machine's, shared libraries included."""
    return float(psutil.Process().memory_info().rss) / 2**20


def _p95(figures: list[float]) -> float:
    return statistics.quantiles(figures, n=20)[-1]


if __name__ == "__main__":
    sys.exit(main())
