"""A store's snapshot with its rules: the same records as without them, and the rules between.

Kiosks of before there were rules refuse a record that they do not know, so both forms are made.

Source: docs/snapshot.md, "With rules and without".
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from retail.fields import Record
from server.snapshots.writing import Heading, Packing, write_line

_BEFORE_RULES = (b'{"kind":"category"', b'{"kind":"store"')


def write_ruled(
    records: Path, heading: Heading, rules: Iterable[Record], file: BinaryIO
) -> Packing:
    """Write to ``file`` what is in ``records``, whose heading is ``heading``, with ``rules``."""
    packing = Packing()
    with gzip.open(records) as plain:
        next(plain)
        lines = _with_rules(plain, rules)
        file.writelines(packing.pieces(replace(heading, rules=0), lines))
    file.flush()
    os.fsync(file.fileno())
    return packing


def _with_rules(plain: Iterable[bytes], rules: Iterable[Record]) -> Iterator[bytes]:
    """Give all lines but the last, which is the end, with the rules after categories and stores."""
    told, before = False, b""
    for line in plain:
        if before:
            yield before
        if not told and not line.startswith(_BEFORE_RULES):
            yield from map(write_line, rules)
            told = True
        before = line
