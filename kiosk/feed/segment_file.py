"""Reads a segment from its file, record by record, and refuses one that is not whole.

One line is in memory at a time. What is wrong may show at the last one, so whoever takes the
records takes them for good only when there are no more (the shelf: in one transaction).

Source: docs/feed.md, sections 3 and 5.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kiosk.errors import DataError
from kiosk.feed.faults import Reason
from kiosk.feed.offer import Offer
from kiosk.feed.unpacking import refused, unpacking
from retail.catalogue import Category, Product, Store
from retail.fields import Record, RecordError, take
from retail.rule_lines import ToldRule, read_rule_line
from retail.segment import (
    DOINGS,
    LINE_BYTES_MAX,
    Action,
    Change,
    Gone,
    SegmentHeading,
    is_gone,
    read_action,
    read_gone,
    read_heading,
)
from retail.snapshot import read_category, read_store
from retail.survey_lines import ToldSurvey, read_told_survey
from retail.unread_prices import Unread, read_change_told, read_product_told
from retail.used_lines import ToldUsed, read_used_line

SegmentRecord = (
    Category | Store | ToldRule | ToldUsed | ToldSurvey | Product | Change | Unread | Gone
)
_RANKS = {
    **{"category": 0, "store": 1, "rule": 2, "used": 3, "survey": 4},
    **{"product": 6, "change": 6, "action": 7},
}
_RANK_OF_PRODUCTS_GONE = 5


class SegmentFile:
    """A fetched segment whose size and SHA-256 are right.

    When ``records`` has come to its end, ``actions`` are those for this kiosk, ``pictures`` the
    names that its products and surveys gave, and ``passed_over`` how many records nobody here
    knows.
    """

    def __init__(self, file: Path, offer: Offer, kiosk_id: str) -> None:
        self._file, self._offer, self._kiosk_id = file, offer, kiosk_id
        self.actions: list[Action] = []
        self.pictures: dict[str, None] = {}  # in order, each once
        self.passed_over = 0
        self.heading = self._read_heading()

    def records(self) -> Iterator[SegmentRecord]:
        """Give what belongs into the catalogue, in order; raises ``RefusedError``."""
        self.actions, self.pictures, self.passed_over = [], {}, 0
        with unpacking(self._file, self._offer) as lines:
            self._line(lines, 1)
            number, rank = 2, 0
            while (record := self._line(lines, number))["kind"] != "end":
                rank = self._in_order(record, rank, number)
                made = self._made(record, number)
                if made is not None:
                    yield made
                number += 1
            self._check_end(record, number - 2, lines)

    def _read_heading(self) -> SegmentHeading:
        offer = self._offer
        with unpacking(self._file, offer) as lines:
            try:
                heading = read_heading(self._line(lines, 1))
            except RecordError as error:
                raise refused(offer, Reason.BAD_HEADING, str(error)) from None
        told = (heading.store, heading.sequence, heading.made_at)
        if told != (offer.store, offer.sequence, offer.made_at):
            said = f"Expected segment {offer.sequence} of {offer.store!r}, got {told!r:.200}"
            raise refused(offer, Reason.BAD_HEADING, said)
        return heading

    def _line(self, lines: io.BufferedReader, number: int) -> Record:
        raw = lines.readline(LINE_BYTES_MAX + 1)
        if not raw:
            raise refused(self._offer, Reason.BAD_COUNT, "Expected an end record, got no more")
        try:
            record: Any = json.loads(raw) if len(raw) <= LINE_BYTES_MAX else "a longer line"
            if b"\\u" in raw:  # half of a character can be written in this way alone
                json.dumps(record, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            raise self._bad(number, f"Expected a JSON object, got: {error}") from None
        if not isinstance(record, dict) or type(record.get("kind")) is not str:
            raise self._bad(number, f"Expected an object with its kind, got {record!r:.60}")
        return record

    def _in_order(self, record: Record, rank: int, number: int) -> int:
        own = _RANKS.get(record["kind"])
        if own is None:
            return rank
        if record["kind"] == "product" and record.get("gone") is True:
            own = _RANK_OF_PRODUCTS_GONE
        if own < rank:
            raise self._bad(number, f"Expected it earlier: {record['kind']}")
        return own

    def _made(self, record: Record, number: int) -> SegmentRecord | None:
        try:
            return self._read(record)
        except (RecordError, ValueError) as error:
            raise self._bad(number, str(error)) from None

    def _read(self, record: Record) -> SegmentRecord | None:
        match record["kind"]:
            case "category" | "store" | "rule" | "used" | "survey" | "product" if is_gone(record):
                return read_gone(record)
            case "category":
                return read_category(record)
            case "store":
                return read_store(record)
            case "rule":
                return read_rule_line(record)
            case "used":
                return read_used_line(record)
            case "survey":
                survey = read_told_survey(record)
                self.pictures |= dict.fromkeys(survey.pictures)
                return survey
            case "product":
                return self._product(record)
            case "change":
                return read_change_told(record, self.heading.currency)
            case "action":
                self._action(record)
            case _:
                self.passed_over += 1
        return None

    def _product(self, record: Record) -> Product | Unread:
        told = read_product_told(record, self.heading.currency)
        product = told.record if isinstance(told, Unread) else told
        if isinstance(product, Product) and product.picture:
            self.pictures[product.picture] = None
        return told

    def _action(self, record: Record) -> None:
        """Note what this kiosk is to do; what only a later version can do is passed over."""
        if take(record, "kiosk", str) != self._kiosk_id:
            return
        if take(record, "do", str) in DOINGS:
            self.actions.append(read_action(record))
        else:
            self.passed_over += 1

    def _check_end(self, end: Record, count: int, lines: io.BufferedReader) -> None:
        told = end.get("records")
        if type(told) is not int or told != count:
            said = f"Expected {count} records, as many as there are, got {told!r:.40}"
            raise refused(self._offer, Reason.BAD_COUNT, said)
        if lines.read(1):
            raise refused(self._offer, Reason.BAD_COUNT, "Expected nothing after the end")

    def _bad(self, number: int, told: str) -> DataError:
        return refused(self._offer, Reason.BAD_RECORD, f"line {number}: {told[:300]}")
