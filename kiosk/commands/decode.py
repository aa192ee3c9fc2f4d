"""``kiosk decode``: the codes in picture files, one line an image.

Exit status 0: every image gave a code; 1: some gave none; 2: some could not be read at all.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.errors import DataError
from retail.barcodes import CodeRules, TradeItem, read

if TYPE_CHECKING:  # heavy, so imported when a picture is really to be read
    from kiosk.decoding.pipeline import Pipeline
    from kiosk.decoding.symbols import Symbol

DONE, NONE_FOUND, UNREADABLE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Code:
    """A code as it is printed; ``box`` are its four corners in whole pixels."""

    format: str
    text: str
    gtin: str | None
    box: list[list[int]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one image; either ``codes`` or ``error`` tells."""

    file: str
    ms: float
    codes: list[Code]
    error: str = ""

    def as_json(self) -> str:
        """Give one line; an ``error`` is there only where there was one."""
        fields = asdict(self)
        if not self.error:
            del fields["error"]
        return json.dumps(fields, ensure_ascii=False)

    def as_text(self) -> str:
        """Give a line for a person."""
        found = ", ".join(f"{code.format} {code.text}" for code in self.codes) or "no code"
        return f"{self.file}: {self.error or found}"


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``decode``."""
    parser = subparsers.add_parser("decode", help="read the barcodes in picture files")
    parser.add_argument("images", nargs="+", metavar="IMAGE", type=Path)
    parser.add_argument("--strict", action="store_true", help="only what two libraries agree on")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Decode each image and print its line."""
    from kiosk.decoding.agreement import NORMAL, STRICT
    from kiosk.decoding.pipeline import Pipeline

    pipeline = Pipeline(STRICT if arguments.strict else NORMAL)
    answers = []
    for file in arguments.images:
        answer = _answer(file, pipeline)
        if answer.error:
            print(f"kiosk decode: {answer.error}", file=sys.stderr)  # noqa: T201
        print(answer.as_json() if arguments.json else answer.as_text(), flush=True)  # noqa: T201
        answers.append(answer)
    if any(answer.error for answer in answers):
        return UNREADABLE
    return DONE if all(answer.codes for answer in answers) else NONE_FOUND


def _answer(file: Path, pipeline: Pipeline) -> Answer:
    from kiosk.decoding.pictures import load

    try:
        picture = load(file)
    except DataError as error:
        return Answer(str(file), 0.0, [], str(error))
    start = time.perf_counter()
    symbols = pipeline.read(picture)
    ms = (time.perf_counter() - start) * 1e3
    return Answer(str(file), round(ms, 2), [_code(symbol) for symbol in symbols])


def _code(symbol: Symbol) -> Code:
    item = read(symbol.raw, CodeRules(), datetime.now(UTC).date(), symbol.symbology)
    gtin = item.gtin.digits if isinstance(item, TradeItem) and item.gtin else None
    box = [[round(x), round(y)] for x, y in symbol.corners]
    return Code(symbol.format.value, symbol.text, gtin, box)
