"""The two kinds of files that tables are exported to: XLSX, and CSV as spreadsheets open it.

Cells come guarded (``columns.cell_of``). In XLSX a text is stored as a text whatever it looks
like, so no zero is lost and no formula is made of it; CSV has no such thing, there the guard
alone stands.
"""

from __future__ import annotations

import csv
import io
from typing import Any, Final

import openpyxl
from import_export.formats.base_formats import Format
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter

from server.office.exchange.columns import Cell

WIDTH_MIN, WIDTH_MAX = 10, 50  # of a column, in characters
WIDTH_ROWS: Final = 200  # how many rows it is measured by
TITLE_LENGTH_MAX: Final = 31  # of a sheet, in XLSX


class Csv(Format):
    """UTF-8 with its mark, by which spreadsheets know it."""

    def get_title(self) -> str:
        """Name it for people."""
        return "CSV"

    def get_extension(self) -> str:
        """Give the ending of a file's name."""
        return "csv"

    def get_content_type(self) -> str:
        """Name it for browsers."""
        return "text/csv; charset=utf-8"

    def can_export(self) -> bool:
        """Tell that it can be written."""
        return True

    def export_data(self, dataset: Any, **_: Any) -> bytes:
        """Write a table."""
        stream = io.StringIO()
        writer = csv.writer(stream, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerow(dataset.headers)
        writer.writerows(dataset)
        return stream.getvalue().encode("utf-8-sig")


class Xlsx(Format):
    """A workbook with one sheet, from right to left where its header is Persian."""

    def get_title(self) -> str:
        """Name it for people."""
        return "XLSX"

    def get_extension(self) -> str:
        """Give the ending of a file's name."""
        return "xlsx"

    def get_content_type(self) -> str:
        """Name it for browsers."""
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def can_export(self) -> bool:
        """Tell that it can be written."""
        return True

    def export_data(self, dataset: Any, **_: Any) -> bytes:
        """Write a table."""
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet((dataset.title or "table")[:TITLE_LENGTH_MAX])
        sheet.freeze_panes = "A2"
        sheet.sheet_view.rightToLeft = not all(map(str.isascii, dataset.headers))
        for number, width in enumerate(_widths(dataset), start=1):
            sheet.column_dimensions[get_column_letter(number)].width = width
        for row in (dataset.headers, *dataset):
            sheet.append([_written(sheet, cell) for cell in row])
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()


def _written(sheet: Any, value: Cell) -> Any:
    if value == "":
        return None
    if isinstance(value, int):
        return value
    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"  # also of what looks like a formula or a day
    return cell


def _widths(dataset: Any) -> list[int]:
    rows = [dataset.headers, *(dataset[at] for at in range(min(len(dataset), WIDTH_ROWS)))]
    longest = [max(len(str(cell)) for cell in column) for column in zip(*rows, strict=True)]
    return [min(max(length + 2, WIDTH_MIN), WIDTH_MAX) for length in longest]
