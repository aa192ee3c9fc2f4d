"""Camera frames of real codes for the demo's tour: a pack with its code before a blurred shop.

A frame is what a kiosk's camera would give: 720 × 1280 × 3, BGR, eight bits. It is made from
its code and a seed alone, the same each time. It decodes nothing.

Codes are printed by zxing-cpp; ``code_text`` is the bare number for EAN-13, EAN-8 and UPC-A,
bracketed element strings such as ``(01)06260100300019(10)A1`` for GS1 DataMatrix, and a web
address for a QR code.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import zxingcpp

Frame = npt.NDArray[np.uint8]

WIDTH, HEIGHT = 1280, 720
FORMATS = {
    "ean-13": zxingcpp.BarcodeFormat.EAN13,
    "ean-8": zxingcpp.BarcodeFormat.EAN8,
    "upc-a": zxingcpp.BarcodeFormat.UPCA,
    "gs1-datamatrix": zxingcpp.BarcodeFormat.DataMatrix,
    "qr": zxingcpp.BarcodeFormat.QRCode,
}
_LINEAR = ("ean-13", "ean-8", "upc-a")
_MODULE_PIXELS = 4  # of the printed code, before it is turned


def frame_of(code_text: str, format: str, seed: int, picture: Path | None = None) -> Frame:  # noqa: A002
    """Give a frame with one code on a pack; ``picture`` is shown on the pack beside the code.

    ``format`` is a key of ``FORMATS``; another one raises ``ValueError``.
    """
    if format not in FORMATS:
        raise ValueError(f"Expected one of {', '.join(FORMATS)}, got {format!r}")
    rng = random.Random(f"{code_text}/{seed}")
    shop = _shop(rng)
    pack = _pack(code_text, format, rng, picture)
    return _as_camera(_held_before(shop, pack, rng), rng)


def blank_frame(seed: int) -> Frame:
    """Give a frame of the shop with nothing held up."""
    rng = random.Random(f"blank/{seed}")
    return _as_camera(_shop(rng), rng)


def write_sequence(folder: Path, frames: Sequence[Frame], *, suffix: str = ".jpg") -> list[Path]:
    """Write the frames as ``00000.jpg`` and so on, in order; ``.png`` keeps every pixel."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{place:05d}{suffix}" for place in range(len(frames))]
    for path, frame in zip(paths, frames, strict=True):
        if not cv2.imwrite(str(path), frame):
            raise OSError(f"Expected to write {path}, got no file")
    return paths


def printed(code_text: str, format: str) -> Frame:  # noqa: A002
    """Give the code as it is printed, black on white with its quiet zone, four pixels a module."""
    barcode = zxingcpp.create_barcode(code_text, FORMATS[format], gs1=format == "gs1-datamatrix")
    image = zxingcpp.write_barcode_to_image(
        barcode, scale=_MODULE_PIXELS, add_hrt=format in _LINEAR, add_quiet_zones=True
    )
    grey = np.array(image, dtype=np.uint8)
    return cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)


