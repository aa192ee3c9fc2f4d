"""Generated pictures of known codes, and of what only looks like codes: the hold-out of decoding.

No photo is needed and no threshold may be set by a scene of a seed that is reported: develop on
one seed, report another. Each scene follows from its kind, seed and number alone.

Three kinds:

* ``items``: labels with one or more codes on clutter, seen turned, tilted, bent, creased, out of
  focus, shaken, small, in glare, partly covered, noisy and squeezed by JPEG.
* ``traps``: no code that could be read rightly: stripes, fences, halftone, print, other
  symbologies, codes cut in half, with one module changed or a wrong check digit.
* ``altered``: a given photo turned, scaled, blurred, dimmed or cut, where there are photos.

Not here: who reads them and what is counted (``holdout.py``).
"""

from __future__ import annotations

import math
import string
from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt
import zxingcpp

from kiosk.decoding.symbols import Picture
from retail.barcodes import expand_upc_e
from retail.values import InvalidGtinError

_Grid = npt.NDArray[np.float32]
Random = np.random.Generator

MODULE_PX = 6  # of a label as drawn; scenes show it smaller
FINE = 2  # a scene is drawn so many times as large, so that modules mix as on a sensor
SIZES = ((640, 480), (480, 640), (800, 600), (1280, 720))
QUIET_MODULES = 10
SHORT, LONG = 8, 13  # digits of EAN-8 and EAN-13


