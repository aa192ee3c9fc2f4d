"""What a visit tells head office: one event for each thing that matters, and nothing personal.

It decides what is worth a note and how its body looks; where it is kept is a port's affair.
No member's card and no long number that was typed is ever in one.

Source: docs/events.md.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from typing import Any, assert_never

from kiosk.errors import DataError
from kiosk.messages import (
    CatalogueBuilt,
    CatalogueRefused,
    DeviceLost,
    DeviceReady,
    Language,
    Scanned,
)
from kiosk.pricecheck import state as priced
from kiosk.rules_fault import RulesFault
from kiosk.search import state as sought
from kiosk.search.handler import TEXT_MAX
from kiosk.situation import Scene

log = logging.getLogger(__name__)
REASON_MAX = 300  # characters of why a rule cannot be read

# whatever digits it is typed in, it may be somebody's telephone or card number
_LONG_NUMBER = re.compile(r"\d(?:\W{0,3}\d){6,}")

Record = Callable[[str, Mapping[str, Any]], None]  # the kind of an event, its body


class Notes:
    """Tells; ``memory_full`` is true while the last note could not be written."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self.memory_full = False

    def answer(self, state: priced.State, scan: Scanned) -> None:
        """Note what a scan led to."""
        match state:
            case priced.Found(_, pack, shown):
                body = {"gtin": pack.gtin.digits, "found": True}
                self.note("item_looked_up", {**body, "price_minor": shown.price.minor})
            case priced.Expired(_, gtin, expires_on):
                seen = {"gtin": gtin.digits, "expires_on": expires_on.isoformat()}
                self.note("expired_item_seen", seen)
            case priced.Unknown(code):
                self.note("unknown_code", {"code": code, "symbology": scan.symbology})
            case priced.NotRead() | priced.MemberCardShown() | priced.Gone():
                pass  # none is an item's code, and it may be a person's
            case _:
                assert_never(state)

    def product_opened(self, sku: str, scene: Scene) -> None:
        """Note that a product was chosen from a list."""
        match scene:
            case sought.Searching():
                came_from = "search"
            case sought.Browsing():
                came_from = "browse"
            case _:
                came_from = "similar"
        self.note("product_opened", {"sku": sku, "from": came_from})

    def search_left(self, scene: Scene, after: Scene) -> None:
        """Note a question once, when the shopper goes on from it."""
        if not isinstance(scene, sought.Searching) or isinstance(after, sought.Searching):
            return
        if scene.text.strip():
            text = _LONG_NUMBER.sub("#", scene.text[:TEXT_MAX])
            self.note("search_made", {"text": text, "hits": len(scene.hits)})

    def language_chosen(self, language: Language) -> None:
        """Note a change of the language."""
        self.note("language_chosen", {"language": language.value})

    def device(self, fact: DeviceReady | DeviceLost, *, was_lost: bool) -> None:
        """Note that a device went or came back; its first answer is no news."""
        if isinstance(fact, DeviceLost):
            self.note("device_lost", {"device": fact.device, "reason": fact.reason})
        elif was_lost:
            self.note("device_back", {"device": fact.device})

    def catalogue(self, fact: CatalogueBuilt | CatalogueRefused, reason: str) -> None:
        """Note that a catalogue came, or ``reason``, why it was not taken."""
        match fact:
            case CatalogueRefused(name=name, sequence=sequence) if name:
                self.note("feed_refused", {"sequence": sequence, "reason": name})
            case _ if reason:
                self.note("catalogue_refused", {"reason": reason})
            case CatalogueBuilt(sequence=sequence):
                self.note("catalogue_taken", {"sequence": sequence})

    def rules_refused(self, fault: RulesFault) -> None:
        """Note that the rules that came last are not used, for one cannot be read."""
        body = {"sequence": fault.sequence, "rule": fault.rule_id[:TEXT_MAX]}
        self.note("rules_refused", {**body, "reason": fault.reason[:REASON_MAX]})

    def note(self, kind: str, body: Mapping[str, Any]) -> None:
        """Have it written; a disk that is full is told by ``memory_full`` and stops nothing."""
        try:
            self._record(kind, body)
            self.memory_full = False
        except DataError as error:
            log.error("event-record-failed kind=%s reason=%s", kind, error)
            self.memory_full = True
