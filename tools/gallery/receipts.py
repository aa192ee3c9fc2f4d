"""Every example of a receipt as the picture that goes to the printer, on wide and narrow paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kiosk.messages import Language
from kiosk.receipt.drawing import draw
from kiosk.receipt.examples import receipts
from tools.gallery.page import Shot

PAPERS = (576, 384)
GROUP = "receipts"


def draw_receipts(out: Path, only: str) -> Iterator[Shot]:
    """Write them; ``only`` narrows by name."""
    for language in Language:
        for name, receipt in receipts(language).items():
            title = f"receipt, {name}"
            if only not in title:
                continue
            for dots in PAPERS:
                slug = re.sub(r"[^a-z0-9]+", "-", title)
                file = f"{slug}-{language.value}-{dots}.png"
                draw(receipt, dots).save(out / file)
                yield Shot(file, f"{title}, {dots} dots", GROUP, language.value, "portrait")
