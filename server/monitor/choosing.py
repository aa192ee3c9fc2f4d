"""Which kiosks of the fleet a person wants to see: filters, search, pages and the figures.

Pure. The figure beside a choice counts the kiosks that one would see by it, all other choices
being as they are.

Source: docs/fleet.md, section 4.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from retail.folding import fold
from server.monitor.fleet import Standing

PAGE: Final = 50
TEXT_MAX: Final = 100
SEVERITIES: Final[Mapping[str, int]] = {"red": 3, "amber": 2, "blue": 1, "well": 0, "off": -1}
NAMES: Final[Mapping[int, str]] = {number: name for name, number in SEVERITIES.items()}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was chosen; empty is everything. ``page`` counts from 1."""

    severity: str = ""
    store: str = ""
    alarm: str = ""
    version: str = ""
    text: str = ""
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Wanted:
        """Read what stands in an address; what cannot be is as if it were not there."""
        number = query.get("page", "")
        page = int(number) if number.isascii() and number.isdecimal() and len(number) < 6 else 1
        severity = query.get("severity", "")
        return cls(
            severity if severity in SEVERITIES else "",
            query.get("store", "")[:TEXT_MAX],
            query.get("alarm", "")[:TEXT_MAX],
            query.get("version", "")[:TEXT_MAX],
            query.get("q", "").strip()[:TEXT_MAX],
            max(page, 1),
        )

    def address(self, **other: object) -> str:
        """Write it as an address's query, with something else in place of some of it."""
        changed = replace(self, **{"page": 1, **other})  # type: ignore[arg-type]
        told = {
            "severity": changed.severity,
            "store": changed.store,
            "alarm": changed.alarm,
            "version": changed.version,
            "q": changed.text,
            "page": str(changed.page) if changed.page > 1 else "",
        }
        return "?" + urlencode({name: value for name, value in told.items() if value})


@dataclass(frozen=True, slots=True)
class Chosen:
    """A page of what was wanted, and the figures beside each choice."""

    wanted: Wanted
    rows: tuple[Standing, ...]
    count: int
    pages: int
    severities: Mapping[str, int]
    stores: Mapping[str, int]
    alarms: Mapping[str, int]
    versions: Mapping[str, int]


def choose(fleet: Sequence[Standing], wanted: Wanted) -> Chosen:
    """Choose of the fleet, whose order stays."""
    found = _found(fleet, wanted)
    kept = {
        part: _matching(found, wanted, part) for part in ("severity", "store", "alarm", "version")
    }
    matching = _matching(found, wanted, "")
    pages = max(1, -(-len(matching) // PAGE))
    page = min(wanted.page, pages)
    return Chosen(
        replace(wanted, page=page),
        tuple(matching[(page - 1) * PAGE : page * PAGE]),
        len(matching),
        pages,
        Counter(NAMES[one.severity] for one in kept["severity"]),
        Counter(one.store_id for one in kept["store"]),
        Counter(kind for one in kept["alarm"] for kind in {each.kind for each in one.alarms}),
        Counter(one.report.version for one in kept["version"] if one.report),
    )


def all_chosen(fleet: Sequence[Standing], wanted: Wanted) -> list[Standing]:
    """Choose of the fleet without pages, for a file."""
    return _matching(_found(fleet, wanted), wanted, "")


def _found(fleet: Sequence[Standing], wanted: Wanted) -> Sequence[Standing]:
    words = [(word.lower(), fold(word).split()) for word in wanted.text.split()]
    return [one for one in fleet if _has(one, words)] if words else fleet


def _matching(fleet: Iterable[Standing], wanted: Wanted, but: str) -> list[Standing]:
    checks = [check for part, check in _checks(wanted).items() if part != but]
    return [one for one in fleet if all(check(one) for check in checks)]


def _checks(wanted: Wanted) -> dict[str, Callable[[Standing], bool]]:
    checks: dict[str, Callable[[Standing], bool]] = {}
    if wanted.severity:
        number = SEVERITIES[wanted.severity]
        checks["severity"] = lambda one: one.severity == number
    if wanted.store:
        checks["store"] = lambda one: one.store_id == wanted.store
    if wanted.alarm:
        checks["alarm"] = lambda one: any(each.kind == wanted.alarm for each in one.alarms)
    if wanted.version:
        checks["version"] = lambda one: (
            one.report is not None and one.report.version == wanted.version
        )
    return checks


def _has(one: Standing, words: Sequence[tuple[str, Sequence[str]]]) -> bool:
    """Tell whether each word is part of an id, or begins a word of the name or the store's."""
    ids, names = f"{one.kiosk_id} {one.store_id}", ""
    for word, folded in words:
        if word in ids:
            continue
        names = names or f" {fold(f'{one.name} {one.store_name}')}"
        if not folded or not all(f" {part}" in names for part in folded):
            return False
    return True