@dataclass(frozen=True, slots=True)
class Code:
    """A code to be drawn: symbology by the name that the kiosk gives it, and its text."""

    symbology: str
    text: str
    drawn: Picture  # dark on white, ``MODULE_PX`` a module, quiet zone included


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture; a read is right if in ``expected``, false if neither there nor in ``allowed``."""

    name: str
    picture: Picture
    expected: tuple[tuple[str, str], ...] = ()
    allowed: tuple[tuple[str, str], ...] = ()


# ---------------------------------------------------------------- codes


def check_digit(digits: str) -> str:
    """Give the check digit of a GTIN without one (GS1 General Specifications, 7.9.1)."""
    total = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits)))
    return str(-total % 10)


def _digits(random: Random, count: int) -> str:
    return "".join(str(d) for d in random.integers(0, 10, count))


def _gtin(random: Random, length: int, start: str = "") -> str:
    body = start + _digits(random, length - 1 - len(start))
    return body + check_digit(body)


def _words(random: Random, alphabet: str, low: int, high: int) -> str:
    return "".join(random.choice(list(alphabet), random.integers(low, high)))


def _upc_e(random: Random) -> str:
    # without zeros, no shorter form of the same number exists, which a writer would insist on
    body = str(random.integers(0, 2)) + "".join(str(d) for d in random.integers(3, 10, 6))
    return next(text for last in range(10) if _is_upc_e(text := f"{body}{last}"))


def _is_upc_e(text: str) -> bool:
    try:
        return bool(expand_upc_e(text))
    except InvalidGtinError:
        return False


def check_digit_fits(gtin: str) -> bool:
    """Tell whether the last digit is that of the others."""
    return check_digit(gtin[:-1]) == gtin[-1]


_ALNUM = string.ascii_uppercase + string.digits
_MAKERS: dict[str, tuple[zxingcpp.BarcodeFormat, Callable[[Random], str]]] = {
    "EAN-13": (zxingcpp.EAN13, lambda r: _gtin(r, LONG, str(r.integers(1, 10)))),
    "UPC-A": (zxingcpp.UPCA, lambda r: _gtin(r, 12)),
    "EAN-8": (zxingcpp.EAN8, lambda r: _gtin(r, SHORT)),
    "UPC-E": (zxingcpp.UPCE, _upc_e),
    "Code128": (zxingcpp.Code128, lambda r: _words(r, _ALNUM + "-", 5, 14)),
    "ITF": (zxingcpp.ITF, lambda r: _gtin(r, 14)),
    "DataBar": (zxingcpp.DataBarOmni, lambda r: "01" + _gtin(r, 14, "0")),
    "DataBarExpanded": (
        zxingcpp.DataBarExp,
        lambda r: f"(01){_gtin(r, 14, '9')}(3103){_digits(r, 6)}",
    ),
    "DataMatrix": (zxingcpp.DataMatrix, lambda r: _words(r, _ALNUM, 6, 24)),
    "QRCode": (zxingcpp.QRCode, lambda r: "https://id.example/01/" + _gtin(r, 14)),
}
KINDS = tuple(_MAKERS)
COMMON = (0.34, 0.12, 0.1, 0.08, 0.08, 0.07, 0.07, 0.02, 0.06, 0.06)  # by how often a shop has them


def code(random: Random, symbology: str | None = None) -> Code:
    """Give a code of this or of a random symbology."""
    symbology = symbology or str(random.choice(KINDS, p=COMMON))
    writer, maker = _MAKERS[symbology]
    text = maker(random)
    return Code(symbology, text, _padded(_written(text, writer)))


def _written(text: str, writer: zxingcpp.BarcodeFormat) -> Picture:
    barcode = zxingcpp.create_barcode(text, writer)
    return np.array(zxingcpp.write_barcode_to_image(barcode, scale=MODULE_PX))


def _padded(drawn: Picture) -> Picture:
    """Give it the quiet zones that the standards ask for, and no less above and below than 2."""
    dark = np.argwhere(drawn < 128)
    (top, left), (bottom, right) = dark.min(axis=0), dark.max(axis=0) + 1
    aside, above = QUIET_MODULES * MODULE_PX, 2 * MODULE_PX
    inside = drawn[top:bottom, left:right]
    return np.pad(inside, ((above, above), (aside, aside)), constant_values=255)


def modules(symbology: str, text: str) -> str:
    """Give the modules of a linear code, 1 for dark, without its quiet zones."""
    writer = _MAKERS[symbology][0]
    barcode = zxingcpp.create_barcode(text, writer)
    drawn = np.array(zxingcpp.write_barcode_to_image(barcode, scale=1))
    row = drawn[drawn.shape[0] // 3] < 128
    return "".join("1" if dark else "0" for dark in row).strip("0")


def bars(pattern: str, height_modules: int = 50) -> Picture:
    """Draw modules as bars with quiet zones."""
    row = np.array([0 if each == "1" else 255 for each in pattern], np.uint8)
    drawn = np.repeat(np.repeat(row[None], height_modules, axis=0), MODULE_PX, axis=1)
    return _padded(np.repeat(drawn, MODULE_PX, axis=0))


# ---------------------------------------------------------------- labels and grounds


def _print(picture: Picture, random: Random, ink: float) -> None:
    """Write a line of words somewhere."""
    height, width = picture.shape
    letters = string.ascii_letters + string.digits + " Il1|/-"
    cv2.putText(
        picture,
        _words(random, letters, 8, 40),
        (int(random.integers(-20, max(1, width // 2))), int(random.integers(10, height))),
        int(random.choice([cv2.FONT_HERSHEY_PLAIN, cv2.FONT_HERSHEY_DUPLEX])),
        float(random.uniform(0.5, 2.2)),
        ink,
        int(random.integers(1, 4)),
        cv2.LINE_AA,
    )


def label(random: Random, drawn: Picture, text: str) -> Picture:
    """Set a code on paper of some grey, with its number below and perhaps print around it."""
    paper, ink = random.uniform(170, 255), random.uniform(0, 70)
    side, foot = int(random.integers(0, 80)), 60 if random.random() < 0.8 else 0
    height, width = drawn.shape
    sheet = np.full((height + foot + side, width + 2 * side), 255, np.uint8)
    sheet[side // 2 : side // 2 + height, side : side + width] = drawn
    if foot:
        at = (side + 60, side // 2 + height + 40)
        cv2.putText(sheet, text[:24], at, cv2.FONT_HERSHEY_DUPLEX, 1.3, 0, 2, cv2.LINE_AA)
    shades = ink + (paper - ink) * sheet.astype(np.float32) / 255
    return np.clip(shades, 0, 255).astype(np.uint8)


def _plain(random: Random, size: tuple[int, int]) -> Picture:
    tones = random.normal(random.uniform(60, 220), 25, (4, 5)).astype(np.float32)
    shade = cv2.resize(tones, size, interpolation=cv2.INTER_CUBIC)
    return np.clip(shade, 0, 255).astype(np.uint8)


def stripes(random: Random, size: tuple[int, int]) -> Picture:
    """Draw bars of random widths of whole modules, as near to a code as chance makes them."""
    widths = random.choice([1, 2, 3, 4], 400, p=[0.45, 0.27, 0.16, 0.12])
    unit = int(random.integers(2, 7))
    row = np.repeat(np.tile(np.array([30, 220], np.uint8), 200), widths * unit)[: size[0] * 2]
    row = np.pad(row, (0, max(0, size[0] - len(row))), mode="wrap")[: size[0]]
    return _turned(random, np.repeat(row[None], size[1], axis=0))


def fence(random: Random, size: tuple[int, int]) -> Picture:
    """Draw even pickets, blinds or ribs, in perhaps two widths."""
    x = np.arange(size[0])
    period = random.uniform(5, 50)
    wave = np.sin(x / period * 2 * np.pi) + random.uniform(0, 1) * np.sin(x / period * np.pi)
    row = np.where(wave > random.uniform(-0.6, 0.6), 210, 45).astype(np.uint8)
    return _turned(random, np.repeat(row[None], size[1], axis=0))


def halftone(random: Random, size: tuple[int, int]) -> Picture:
    """Draw a screen of dots as cheap print has it."""
    y, x = np.mgrid[: size[1], : size[0]].astype(np.float32)
    turn, period = random.uniform(0, np.pi), random.uniform(3, 14)
    u, v = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    screen = np.cos(u / period * 2 * np.pi) + np.cos(v / period * 2 * np.pi)
    tone = _plain(random, size).astype(np.float32) / 64 - 2
    return np.where(screen > tone, 230, 40).astype(np.uint8)


def text_page(random: Random, size: tuple[int, int]) -> Picture:
    """Write a page full of lines."""
    page = np.full((size[1], size[0]), int(random.integers(180, 256)), np.uint8)
    for _ in range(int(random.integers(15, 60))):
        _print(page, random, float(random.uniform(0, 90)))
    return page


def rubble(random: Random, size: tuple[int, int]) -> Picture:
    """Lay rectangles, rounds and print over one another: a crowded shelf."""
    ground = _plain(random, size)
    for _ in range(int(random.integers(10, 60))):
        x, y = int(random.integers(0, size[0])), int(random.integers(0, size[1]))
        w, h = (int(each) for each in random.integers(4, 160, 2))
        shade = float(random.uniform(0, 255))
        if random.random() < 0.6:
            cv2.rectangle(ground, (x, y), (x + w, y + h), shade, int(random.choice([-1, 1, 3])))
        elif random.random() < 0.5:
            cv2.circle(ground, (x, y), w // 2, shade, int(random.choice([-1, 2])))
        else:
            _print(ground, random, shade)
    return ground


def _turned(random: Random, picture: Picture) -> Picture:
    height, width = picture.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(random.uniform(0, 360)), 1.5)
    turned: Picture = cv2.warpAffine(picture, turn, (width, height), borderMode=cv2.BORDER_REFLECT)
    return turned


GROUNDS = (_plain, _plain, rubble, rubble, text_page, stripes, fence, halftone)


def ground(random: Random, size: tuple[int, int]) -> Picture:
    """Give a random background."""
    return GROUNDS[int(random.integers(len(GROUNDS)))](random, size)


# ---------------------------------------------------------------- camera


@dataclass(slots=True)
class View:
    """How a label is seen: where and how wide in pixels, turned by degrees, tipped, bent."""

    at: tuple[float, float]
    width: float
    angle: float = 0.0
    tip: tuple[float, float] = (0.0, 0.0)
    bend: float = 0.0  # of a half circle that the label covers; 0 is flat
    creases: float = 0.0  # pixels that the surface moves the print
    seed: int = 0


def lay(onto: _Grid, sheet: Picture, view: View) -> None:
    """Draw a label as the camera sees it, over what is there."""
    height, width = sheet.shape
    shrink = min(1.0, 1.2 * view.width / width)
    small = cv2.resize(sheet, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    reach = int(1.5 * view.width * max(1.0, height / width))  # tipped, it is no longer than that
    left, top = max(0, int(view.at[0]) - reach), max(0, int(view.at[1]) - reach)
    onto = onto[top : int(view.at[1]) + reach, left : int(view.at[0]) + reach]
    y, x = np.mgrid[: onto.shape[0], : onto.shape[1]].astype(np.float32)
    u, v, depth = _unturned(x + (left - view.at[0]), y + (top - view.at[1]), view)
    u, v = u / view.width, v / view.width  # -0.5 … 0.5 across the label
    if view.bend:
        u = np.arcsin(np.clip(2 * u * math.sin(view.bend / 2), -1, 1)) / view.bend
    if view.creases:
        folds = np.random.default_rng(view.seed).normal(0, view.creases, (2, 7, 9))
        moved = [cv2.resize(f.astype(np.float32), onto.shape[::-1]) for f in folds]
        u, v = u + moved[0] / view.width, v + moved[1] / view.width
    columns = (u + 0.5) * small.shape[1] - 0.5
    rows = v * small.shape[1] + small.shape[0] / 2 - 0.5
    inside = (depth > 0.1) & (columns >= 0) & (columns <= small.shape[1] - 1)
    inside &= (rows >= 0) & (rows <= small.shape[0] - 1)
    seen = cv2.remap(small, columns, rows, cv2.INTER_LINEAR)
    onto[inside] = seen[inside]


def _unturned(x: _Grid, y: _Grid, view: View) -> tuple[_Grid, _Grid, _Grid]:
    """Undo turning and tipping: a pinhole's view of a plane, as far away as the label is wide."""
    c, s = math.cos(math.radians(view.angle)), math.sin(math.radians(view.angle))
    u, v = x * c + y * s, y * c - x * s
    depth = 1 - (u * view.tip[0] + v * view.tip[1]) / view.width
    return u / depth, v / depth, depth


