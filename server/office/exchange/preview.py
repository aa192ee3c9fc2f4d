"""An import in words, as the office's page shows it: what changes, and what was refused and why.

A fault is told in the language that is on and, beside it, as the command line tells it in
English: whoever made the file may read the one, and its software's makers the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from server.importing.columns import NAMES
from server.importing.report import Fault, Report
from server.office.exchange.incoming import Change, IncomingResource, Outcome
from server.office.persian import grouped, in_digits, written

SHOWN_MAX: Final = 500  # rows of each table on the page


@dataclass(frozen=True, slots=True)
class FaultRow:
    """A fault for the page; ``english`` is empty where the page is in English."""

    row: str
    heading: str
    column: str
    expected: str
    got: str
    english: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A changed row for the page; ``values`` are heading, before and after."""

    row: str
    about: tuple[str, ...]
    new: bool
    values: tuple[tuple[str, str, str], ...]


def headings_of_products() -> dict[str, str]:
    """Give the heading of each column of a product file."""
    return {name: words[0] for name, words in NAMES.items()} if get_language() == "fa" else {}


def headings_of(resource: type[IncomingResource]) -> dict[str, str]:
    """Give the heading of each column."""
    language = get_language() or "fa"
    return {name: column.heading(language) for name, column in resource.columns().items()}


def counts(report: Report) -> list[tuple[str, str]]:
    """Give the figures of a report with their words."""
    figures = (
        (_("created"), report.created),
        (_("updated"), report.updated),
        (_("unchanged"), report.unchanged),
        (_("refused"), report.refused_rows),
    )
    return [(word, grouped(count)) for word, count in figures]


def fault_rows(faults: Sequence[Fault], headings: Mapping[str, str]) -> list[FaultRow]:
    """Say what was refused, up to ``SHOWN_MAX``."""
    return [
        FaultRow(
            in_digits(str(fault.row)),
            headings.get(fault.column, fault.column),
            fault.column,
            _(fault.expected),
            fault.got or "—",
            "" if get_language() == "en" else str(fault),
        )
        for fault in faults[:SHOWN_MAX]
    ]


def change_rows(outcome: Outcome, headings: Mapping[str, str]) -> list[ChangeRow]:
    """Say what changes, up to ``SHOWN_MAX``."""
    return [_change_row(change, headings) for change in outcome.changes[:SHOWN_MAX]]


def _change_row(change: Change, headings: Mapping[str, str]) -> ChangeRow:
    values = tuple(
        (headings.get(name, name), said(before), said(after))
        for name, (before, after) in change.values.items()
    )
    return ChangeRow(in_digits(str(change.row)), change.about, change.new, values)


def said(value: Any) -> str:
    """Write a value as the office's lists do."""
    match value:
        case None:
            return "—"
        case bool():
            return _("Yes") if value else _("No")
        case int():
            return grouped(value)
        case datetime():
            return written(value)
        case _:
            return str(value)
