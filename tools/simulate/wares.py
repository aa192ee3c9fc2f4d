"""What lies on the simulator's counter: items of the sample chain, and codes that mean trouble.

A ware says what is printed on it, once as a scanner sends it and once as a camera sees it. It
knows no price; what the kiosk makes of a code is the kiosk's.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from retail.values import check_digit

FILE = "products.csv"

# chosen for what they show: offers, club prices, cases, three lengths of number, loose goods
CHOSEN = (
    "6260100300019",  # rice at a club price
    "6260100201064",
    "6260100201088",
    "6260106600021",
    "6260102100051",
    "6260104600023",
    "6260104300145",
    "6260103500058",
    "6260102500141",
    "6260105400103",
    "6260104100042",
    "62610018",  # EAN-8
)
LOOSE = "2100136000009"  # bananas: layout 21IIIIIWWWWWC with a weight of zero
LOOSE_G = 1_250
NOBODYS = "5901234123457"  # a sound number that the chain does not carry
EXPIRED = "(01)06260100300019(17)251001(10)G-1404"  # its date passed on 1 October 2025
EXPIRED_SCANNED = "]d2010626010030001917251001" + "10G-1404"
CARD = "991234567899"  # settings of the stage: prefix 99, length 12


class NoWareError(ValueError):
    """The sample chain has no such item; the text says which was expected."""


@dataclass(frozen=True, slots=True)
class Ware:
    """``scanned`` is what a scanner sends; ``seen`` is for ``frame_of``, with its ``format``.

    An empty ``format`` says that it is not for the camera.
    """

    key: str
    name_fa: str
    name_en: str
    scanned: str
    seen: str = ""
    format: str = ""


def wares(sample: Path) -> tuple[Ware, ...]:
    """Give all that can be held, the chosen items first; raises ``NoWareError``."""
    with (sample / FILE).open(encoding="utf-8", newline="") as file:
        rows = {row["gtin"]: row for row in csv.DictReader(file)}
    missing = [gtin for gtin in (*CHOSEN, LOOSE) if gtin not in rows]
    if missing:
        raise NoWareError(f"{FILE}: expected {', '.join(missing)}, got no such gtin")
    items = (_item(rows[gtin]["name_fa"], rows[gtin]["name_en"], gtin) for gtin in CHOSEN)
    return (*items, *_oddities(rows[LOOSE]["name_fa"], rows[LOOSE]["name_en"]))


def scale_label(item_gtin: str, grams: int) -> str:
    """Give the label that a scale prints: the item's digits, five digits of grams, check digit."""
    body = f"{item_gtin[:7]}{grams:05d}"
    return f"{body}{check_digit(body)}"


def _item(name_fa: str, name_en: str, gtin: str) -> Ware:
    return Ware(gtin, name_fa, name_en, gtin, gtin, "ean-8" if len(gtin) == 8 else "ean-13")


def _oddities(loose_fa: str, loose_en: str) -> Iterator[Ware]:
    label = scale_label(LOOSE, LOOSE_G)
    weight_fa, weight_en = "۱۲۵۰ گرم", f"{LOOSE_G} g"
    name_fa, name_en = f"{loose_fa}، {weight_fa}", f"{loose_en}, {weight_en} (scale label)"
    yield Ware("scale-label", name_fa, name_en, label, label, "ean-13")
    yield Ware("unknown", "کد ناشناس", "A code of nobody's", NOBODYS, NOBODYS, "ean-13")
    expired = "برنج تاریخ‌گذشته", "Rice past its date (DataMatrix)"
    yield Ware("expired", *expired, EXPIRED_SCANNED, EXPIRED, "gs1-datamatrix")
    yield Ware("card", "کارت عضویت", "A member's card", CARD)