@dataclass(slots=True)
class Flaws:
    """What the camera and the file do to a picture; lengths in its pixels."""

    defocus: float = 0.0
    shake: float = 0.0
    shake_angle: float = 0.0
    glare: float = 0.0  # grey levels
    shade: float = 0.0  # share of light lost at one side
    light: float = 1.0
    noise: float = 0.0
    jpeg: int = 0  # quality; 0 for none
    seed: int = 0


def flawed(fine: _Grid, flaws: Flaws) -> Picture:
    """Take the picture, ``FINE`` times as large, through lens, sensor and file: grey in 8 bits."""
    size = (fine.shape[1] // FINE, fine.shape[0] // FINE)
    seen = _shaken(fine, flaws.shake * FINE, flaws.shake_angle)
    seen = cv2.resize(seen, size, interpolation=cv2.INTER_AREA)
    if flaws.defocus:
        seen = cv2.GaussianBlur(seen, (0, 0), flaws.defocus)
    random = np.random.default_rng(flaws.seed)
    seen = seen * (flaws.light * (1 - flaws.shade * np.linspace(0, 1, size[0], dtype=np.float32)))
    if flaws.glare:
        seen = seen + flaws.glare * _spot(random, size)
    noisy = seen + random.standard_normal(seen.shape, np.float32) * np.float32(flaws.noise)
    picture = np.clip(noisy, 0, 255).astype(np.uint8)
    if flaws.jpeg:
        quality = [cv2.IMWRITE_JPEG_QUALITY, flaws.jpeg]
        packed = cv2.imencode(".jpg", picture, quality)[1]
        picture = cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)
    return picture


