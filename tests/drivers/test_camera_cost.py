"""What a camera costs while nobody is there, and that it keeps nothing of what it sees."""

import ast
import threading
import time
from pathlib import Path

import cv2
import pytest

from kiosk.hardware.camera.camera import Camera
from kiosk.hardware.camera.fake import empty_counter
from kiosk.hardware.camera.frame import ArrayFrame, Frame, JpegFrame
from kiosk.hardware.camera.watch import Pace
from tests.drivers.camera_rigs import PlayedReader
from tests.drivers.pictures import jpeg, noisy

PACKAGES = [Path(__file__).parents[2] / "kiosk" / name for name in ("hardware/camera", "decoding")]
SHARE_MAX = 0.015  # of a core; an idle kiosk may take 3 % for everything
WRITES = {"imwrite", "imencode", "imwritemulti", "VideoWriter", "write", "write_bytes",
          "write_text", "tofile", "save", "savez", "dump", "memmap"}  # fmt: skip


class Recorded:
    """The pictures of a still counter, 1280x720, with the noise of a sensor, over and over."""

    live = True

    def __init__(self, frames: list[Frame]) -> None:
        self._frames, self._read = frames, 0

    def open(self) -> None:
        """Nothing is held open."""

    def close(self) -> None:
        """Nothing is held open."""

    def read(self) -> Frame:
        self._read += 1
        return self._frames[self._read % len(self._frames)]


@pytest.mark.parametrize("kind", ["jpeg", "pixels"])
def test_a_still_counter_costs_next_to_nothing(kind: str) -> None:
    pictures = [noisy(empty_counter(), seed, 3) for seed in range(2)]
    frames: list[Frame] = [
        JpegFrame(jpeg(each)) if kind == "jpeg" else ArrayFrame(each) for each in pictures
    ]
    reader, posted, stop = PlayedReader(), [], threading.Event()
    camera = Camera("camera", Recorded(frames), posted.append, reader, Pace(moving_s=0.3), 2.0)
    thread = threading.Thread(target=camera.run, args=(stop,), daemon=True)
    thread.start()
    time.sleep(0.6)  # the start counts as motion
    decoded, used_s, began_s = len(reader.frames), time.process_time(), time.monotonic()
    time.sleep(1.5)
    share = (time.process_time() - used_s) / (time.monotonic() - began_s)
    stop.set()
    thread.join(timeout=2)
    print(f"{kind}: {share:.2%} of a core")
    assert share <= SHARE_MAX
    assert len(reader.frames) == decoded


def test_nothing_that_handles_pictures_can_write_a_file() -> None:
    for file in (file for package in PACKAGES for file in package.rglob("*.py")):
        calls = [
            node.func
            for node in ast.walk(ast.parse(file.read_text()))
            if isinstance(node, ast.Call)
        ]
        methods = {call.attr for call in calls if isinstance(call, ast.Attribute)}
        names = {call.id for call in calls if isinstance(call, ast.Name)}
        assert not methods & WRITES, file
        assert "open" not in names, file


def test_that_check_knows_opencvs_names() -> None:
    assert all(
        hasattr(cv2, name) for name in ("imwrite", "imencode", "imwritemulti", "VideoWriter")
    )
