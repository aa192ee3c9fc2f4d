"""How far an offer was used up, as a line of a segment: by all kiosks, and what of it each told.

A kiosk counts its own baskets too, so it has to know which of them the count has in it: the line
says how much of it came from which ledger of the store's kiosks, by the ledger's epoch.

Source: docs/feed.md, sections 3 and 6 ("Counts"); docs/pricing.md, section 4 ("Limits").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from uuid import UUID

from retail.fields import Record, RecordError, refusing, take, without_empty

KIND: Final = "used"
NUMBER_END: Final = 1 << 63


class Use(NamedTuple):
    """So many applications of an offer, and what they took off together."""

    times: int = 0
    off: int = 0

    def plus(self, other: Use) -> Use:
        """Add what came besides."""
        return Use(self.times + other.times, self.off + other.off)

    def beyond(self, other: Use) -> Use:
        """Give what is more than another, never below nothing."""
        return Use(max(self.times - other.times, 0), max(self.off - other.off, 0))


NO_USE: Final = Use()
OF_NOBODY: Final[Mapping[UUID, Use]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ToldUsed:
    """What head office had counted of an offer; ``by`` is that of the store's own ledgers."""

    rule_id: str
    whole: Use
    by: Mapping[UUID, Use] = field(default_factory=lambda: OF_NOBODY)

    def and_own(self, epoch: UUID, own: Use) -> Use:
        """Give the count with all that a ledger has of its own, whatever has arrived of it."""
        return self.whole.plus(own.beyond(self.by.get(epoch, NO_USE)))


def used_line(told: ToldUsed) -> dict[str, Any]:
    """Write a count as a line."""
    by = {str(epoch): list(use) for epoch, use in sorted(told.by.items())}
    line = {"kind": KIND, "id": told.rule_id, "times": told.whole.times, "off": told.whole.off}
    return line | without_empty({"by": by})


def read_used_line(record: Record) -> ToldUsed:
    """Read what ``used_line`` wrote; refuses with ``RecordError``."""
    rule_id = take(record, "id", str)
    if not rule_id or rule_id != rule_id.strip():
        raise RecordError(f"Expected an id without spaces around it, got {rule_id!r}")
    whole = refusing("used", lambda: _use([take(record, "times", int), take(record, "off", int)]))
    by = take(record, "by", dict, {})
    return ToldUsed(rule_id, whole, refusing("by", lambda: _by(by)))


def _by(by: Mapping[str, Any]) -> Mapping[UUID, Use]:
    return {UUID(epoch): _use(use) for epoch, use in by.items()}


def _use(told: Any) -> Use:
    if not isinstance(told, list) or len(told) != 2:
        raise RecordError(f"Expected times and amount, got {told!r:.60}")
    if any(type(each) is not int or not 0 <= each < NUMBER_END for each in told):
        raise RecordError(f"Expected whole numbers of 0 or more, got {told!r:.60}")
    return Use(*told)