def _shaken(picture: _Grid, length: float, angle: float) -> _Grid:
    side = int(length) | 1
    if side < 3:
        return picture
    kernel = np.zeros((side, side), np.float32)
    half = side // 2
    dx, dy = half * np.cos(angle), half * np.sin(angle)
    ends = [(round(half + s * dx), round(half + s * dy)) for s in (-1, 1)]
    cv2.line(kernel, ends[0], ends[1], 1.0)
    return np.asarray(cv2.filter2D(picture, -1, kernel / kernel.sum()), np.float32)


def _spot(random: Random, size: tuple[int, int]) -> _Grid:
    y, x = np.mgrid[: size[1], : size[0]].astype(np.float32)
    cx, cy = random.uniform(0.3, 0.7) * size[0], random.uniform(0.3, 0.7) * size[1]
    rx, ry = random.uniform(0.05, 0.3, 2) * size[0]
    return np.exp(-(((x - cx) / rx) ** 2) - ((y - cy) / ry) ** 2).astype(np.float32)


def _colour(picture: Picture, random: Random) -> Picture:
    """Tint a grey picture a little, as light does."""
    gains = random.uniform(0.85, 1.0, 3)
    return np.clip(picture[..., None] * gains, 0, 255).astype(np.uint8)


def random_flaws(random: Random, hardness: float) -> Flaws:
    """Give flaws that grow with ``hardness``, 0 to 1; most pictures have but some of them."""

    def some(most: float, often: float = 0.5) -> float:
        return float(random.uniform(0, most * hardness)) if random.random() < often else 0.0

    return Flaws(
        defocus=some(2.5, 0.7),
        shake=some(7, 0.3),
        shake_angle=float(random.uniform(0, np.pi)),
        glare=some(220, 0.3),
        shade=some(0.8, 0.4),
        light=1 - some(0.75, 0.4),
        noise=1 + some(14),
        jpeg=int(random.integers(25, 95)) if random.random() < 0.6 else 0,
        seed=int(random.integers(1 << 30)),
    )


