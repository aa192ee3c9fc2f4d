"""An open basket as JSON and back: lines, vouchers, approvals; no price, PIN, card or name.

Products are looked up anew: what is read is quoted by whatever catalogue is in use then.

Source: docs/basket.md, "What outlives a crash".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from kiosk.basket.handler import NO_QUOTE, Moment, requote
from kiosk.basket.quoting import tag_of
from kiosk.basket.state import AtTill, Entry, Open
from kiosk.errors import DataError
from retail.basket import Basket, Line
from retail.catalogue import Pack, Product, Text
from retail.goods import Item
from retail.pricing.tag import Tag
from retail.values import Gtin, Money

Body = Mapping[str, Any]


class BrokenRecordError(DataError):
    """What was kept of a basket is not what this program writes."""


def record_of(open_: Open) -> dict[str, Any]:
    """Write what is to outlive a crash."""
    return {
        "began_at": open_.began_at.isoformat(),
        "lines": [_line_record(line, open_.entries[line.line_id]) for line in open_.basket.lines],
        "next_id": open_.basket.next_id,
        "vouchers": sorted(open_.basket.vouchers),
        "age_seen": open_.age_seen,
    }


def read(record: Body, moment: Moment) -> Open:
    """Read what ``record_of`` wrote and quote it anew; raises ``BrokenRecordError`` for else."""
    try:
        pairs = [_line(each, moment) for each in record["lines"]]
        open_ = Open(
            Basket(
                tuple(line for line, _ in pairs),
                frozenset(map(str, record["vouchers"])),
                int(record["next_id"]),
            ),
            NO_QUOTE,
            datetime.fromisoformat(record["began_at"]),
            {line.line_id: entry for line, entry in pairs},
            age_seen=int(record["age_seen"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenRecordError(f"basket: expected what was written of it, got {error!r}") from None
    return requote(open_, moment)


def _line_record(line: Line, entry: Entry) -> dict[str, Any]:
    name, told = entry.product.name, entry.told
    record: dict[str, Any] = {
        "line": line.line_id,
        "sku": entry.product.sku,
        "gtin": entry.pack.gtin.digits,
        "quantity": line.quantity,
        "name": {"fa": name.fa, "en": name.en},
        "currency": entry.product.list_price.currency,
    }
    kept = {
        "told": told,
        "before": entry.before,
        "grams": entry.grams,
        "printed": entry.printed,
        "gift_of": line.gift_of or None,
        "age_min": line.age_min or None,
        "approved": line.approved or None,
    }
    return record | {key: value for key, value in kept.items() if value is not None}


def _line(record: Body, moment: Moment) -> tuple[Line, Entry]:
    entry = _entry(record, moment)
    tag = _tag_of_gone(entry) if entry.gone else tag_of(entry, moment.shelf)
    age_min = int(record.get("age_min", 0)) if entry.gone else entry.product.age_min
    line = Line(
        int(record["line"]),
        tag,
        int(record["quantity"]),
        str(record.get("gift_of", "")),
        age_min,
        approved=bool(record.get("approved")) and age_min <= int(record.get("age_min", 0)),
    )
    return line, entry


def _entry(record: Body, moment: Moment) -> Entry:
    gtin, sku = Gtin(record["gtin"]), str(record["sku"])
    known = _Known(*(record.get(key) for key in ("grams", "printed", "told", "before")))
    product = moment.shelf.by_sku(sku)
    pack = next((each for each in product.packs if each.gtin == gtin), None) if product else None
    if product is None or pack is None:
        product, pack = _gone(record, sku, gtin)
        return Entry(product, pack, *known, gone=True)
    return Entry(product, pack, *known)


class _Known(NamedTuple):
    """What a record says of an entry besides its product, in the order of ``Entry``."""

    grams: int | None
    printed: int | None
    told: int | None
    before: int | None


def _gone(record: Body, sku: str, gtin: Gtin) -> tuple[Product, Pack]:
    """Make as much of a product that has left the catalogue as its line needs to be shown."""
    name = Text(str(record["name"]["fa"]), str(record["name"]["en"]))
    pack = Pack(gtin)
    unit = Text("عدد", "piece")
    price = Money(int(record.get("told") or 0), str(record["currency"]))
    return Product(sku, name, "", price, (pack,), unit), pack


def _tag_of_gone(entry: Entry) -> Tag:
    price, printed = entry.told or 0, entry.printed is not None
    return Tag(Item(entry.product.sku), price, entry.pack.gtin, grams=entry.grams, printed=printed)


# ---- the till's screen


def till_record(state: AtTill) -> dict[str, Any]:
    """Write the till's screen."""
    return {
        "number": state.number,
        "pieces": state.pieces,
        "total": state.total,
        "currency": state.currency,
        "code": state.code,
        "at": state.at.isoformat(),
        "complete": state.complete,
    }


def read_till(record: Body) -> AtTill:
    """Read it; raises ``BrokenRecordError``."""
    try:
        return AtTill(**{**record, "at": datetime.fromisoformat(record["at"])})
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenRecordError(f"basket: expected the till's screen, got {error!r}") from None
