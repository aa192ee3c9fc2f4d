"""The rules of the store: as they came last, and the last set of which every one could be read.

A rule that cannot be read may be the one that holds another back, so a set is used whole or not at
all: until a later one can be read, the last good set goes on being used. What a rule says is
kept as it came, so a later version of the kiosk reads what this one could not.

Source: docs/feed.md, section 6, "Rules"; docs/pricing.md, section 9.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from kiosk.rules_fault import RulesFault
from kiosk.storage.changes_file import read_rule_texts, write_rule_texts
from kiosk.storage.file import CatalogueInfo
from retail.fields import Record
from retail.pricing.book import RuleBook, Shop
from retail.pricing.rules import Adjustment, By, EachOff, Offer, SetOff
from retail.rule_lines import StoreRule, ToldRule
from retail.segment import Gone

Records = Mapping[str, Record]  # of rules, by their id
_READ_KEPT = 16_384  # rules as they were read, some 5 kB each
_decode = msgspec.json.Decoder(dict[str, dict[str, object]]).decode


@dataclass(frozen=True, slots=True)
class RuleRecords:
    """All rules as they came last, and the last good set: the same, where all can be read."""

    told: Records = field(default_factory=dict)
    good: Records = field(default_factory=dict)

    def after(self, news: Iterable[ToldRule | Gone]) -> RuleRecords:
        """Give what they are after a segment."""
        told = dict(self.told)
        for each in news:
            if isinstance(each, Gone):
                told.pop(each.key, None)
            else:
                told[each.rule_id] = each.record
        return self.taking(told)

    def taking(self, told: Records) -> RuleRecords:
        """Give what they are when others came in their place."""
        return RuleRecords(told, self.good if unreadable(told) else told)


def unreadable(records: Records) -> tuple[str, str] | None:
    """Give the first rule that cannot be read, by its id, and why; none where all can."""
    read = _read_all(records)
    return read if isinstance(read, tuple) else None


@dataclass(frozen=True, slots=True)
class InForce:
    """The rules in use, and why those that came last are not, if they are not.

    ``shelf_book`` has those that pieces of one item can meet: all but offers on a basket.
    ``list_book`` has of these what a single piece earns, which is the same price, found faster.
    """

    book: RuleBook
    shelf_book: RuleBook
    list_book: RuleBook
    fault: RulesFault | None = None


def in_force(records: RuleRecords, info: CatalogueInfo, sequence: int) -> InForce:
    """Give the rules to use; ``sequence`` is that of the publication that told them last."""
    shop = Shop(info.store_id, ZoneInfo(info.zone), info.currency, info.vat_included)
    told = _read_all(records.told)
    if not isinstance(told, tuple):
        return _in_force(told, shop, None)
    good = _read_all(records.good)
    # an older kiosk may find a good set that a newer one has kept, and not be able to read it
    used = [] if isinstance(good, tuple) else good
    return _in_force(used, shop, RulesFault(sequence, *told))


def base_rules(connection: sqlite3.Connection) -> RuleRecords:
    """Read the rules of a sealed catalogue; with one that cannot be read there is no good set."""
    rows = connection.execute("SELECT rule_id, record FROM rule ORDER BY rule_id")
    return RuleRecords().taking({rule_id: json.loads(text) for rule_id, text in rows})


def read_rules(connection: sqlite3.Connection, file: Path) -> RuleRecords:
    """Read the rules in a file of changes that has some; raises ``DamagedChangesError``."""
    told_text, good_text = read_rule_texts(connection, file)
    told = _decode(told_text)
    return RuleRecords(told, _decode(good_text) if good_text else told)


def write_rules(connection: sqlite3.Connection, records: RuleRecords) -> None:
    """Write the rules of a file of changes; a good set that is all that came is not said again."""
    told = msgspec.json.encode(records.told).decode()
    good = "" if records.good == records.told else msgspec.json.encode(records.good).decode()
    write_rule_texts(connection, told, good)


def _in_force(rules: list[StoreRule], shop: Shop, fault: RulesFault | None) -> InForce:
    of_pieces = [rule for rule in rules if _is_of_pieces(rule)]
    of_one = [rule for rule in of_pieces if _one_earns(rule)]
    return InForce(RuleBook(rules, shop), RuleBook(of_pieces, shop), RuleBook(of_one, shop), fault)


def _is_of_pieces(rule: StoreRule) -> bool:
    """Tell whether a rule can make the price of pieces of one item."""
    if isinstance(rule, Adjustment):
        return True
    return isinstance(rule.benefit, EachOff | SetOff) and not rule.vouchers


def _one_earns(rule: StoreRule) -> bool:
    """Tell whether a single piece can earn a rule of ``_is_of_pieces``."""
    match rule:
        case Offer(benefit=EachOff(steps=steps, by=By.QUANTITY)):
            return steps[0].at_least <= 1
        case Offer(benefit=SetOff() as of_set):
            return of_set.quantity == 1
        case _:
            return True


@lru_cache(maxsize=_READ_KEPT)
def _read(rule_id: str, text: bytes) -> StoreRule:
    """Read a rule; those that stay as they were from one publication to the next are kept."""
    return ToldRule(rule_id, msgspec.json.decode(text)).read()


def _read_all(records: Records) -> list[StoreRule] | tuple[str, str]:
    """Read every one, or give the first by id that cannot be read, and why."""
    rules = []
    for rule_id in sorted(records):
        try:
            rules.append(_read(rule_id, msgspec.json.encode(records[rule_id])))
        except (ValueError, TypeError) as error:
            return rule_id, str(error)
    return rules