def random_view(random: Random, size: tuple[int, int], sheet: Picture, hardness: float) -> View:
    """Give a place within the picture, at any angle, near or far."""
    least = 0.16 * sheet.shape[1]  # pixels: about one for each module
    most = min(0.95 * min(size), 0.9 * sheet.shape[1])
    width = float(np.exp(random.uniform(np.log(min(least, most)), np.log(most))))
    tilt = 0.55 * hardness
    return View(
        at=(
            float(random.uniform(0.3, 0.7) * size[0] * FINE),
            float(random.uniform(0.3, 0.7) * size[1] * FINE),
        ),
        width=width * FINE,
        angle=float(random.choice([0, 90, 180, 270]) + random.normal(0, 5))
        if random.random() < 0.4
        else float(random.uniform(0, 360)),
        tip=(float(random.uniform(-tilt, tilt)), float(random.uniform(-tilt, tilt))),
        bend=float(random.uniform(0.3, 2.2) * hardness) if random.random() < 0.3 else 0.0,
        creases=float(random.uniform(0, 3 * hardness)) if random.random() < 0.2 else 0.0,
        seed=int(random.integers(1 << 30)),
    )


# ---------------------------------------------------------------- scenes


@dataclass(slots=True)
class _Stage:
    """A picture in the making."""

    random: Random
    size: tuple[int, int]
    hardness: float
    fine: _Grid = field(init=False)

    def __post_init__(self) -> None:
        picture = ground(self.random, self.size)
        large = cv2.resize(picture, None, fx=FINE, fy=FINE)
        self.fine = large.astype(np.float32)

    def place(self, sheet: Picture) -> View:
        view = random_view(self.random, self.size, sheet, self.hardness)
        lay(self.fine, sheet, view)
        return view

    def taken(self) -> Picture:
        gray = flawed(self.fine, random_flaws(self.random, self.hardness))
        return _colour(gray, self.random)


def item(seed: int, number: int) -> Scene:
    """Give a picture of one code, seldom two or three, as hard as chance makes it."""
    random = np.random.default_rng([seed, number, 1])
    stage = _Stage(random, SIZES[int(random.integers(len(SIZES)))], float(random.uniform(0, 1)))
    codes = [code(random) for _ in range(int(random.choice([1, 2, 3], p=[0.85, 0.1, 0.05])))]
    for each in codes:
        view = stage.place(label(random, each.drawn, each.text))
    if random.random() < 0.15:
        _cover(stage, view)
    shown = tuple((each.symbology, each.text) for each in codes)
    name = f"item {seed}.{number} {codes[0].symbology} {stage.hardness:.1f}"
    return Scene(name, stage.taken(), shown, shown)


def _cover(stage: _Stage, view: View) -> None:
    """Lay a finger or a sticker over a part of the label."""
    random, side = stage.random, view.width * stage.random.uniform(0.05, 0.5)
    x = int(view.at[0] + random.uniform(-0.5, 0.5) * view.width)
    y = int(view.at[1] + random.uniform(-0.4, 0.4) * view.width)
    box = (int(side), int(side * random.uniform(0.3, 3)))
    turn, tone = float(random.uniform(0, 180)), float(random.uniform(60, 240))
    cv2.ellipse(stage.fine, (x, y), box, turn, 0, 360, tone, -1)


def trap(seed: int, number: int) -> Scene:
    """Give a picture from which nothing may be read, but for the code that was damaged."""
    random = np.random.default_rng([seed, number, 2])
    stage = _Stage(random, SIZES[int(random.integers(len(SIZES)))], float(random.uniform(0, 0.7)))
    maker = TRAPS[number % len(TRAPS)]
    sheet, allowed = maker(random)
    if sheet is not None:
        stage.place(sheet)
    return Scene(f"trap {seed}.{number} {maker.__name__}", stage.taken(), (), allowed)


