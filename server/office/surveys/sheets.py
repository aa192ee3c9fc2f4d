"""A report as tables: the same figures for the page to print, for CSV and for XLSX.

Cells are guarded (``exchange.columns.cell_of``): an answer that looks like a formula is carried
out by no spreadsheet.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import openpyxl
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl.cell import WriteOnlyCell

from retail.survey_figures import Crossed
from server.office.exchange.columns import Cell, cell_of
from server.office.exchange.formats import TITLE_LENGTH_MAX
from server.surveys.reports.questions import AskedQuestion
from server.surveys.reports.report import QuestionReport, Report

_NO_SHEET: Final = str.maketrans(dict.fromkeys(r"[]:*?/\'", " "))


class Part(float):
    """A part of a whole, 0 to 1: people read it in percent."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with a title; figures are numbers, everything else is text."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def sheets_of(report: Report) -> tuple[Sheet, ...]:
    """Give every table of a report, in the page's order."""
    return (_counts(report), _days(report), steps_sheet(report), *_questions(report))


def _counts(report: Report) -> Sheet:
    counts = report.counts
    rows: list[tuple[Any, ...]] = [
        (_("complete"), counts.complete),
        (_("partial"), counts.partial),
        (_("thrown away"), counts.thrown_away),
        (_("repeats"), counts.repeat),
        (_("beyond the quota"), counts.beyond),
    ]
    if report.quota:
        rows.append((_("quota"), report.quota.wanted))
    rows += [(f"{_('store')}: {store or '—'}", count) for store, count in report.by_store.items()]
    rows += [(f"{_('language')}: {name or '—'}", n) for name, n in report.by_language.items()]
    return Sheet(_("Answers"), (_("what"), _("count")), tuple(rows))


def _days(report: Report) -> Sheet:
    rows = tuple((day.isoformat(), count) for day, count in report.by_day.items())
    return Sheet(_("By day"), (_("day"), _("count")), rows)


def steps_sheet(report: Report) -> Sheet:
    """Write how far people came, page by page."""
    head = (_("page"), _("came to it"), _("left there"), _("part that left"))
    rows = tuple(
        (page_label(report, step.path), step.reached, step.left, Part(round(step.share_left, 4)))
        for step in report.steps
    )
    return Sheet(_("Where people leave"), head, rows)


def page_label(report: Report, path: str) -> str:
    """Name a page by its question, or by its place in the form where it is none's."""
    for told in report.questions:
        if path in (told.question.page, told.question.path):
            return told.question.label
    return path.rsplit("/", 1)[-1]


def _questions(report: Report) -> Iterator[Sheet]:
    for number, told in enumerate(report.questions, start=1):
        yield Sheet(f"{number}. {told.question.label}", _head(), tuple(_rows(told)))


def _head() -> tuple[str, ...]:
    return (_("figure"), _("value"), _("count"), _("part"))


def _rows(told: QuestionReport) -> Iterator[tuple[Any, ...]]:
    question = told.question
    yield (_("answered"), "", told.answered, "")
    for share in told.shares:
        yield (
            question.label_of(share.value),
            share.value,
            share.count,
            Part(round(share.share, 4)),
        )
    yield from _of_numbers(told)
    yield from _of_scores(told)
    for rank in told.ranks:
        yield (question.label_of(rank.value), round(rank.mean_place, 3), rank.first, "")
    for word, count in told.words:
        yield (_("word"), word, count, "")
    for text in told.texts:
        yield (_("text"), text, "", "")


def _of_numbers(told: QuestionReport) -> Iterator[tuple[Any, ...]]:
    if found := told.numbers:
        yield (_("mean"), round(found.mean, 4), found.count, "")
        yield (_("median"), found.median, found.count, "")
        yield (_("least"), found.least, "", "")
        yield (_("most"), found.most, "", "")
        if found.deviation is not None:
            yield (_("standard deviation"), round(found.deviation, 4), "", "")
    for each in told.bins:
        yield (_("from … up to"), f"{each.start:g} – {each.end:g}", each.count, "")


def _of_scores(told: QuestionReport) -> Iterator[tuple[Any, ...]]:
    if score := told.promoters:
        yield (_("net promoter score"), round(score.score, 2), score.count, "")
        if score.half_interval is not None:
            yield (_("± with 95 % certainty"), round(score.half_interval, 2), "", "")
        for name, count in (
            (_("promoters"), score.promoters),
            (_("passives"), score.passives),
            (_("detractors"), score.detractors),
        ):
            yield (name, "", count, Part(round(count / score.count, 4)))


def crossed_sheet(row: AskedQuestion, column: AskedQuestion, table: Crossed) -> Sheet:
    """Write a table of two questions, with its sums."""
    head = (row.label, *(column.label_of(value) for value in table.columns), _("sum"))
    rows = tuple(
        (row.label_of(value), *cells, total)
        for value, cells, total in zip(table.rows, table.cells, table.row_sums, strict=True)
    )
    sums = (_("sum"), *table.column_sums, sum(table.row_sums))
    return Sheet(f"{row.label} × {column.label}", head, (*rows, sums))


def as_csv(sheets: Iterable[Sheet]) -> bytes:
    """Write tables below one another, each row behind its table's title."""
    stream = io.StringIO()
    writer = csv.writer(stream, quoting=csv.QUOTE_NONNUMERIC)
    for sheet in sheets:
        for row in (sheet.head, *sheet.rows):
            writer.writerow([_cell(sheet.title), *map(_cell, row)])
    return stream.getvalue().encode("utf-8-sig")


def as_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """Write a workbook with a sheet for each table, from right to left in Persian."""
    book = openpyxl.Workbook(write_only=True)
    for number, sheet in enumerate(sheets, start=1):
        page = book.create_sheet(f"{number} {sheet.title}".translate(_NO_SHEET)[:TITLE_LENGTH_MAX])
        page.sheet_view.rightToLeft = get_language() == "fa"
        page.freeze_panes = "A2"
        for row in (sheet.head, *sheet.rows):
            page.append([_written(page, cell) for cell in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _cell(value: Any) -> Cell | float:
    return value if isinstance(value, float) else cell_of(value)


def _written(page: Any, value: Any) -> Any:
    told = _cell(value)
    if isinstance(value, Part):
        cell = WriteOnlyCell(page, float(value))
        cell.number_format = "0.0%"
        return cell
    if told == "" or isinstance(told, int | float):
        return told if told != "" else None
    cell = WriteOnlyCell(page, told)
    cell.data_type = "s"  # also of what looks like a formula or a day
    return cell
