"""How many codes are read, how many wrongly and how fast, beside the three libraries.

Reads the photos of ``../shared/vectors/barcodes/photos`` where they are, and drawn pictures
otherwise. Every decoder sees every picture, one thread, the order turned from picture to
picture, so that the ratios hold on a busy machine. Times are processor milliseconds. pyzbar is
asked for DataBar too, as a shop would, and its assertion messages about it are kept quiet.

    python -m tools.bench.decoding
"""

from __future__ import annotations

import csv
import hashlib
import os
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import zxingcpp
from pyzbar import pyzbar

from kiosk.decoding.libraries import OpenCv, Zxing
from kiosk.decoding.pictures import decode, decode_strict, load
from kiosk.decoding.pipeline import grey
from kiosk.decoding.symbols import LINEAR, MATRIX, RETAIL, Picture, retail_reading

PHOTOS = Path(__file__).parents[2] / "../shared/vectors/barcodes/photos"
EMPTY_FRAMES = 7
ZBAR_NAMES = {"EAN13": "EAN-13", "EAN8": "EAN-8", "UPCA": "UPC-A", "UPCE": "UPC-E"}
ZBAR_SYMBOLS = [
    pyzbar.ZBarSymbol[name]
    for name in (*ZBAR_NAMES, "I25", "CODE128", "DATABAR", "DATABAR_EXP", "QRCODE")
]
Read = Callable[[Picture], list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A picture, the code that it shows ("" for none), and others that are in it."""

    name: str
    picture: Picture
    expected: frozenset[str]
    allowed: frozenset[str]

    @property
    def held_out(self) -> bool:
        """Tell whether it belongs to the half that nothing was tuned on."""
        return hashlib.sha256(self.name.encode()).digest()[0] % 2 == 1


@dataclass(slots=True)
class Score:
    """One decoder's results."""

    right: int = 0
    false: int = 0
    right_held_out: int = 0
    ms: list[float] = field(default_factory=list)


def decoders() -> dict[str, Read]:
    """Give ours and the three libraries, each with its formats of a shop and its defaults."""
    zxing, opencv = Zxing(LINEAR | MATRIX, thorough=True), OpenCv()
    return {
        "kiosk": decode,
        "kiosk --strict": decode_strict,
        "zxing-cpp": lambda picture: [(r.format.value, r.text) for r in zxing.read(picture)],
        "pyzbar": zbar,
        "cv2": lambda picture: [(r.format.value, r.text) for r in opencv.read(picture)],
    }


def zbar(picture: Picture) -> list[tuple[str, str]]:
    """Read all symbologies of a shop by pyzbar, its own messages on standard error dropped."""
    stderr, null = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    try:
        codes = pyzbar.decode(grey(picture), symbols=ZBAR_SYMBOLS)
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
        os.close(null)
    return [
        (ZBAR_NAMES.get(code.type, code.type), code.data.decode("utf-8", "replace"))
        for code in codes
    ]


def photos(folder: Path) -> Iterator[Labelled]:
    """Give the labelled photos; the manifest's escapes are Python's."""
    with (folder / "MANIFEST.tsv").open(encoding="utf-8", newline="") as manifest:
        for row in csv.DictReader(manifest, delimiter="\t", quoting=csv.QUOTE_NONE):
            text = row["expected"].encode("latin-1", "backslashreplace").decode("unicode_escape")
            others = (row.get("also_ok") or "").split("|")
            expected = spellings(row["symbology"], text) if text else frozenset()
            allowed = expected.union(*(spellings("", each) for each in others if each))
            yield Labelled(row["path"], load(folder / row["path"]), expected, allowed)


def drawings() -> Iterator[Labelled]:
    """Draw one number large and small, turned and blurred, and a page without any."""
    text = "4006381333931"
    barcode = zxingcpp.create_barcode(text, zxingcpp.EAN13)
    drawn = np.array(zxingcpp.write_barcode_to_image(barcode, scale=4))
    for angle in range(0, 360, 15):
        for width in (160, 300):
            for blur in (0.6, 1.5):
                scale = width / drawn.shape[1]
                turn = cv2.getRotationMatrix2D((226, drawn.shape[0] / 2), angle, scale)
                turn[:, 2] += (320 - 226, 240 - drawn.shape[0] / 2)
                gray = cv2.warpAffine(
                    drawn, turn, (640, 480), flags=cv2.INTER_AREA, borderValue=210
                )
                picture = cv2.cvtColor(cv2.GaussianBlur(gray, (0, 0), blur), cv2.COLOR_GRAY2BGR)
                known = spellings("EAN-13", text)
                yield Labelled(f"{angle} {width} {blur}", picture, known, known)
    yield Labelled("empty", empty_frame(), frozenset(), frozenset())


def empty_frame() -> Picture:
    """Give a frame of 1280 × 720 with light, shade and noise and no code."""
    random = np.random.default_rng(4)
    shade = cv2.resize(random.normal(128, 30, (5, 8)), (1280, 720), interpolation=cv2.INTER_CUBIC)
    frame = shade[..., None] + random.normal(0, 4, (720, 1280, 3))
    return np.clip(frame, 0, 255).astype(np.uint8)


def spellings(symbology: str, text: str) -> frozenset[str]:
    """Give the text as it stands, and as a GTIN-14 where it is one."""
    plain = text.replace("\x1d", "").replace("\r\n", "\n").strip("\n")
    plain = re.sub(r"\((\d{2,4})\)", r"\1", plain)  # GS1 element strings as people write them
    found = {plain}
    origin = ((0.0, 0.0),) * 4
    for retail in RETAIL if not symbology else (f for f in RETAIL if f.value == symbology):
        if plain.isdecimal() and (reading := retail_reading(retail, plain, origin)):
            found.add(reading.raw.decode().zfill(14))
    if plain.isdecimal() and len(plain) == 16 and plain.startswith("01"):
        found.add(plain[2:])  # GS1 application identifier 01
    return frozenset(found)


def measure(pictures: list[Labelled], reads: dict[str, Read]) -> dict[str, Score]:
    """Let every decoder see every picture."""
    scores, names = {name: Score() for name in reads}, list(reads)
    for turn, labelled in enumerate(pictures):
        for i in range(len(names)):
            name = names[(turn + i) % len(names)]
            start = time.process_time()
            found = reads[name](labelled.picture)
            scores[name].ms.append((time.process_time() - start) * 1e3)
            _count(scores[name], labelled, [spellings(*each) for each in found])
    return scores


def _count(score: Score, labelled: Labelled, found: list[frozenset[str]]) -> None:
    right = any(each & labelled.expected for each in found)
    score.right += right
    score.right_held_out += right and labelled.held_out
    score.false += any(not each & labelled.allowed for each in found)


def empty_ms(reads: dict[str, Read]) -> dict[str, float]:
    """Give each decoder's median time for a frame without a code."""
    frame = empty_frame()
    times: dict[str, list[float]] = {name: [] for name in reads}
    for _ in range(EMPTY_FRAMES):
        for name, read in reads.items():
            start = time.process_time()
            read(frame)
            times[name].append((time.process_time() - start) * 1e3)
    return {name: statistics.median(values) for name, values in times.items()}


def main() -> int:
    """Print the table; the status is 1 where one of the promises does not hold."""
    cv2.setNumThreads(1)
    there = (PHOTOS / "MANIFEST.tsv").exists()
    print("Decoding: " + ("real photos" if there else "drawn pictures, the photos are not here"))
    pictures = list(photos(PHOTOS) if there else drawings())
    reads = decoders()
    scores, empty = measure(pictures, reads), empty_ms(reads)
    with_code = sum(bool(each.expected) for each in pictures)
    held_out = sum(bool(each.expected) and each.held_out for each in pictures)
    print(
        f"{'':16}{'right':>12}{'held out':>12}{'false':>7}{'median ms':>11}{'mean':>8}{'p95':>8}"
        f"{'empty ms':>10}"
    )
    for name, score in scores.items():
        print(
            f"{name:16}{f'{score.right}/{with_code}':>12}{f'{score.right_held_out}/{held_out}':>12}"
            f"{score.false:>7}{statistics.median(score.ms):>11.2f}{statistics.mean(score.ms):>8.1f}"
            f"{statistics.quantiles(score.ms, n=20)[-1]:>8.1f}{empty[name]:>10.2f}"
        )
    kept = promises(scores, empty)
    for text, holds in kept.items():
        print(f"  {'ok  ' if holds else 'MISS'} {text}")
    return 0 if all(kept.values()) else 1


def promises(scores: dict[str, Score], empty: dict[str, float]) -> dict[str, bool]:
    """Say what is promised of the decoder, and whether this run shows it."""
    ours, strict = scores["kiosk"], scores["kiosk --strict"]
    zxing, zbar = scores["zxing-cpp"], scores["pyzbar"]
    best = max(scores[name].right for name in ("zxing-cpp", "pyzbar", "cv2"))
    pace = statistics.median(ours.ms) / statistics.median(zbar.ms)
    blank = empty["kiosk"] / empty["zxing-cpp"]
    return {
        f"right: {ours.right / best:.2f} × the best library (1.15)": ours.right >= 1.15 * best,
        f"false: {ours.false}, zxing-cpp {zxing.false}": ours.false <= zxing.false,
        f"strict right: {strict.right / best:.2f} × (1.05)": strict.right >= 1.05 * best,
        f"strict false: {strict.false}": strict.false == 0,
        f"median: {pace:.2f} × pyzbar's (0.6)": pace <= 0.6,
        f"empty frame: {blank:.2f} × zxing-cpp's (0.6)": blank <= 0.6,
    }


if __name__ == "__main__":
    sys.exit(main())