_Trap = tuple[Picture | None, tuple[tuple[str, str], ...]]
_RETAIL = ("EAN-13", "EAN-13", "UPC-A", "EAN-8", "UPC-E")
_CUT = (*_RETAIL, "ITF", "ITF", "Code128", "DataBar")


def nothing(random: Random) -> _Trap:
    """Leave the background alone."""
    return None, ()


def striped(random: Random) -> _Trap:
    """Put bars of random widths where a label would be."""
    count = int(random.integers(20, 70))
    widths = random.choice([1, 2, 3, 4], count, p=[0.45, 0.27, 0.16, 0.12])
    pattern = "".join(str((i + 1) % 2) * int(w) for i, w in enumerate(widths)).strip("0")
    return label(random, bars(pattern), ""), ()


def wrong_module(random: Random) -> _Trap:
    """Change one to three modules: at best, the number before may still be read."""
    symbology = str(random.choice(_RETAIL))
    text = code(random, symbology).text
    pattern = list(modules(symbology, text))
    for at in random.integers(3, len(pattern) - 3, int(random.integers(1, 4))):
        pattern[at] = "0" if pattern[at] == "1" else "1"
    return label(random, bars("".join(pattern)), text), ((symbology, text),)


def wrong_check_digit(random: Random) -> _Trap:
    """Exchange the shape of one digit for that of another, so that no check digit is right."""
    symbology = str(random.choice(["EAN-13", "EAN-8"]))
    half, per = {"EAN-13": (50, 7), "EAN-8": (36, 7)}[symbology]
    while True:
        one, other = code(random, symbology).text, code(random, symbology).text
        digits = (len(one) - (symbology == "EAN-13")) // 2
        k = int(random.integers(digits))
        if one[len(one) - digits + k] != other[len(other) - digits + k]:
            break
    mine, theirs = modules(symbology, one), modules(symbology, other)
    at = half + per * k
    pattern = mine[:at] + theirs[at : at + per] + mine[at + per :]
    return label(random, bars(pattern), one), ()


def cut_in_half(random: Random) -> _Trap:
    """Leave out a third to two thirds of the bars, with paper, ink or the edge in its place."""
    symbology = str(random.choice(_CUT))
    whole = code(random, symbology)
    drawn = whole.drawn.copy()
    keep = int(drawn.shape[1] * random.uniform(0.35, 0.65))
    gone = slice(keep, None) if random.random() < 0.5 else slice(None, drawn.shape[1] - keep)
    drawn[:, gone] = int(random.choice([255, 255, 128, 0]))
    return label(random, drawn, whole.text), ((symbology, whole.text),)


def strip_missing(random: Random) -> _Trap:
    """Cover some modules across the whole height, or a dark scratch: the number may be read."""
    symbology = str(random.choice(_CUT))
    whole = code(random, symbology)
    drawn = whole.drawn.copy()
    width = int(random.uniform(1, 16) * MODULE_PX)
    at = int(random.uniform(0.1, 0.85) * drawn.shape[1])
    drawn[:, at : at + width] = int(random.choice([0, 90, 255]))
    return label(random, drawn, whole.text), ((symbology, whole.text),)


