"""The command ``python -m tools.gallery``: draw every screen in every state, write a page."""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from kiosk.config import Orientation
from kiosk.messages import Language
from kiosk.screens.app import SIZES, WindowSettings, configure
from tools.gallery.page import Shot, page
from tools.gallery.receipts import draw_receipts
from tools.gallery.views import ROOT, Example, examples, view_of
from tools.stage.display import NoDisplayError, there_is_one, virtual_display

REST_S = 3.0  # pictures are decoded beside the drawing; then the screen is at rest


def main(argv: list[str] | None = None) -> int:
    """Draw and write; gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.gallery", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "build/gallery", metavar="DIR")
    parser.add_argument("--only", default="", metavar="WORD", help="only names that hold WORD")
    options = parser.parse_args(argv)
    options.out.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    try:
        with nullcontext() if there_is_one() else virtual_display():
            shots = [
                *_shoot(options.out, options.only),
                *draw_receipts(options.out, options.only),
            ]
    except NoDisplayError as error:
        print(f"gallery: {error}", file=sys.stderr)
        return 2
    (options.out / "index.html").write_text(page(shots), "utf-8")
    took_s = time.perf_counter() - start
    print(f"{options.out / 'index.html'}: {len(shots)} pictures in {took_s:.0f} s")
    return 0


def _shoot(out: Path, only: str) -> Iterator[Shot]:
    chosen = [example for example in examples() if only in example.name]
    if not chosen:
        return
    with _studio(view_of(chosen[0], Language.FA)) as studio:
        for orientation, size in SIZES.items():
            studio.resize(size)
            for example in chosen:
                for language in Language:
                    file = f"{_slug(example)}-{language.value}-{orientation.value}.png"
                    studio.take(view_of(example, language), out / file)
                    yield Shot(file, example.name, example.group, language.value, orientation.value)


def _slug(example: Example) -> str:
    return re.sub(r"[^a-z0-9]+", "-", example.name)


@contextmanager
def _studio(first: Any) -> Iterator[Studio]:
    with tempfile.TemporaryDirectory() as home:
        width, height = SIZES[Orientation.PORTRAIT]
        configure(WindowSettings(Path(home), fullscreen=False, fps_max=0, size=(width, height)))
        from kivy.base import EventLoop
        from kivy.core.window import Window

        from kiosk.screens.shell import Shell
        from kiosk.screens.text.fonts import register

        register()
        shell = Shell(first, lambda _message: None, lambda: None, size=Window.size)
        Window.add_widget(shell)
        EventLoop.start()
        try:
            yield Studio(Window, shell)
        finally:
            shell.stop()
            EventLoop.close()


class Studio:
    """The window, the shell in it, and a camera before it."""

    def __init__(self, window: Any, shell: Any) -> None:
        self._window, self._shell = window, shell

    def resize(self, size: tuple[int, int]) -> None:
        """Turn the window."""
        self._window.system_size = size
        end = time.monotonic() + REST_S
        while tuple(self._window.size) != size and time.monotonic() < end:
            self._turn()

    def take(self, view: Any, file: Path) -> None:
        """Show a view, wait until it is at rest and write it as PNG."""
        from PIL import Image

        self._shell.show(view)
        end = time.monotonic() + REST_S
        turns = 0
        while (turns < 6 or self._shell.pictures.busy) and time.monotonic() < end:
            self._turn()
            turns += 1
        width, height = self._window.system_size
        image = Image.frombytes("RGBA", (width, height), self._pixels(width, height))
        flipped = image.convert("RGB").transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        flipped.save(file, compress_level=4)

    def _turn(self) -> None:
        from kivy.base import EventLoop

        EventLoop.idle()
        self._window.mainloop()

    def _pixels(self, width: int, height: int) -> bytes:
        from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels

        self._window.canvas.ask_update()
        self._turn()
        raw: bytes = glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE)
        return raw


if __name__ == "__main__":
    sys.exit(main())
