"""Draws the picture of each product and writes it as WebP, on several processes.

A picture is 512 × 512 on nothing, drawn from the product alone and so the same each time.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from PIL import Image

from tools.sample_chain.assortment import Item, items
from tools.sample_chain.pictures.emblems import inside
from tools.sample_chain.pictures.goods import SOLIDS
from tools.sample_chain.pictures.labels import Subject
from tools.sample_chain.pictures.packs import PACKS
from tools.sample_chain.pictures.paint import colour
from tools.sample_chain.pictures.surface import finish
from tools.sample_chain.vocabulary import amount_fa

QUALITIES = (84, 66, 44, 24)
BYTES_MAX = 25_000
LOOSE_MAIN, LOOSE_ACCENT = "3F7A36", "E9C46A"


def write_pictures(folder: Path, *, workers: int = 2, only: str = "") -> int:
    """Write every picture whose name holds ``only`` into ``folder``; give how many."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [item for item in items() if only in item.picture]
    wanted.sort(key=lambda item: (item.kind.look, item.picture))
    parts = [(folder, tuple(wanted[start : start + 40])) for start in range(0, len(wanted), 40)]
    if workers == 1:
        return sum(map(_write_part, parts))
    with ProcessPoolExecutor(workers) as pool:
        return sum(pool.map(_write_part, parts))


def picture_of(item: Item) -> Image.Image:
    """Draw one product: RGBA, 512 × 512."""
    subject = subject_of(item)
    if subject.look in SOLIDS:
        return SOLIDS[subject.look](subject)
    paint, shape = PACKS[subject.look](subject)
    return finish(paint.picture, shape)


def subject_of(item: Item) -> Subject:
    """Say what the picture of a product shows."""
    name, variety = item.kind.name, item.variety.name
    english = item.name.en
    tint, emblem = inside(item.kind.category_id, english)
    brand = item.brand
    return Subject(
        look=item.kind.look,
        name=name.fa if name else (variety.fa if variety else ""),
        variety=variety.fa if name and variety else "",
        english=english,
        brand=brand.name.fa if brand else "",
        size=_size_of(item),
        amount=item.pack.size.amount,
        unit=item.pack.unit.unit_id,
        main=colour(brand.main if brand else LOOSE_MAIN),
        accent=colour(brand.accent if brand else LOOSE_ACCENT),
        inside=tint,
        emblem=emblem,
        seed=_number(item.kind.kind_id + english),
        manner=_number(brand.brand_id if brand else ""),
    )


def webp(picture: Image.Image) -> bytes:
    """Encode a picture in at most ``BYTES_MAX``, at the best quality that fits."""
    encoded = b""
    for quality in QUALITIES:
        out = io.BytesIO()
        picture.save(out, "WEBP", quality=quality, alpha_quality=min(90, quality), method=1)
        encoded = out.getvalue()
        if len(encoded) <= BYTES_MAX:
            break
    return encoded


def _size_of(item: Item) -> str:
    size = item.pack.size
    if size.measure == "piece" and size.amount == 1:
        return ""
    return amount_fa(size)


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def _write_part(part: tuple[Path, Sequence[Item]]) -> int:
    folder, goods = part
    for item in goods:
        (folder / item.picture).write_bytes(webp(picture_of(item)))
    return len(goods)