def two_halves(random: Random) -> _Trap:
    """Set the left of one code beside the right of another, as a torn label on a label.

    No ITF: two halves of it are an ITF, with nothing in it that could be wrong.
    """
    symbology = str(random.choice([each for each in _CUT if each != "ITF"]))
    while True:
        one, other = code(random, symbology), code(random, symbology)
        if symbology not in ("EAN-13", "UPC-A", "EAN-8") or not _joins(one.text, other.text):
            break
    height = min(one.drawn.shape[0], other.drawn.shape[0])
    left = one.drawn[:height, : one.drawn.shape[1] // 2]
    right = other.drawn[:height, other.drawn.shape[1] // 2 :]
    gap = np.full((height, int(random.integers(0, 5)) * MODULE_PX), 255, np.uint8)
    both = ((symbology, one.text), (symbology, other.text))
    return label(random, np.hstack([left, gap, right]), ""), both


def _joins(one: str, other: str) -> bool:
    """Tell whether half of each happens to make a number with a right check digit."""
    return check_digit_fits(one[: (len(one) + 1) // 2] + other[(len(one) + 1) // 2 :])


def other_symbology(random: Random) -> _Trap:
    """Draw what a shop does not use: another reader's symbology must not look like ours."""
    name = str(random.choice(["Code39", "Codabar", "Code93", "PDF417", "Aztec", "DataBarLtd"]))
    if name == "Codabar":
        text = "A" + _digits(random, int(random.integers(4, 14))) + "B"
    elif name == "DataBarLtd":
        text = "01" + _gtin(random, 14, "0")
    else:
        text = _words(random, _ALNUM, 4, 14)
    drawn = _padded(_written(text, getattr(zxingcpp, name)))
    if name in ("PDF417", "Aztec"):
        return label(random, drawn, ""), ()
    return label(random, drawn, text), ((name, text),)


def bent_bars(random: Random) -> _Trap:
    """Stretch the bars unevenly, beyond what any surface does: only the number itself may come."""
    symbology = str(random.choice(_RETAIL))
    whole = code(random, symbology)
    width = whole.drawn.shape[1]
    warp = np.cumsum(np.exp(random.normal(0, 0.5, 12)))
    at = np.interp(np.arange(width), np.linspace(0, width, 12), (warp - warp[0]) / np.ptp(warp))
    columns = np.clip(at * width, 0, width - 1).astype(int)
    return label(random, whole.drawn[:, columns], ""), ((symbology, whole.text),)


TRAPS: tuple[Callable[[Random], _Trap], ...] = (
    nothing,
    striped,
    wrong_module,
    wrong_check_digit,
    cut_in_half,
    strip_missing,
    two_halves,
    other_symbology,
    bent_bars,
)


# ---------------------------------------------------------------- photos, altered


def altered(photo: Picture, random: Random) -> tuple[str, Picture, bool]:
    """Give what was done to a photo, the photo so altered, and whether its code is still whole."""
    ways = ("turned", "smaller", "blurred", "dark", "noisy", "cut", "tipped")
    way = ways[int(random.integers(len(ways)))]
    fit = 1280 / max(photo.shape[:2])
    if fit < 1:
        photo = cv2.resize(photo, None, fx=fit, fy=fit, interpolation=cv2.INTER_AREA)
    return way, _ALTERED[way](photo, random), way != "cut"


def _altered_turned(photo: Picture, random: Random) -> Picture:
    height, width = photo.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), random.uniform(0, 360), 0.75)
    turned: Picture = cv2.warpAffine(photo, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return turned


def _altered_smaller(photo: Picture, random: Random) -> Picture:
    by = random.uniform(0.3, 0.8)
    small: Picture = cv2.resize(photo, None, fx=by, fy=by, interpolation=cv2.INTER_AREA)
    return small


def _altered_blurred(photo: Picture, random: Random) -> Picture:
    blurred: Picture = cv2.GaussianBlur(photo, (0, 0), random.uniform(0.6, 3.0))
    return blurred


def _altered_dark(photo: Picture, random: Random) -> Picture:
    return np.clip(photo * random.uniform(0.15, 1.8), 0, 255).astype(np.uint8)


def _altered_noisy(photo: Picture, random: Random) -> Picture:
    noise = random.normal(0, random.uniform(4, 25), photo.shape)
    return np.clip(photo + noise, 0, 255).astype(np.uint8)


def _altered_cut(photo: Picture, random: Random) -> Picture:
    height, width = photo.shape[:2]
    share = random.uniform(0.4, 0.6)
    aside = random.random() < 0.5
    part = photo[:, : int(share * width)] if aside else photo[: int(share * height)]
    return np.ascontiguousarray(part)


def _altered_tipped(photo: Picture, random: Random) -> Picture:
    height, width = photo.shape[:2]
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    moved = corners + random.uniform(-0.15, 0.15, (4, 2)) * (width, height)
    view = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    tipped: Picture = cv2.warpPerspective(
        photo, view, (width, height), borderMode=cv2.BORDER_REPLICATE
    )
    return tipped


_ALTERED: dict[str, Callable[[Picture, Random], Picture]] = {
    "turned": _altered_turned,
    "smaller": _altered_smaller,
    "blurred": _altered_blurred,
    "dark": _altered_dark,
    "noisy": _altered_noisy,
    "cut": _altered_cut,
    "tipped": _altered_tipped,
}