def _shop(rng: random.Random) -> Frame:
    """Give shelves full of goods, far out of focus."""
    small = np.full((HEIGHT // 4, WIDTH // 4, 3), 196, np.uint8)
    small[:] = np.array((205, 214, 216), np.uint8)
    for shelf in range(4):
        foot = 46 + shelf * 46
        x = -rng.randrange(12)
        while x < WIDTH // 4:
            wide, tall = rng.randrange(9, 26), rng.randrange(20, 38)
            hue = np.array(
                [[[rng.randrange(180), rng.randrange(60, 190), rng.randrange(120, 236)]]], np.uint8
            )
            tint = cv2.cvtColor(hue, cv2.COLOR_HSV2BGR)[0, 0].tolist()
            cv2.rectangle(small, (x, foot - tall), (x + wide - 2, foot), tint, -1)
            x += wide
        cv2.rectangle(small, (0, foot), (WIDTH // 4, foot + 4), (148, 156, 160), -1)
    blurred = cv2.GaussianBlur(small, (0, 0), 4.2)
    return np.asarray(cv2.resize(blurred, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC), np.uint8)


def _pack(code_text: str, format: str, rng: random.Random, picture: Path | None) -> Frame:  # noqa: A002
    """Give the back of a pack, flat: a coloured board, the picture, the code on a white field."""
    code = printed(code_text, format)
    wide, tall = max(620, code.shape[1] + 120), code.shape[0] + 300
    tint = rng.choice(((92, 120, 24), (52, 70, 168), (150, 92, 30), (40, 130, 196), (96, 52, 120)))
    pack = np.empty((tall, wide, 3), np.uint8)
    fall = np.linspace(1.06, 0.88, tall, dtype=np.float32)[:, None, None]
    pack[:] = np.clip(np.array(tint, np.float32) * fall, 0, 255)
    if picture is not None:
        _paste_picture(pack, picture)
    else:
        for line in range(6):
            length = rng.randrange(wide // 3, wide - 120)
            cv2.line(pack, (60, 50 + line * 32), (60 + length, 50 + line * 32), (232, 236, 238), 9)
    left, top = (wide - code.shape[1]) // 2, tall - code.shape[0] - 40
    cv2.rectangle(
        pack, (left - 14, top - 14), (left + code.shape[1] + 14, tall - 26), (250, 251, 251), -1
    )
    pack[top : top + code.shape[0], left : left + code.shape[1]] = code
    return pack


def _paste_picture(pack: Frame, picture: Path) -> None:
    drawn = cv2.imread(str(picture), cv2.IMREAD_UNCHANGED)
    if drawn is None or drawn.ndim != 3 or drawn.shape[2] != 4:
        raise OSError(f"Expected a picture with transparency, got {picture}")
    side = 220
    drawn = cv2.resize(drawn, (side, side), interpolation=cv2.INTER_AREA).astype(np.float32)
    left = (pack.shape[1] - side) // 2
    share = drawn[..., 3:] / 255
    under = pack[10 : 10 + side, left : left + side].astype(np.float32)
    pack[10 : 10 + side, left : left + side] = drawn[..., :3] * share + under * (1 - share)


def _held_before(shop: Frame, pack: Frame, rng: random.Random) -> Frame:
    """Lay the pack over the shop, a little turned and leaning back."""
    tall, wide = pack.shape[:2]
    scale = min(0.86 * HEIGHT / tall, 0.86 * WIDTH / wide) * rng.uniform(0.90, 1.0)
    turn = np.radians(rng.uniform(-7, 7))
    corners = (
        np.array([(-wide, -tall), (wide, -tall), (wide, tall), (-wide, tall)], np.float32)
        / 2
        * scale
    )
    rotation = np.array([(np.cos(turn), -np.sin(turn)), (np.sin(turn), np.cos(turn))], np.float32)
    corners = corners @ rotation.T
    lean = 1 + rng.uniform(-0.05, 0.05)
    corners[:2] *= lean
    corners += np.array(
        (WIDTH / 2 + rng.uniform(-70, 70), HEIGHT / 2 + rng.uniform(-20, 20)), np.float32
    )
    flat = np.array([(0, 0), (wide, 0), (wide, tall), (0, tall)], np.float32)
    warp = cv2.getPerspectiveTransform(flat, corners.astype(np.float32))
    laid = cv2.warpPerspective(pack, warp, (WIDTH, HEIGHT), flags=cv2.INTER_AREA)
    mask = cv2.warpPerspective(np.full((tall, wide), 255, np.uint8), warp, (WIDTH, HEIGHT))
    shade = cv2.GaussianBlur(np.roll(mask, (14, 10), (0, 1)), (0, 0), 16).astype(np.float32) / 255
    behind = shop.astype(np.float32) * (1 - 0.45 * shade[..., None])
    share = (mask.astype(np.float32) / 255)[..., None]
    return np.asarray(laid * share + behind * (1 - share), np.uint8)


def _as_camera(picture: Frame, rng: random.Random) -> Frame:
    """Add what a cheap camera adds: uneven light, a little blur, noise."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    lamp = np.hypot((x - rng.uniform(0.3, 0.7) * WIDTH) / WIDTH, (y - 0.2 * HEIGHT) / HEIGHT)
    lit = picture.astype(np.float32) * (1.08 - 0.38 * lamp)[..., None]
    soft = cv2.GaussianBlur(lit, (0, 0), rng.uniform(0.5, 0.9))
    noise = np.random.default_rng(rng.randrange(2**32)).normal(0, 4.5, (HEIGHT, WIDTH, 1))
    return np.asarray(np.clip(soft + noise, 0, 255), np.uint8)
