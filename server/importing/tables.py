"""From the bytes of a CSV or XLSX file to rows of cells; what the cells mean is not known here.

Leading zeros: text stays text. A number cell of XLSX has none of its own, but keeps those that
its number format shows (``000000``). Rows are numbered as a spreadsheet shows them, the header
being row 1.

XLSX is a ZIP of XML, so a small file may claim to be huge: sizes are checked before unpacking,
rows and columns while reading. Against entities that multiply, expat has its own bound (2.4.1).

Source: docs/server.md, "Importing products".
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

FILE_BYTES_MAX = 16 * 1_048_576
UNPACKED_BYTES_MAX = 128 * 1_048_576
ZIP_MEMBERS_MAX = 500
ROWS_MAX = 200_000
COLUMNS_MAX = 64
DELIMITERS = ",;\t"
_ONLY_ZEROS = re.compile(r"0+")


class TableError(Exception):
    """The file as a whole cannot be read; the text says what was expected and what came."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row; cells stand under the header's words as these are written in the file."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A header and its rows; empty rows are left out but counted.

    ``numbers`` are the cells that were numbers in the file, as (row, header): a leading zero
    may have been lost there.
    """

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    numbers: frozenset[tuple[int, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    number: bool = False


def read_table(name: str, content: bytes) -> Table:
    """Read ``content``, XLSX if it is a ZIP archive, otherwise CSV; raises ``TableError``."""
    if len(content) > FILE_BYTES_MAX:
        raise TableError(f"expected a file of {FILE_BYTES_MAX} bytes or fewer, got {len(content)}")
    if not content.strip():
        raise TableError(f"expected a header and rows, got an empty file {name}")
    if content.startswith(b"PK\x03\x04"):
        return _table(_xlsx_rows(content))
    return _table(_csv_rows(content))


def _table(rows: Iterator[list[_Cell]]) -> Table:
    header = tuple(cell.text for cell in next(rows, []))
    while header and not header[-1]:
        header = header[:-1]
    if not header:
        raise TableError("expected a header in the first row, got an empty row")
    if len(header) > COLUMNS_MAX:
        raise TableError(f"expected {COLUMNS_MAX} columns or fewer, got {len(header)}")
    if twice := {name for name in header if header.count(name) > 1}:
        raise TableError(f"expected each column once, got {sorted(twice)[0]!r} twice")
    numbers: set[tuple[int, str]] = set()
    read: list[Row] = []
    for number, cells in enumerate(rows, start=2):
        if number > ROWS_MAX + 1:
            raise TableError(f"expected {ROWS_MAX} rows or fewer, got more")
        if any(cell.text for cell in cells):
            read.append(_row(number, header, cells))
            named = zip(header, cells, strict=False)
            numbers.update((number, column) for column, cell in named if cell.number)
    return Table(header, tuple(read), frozenset(numbers))


def _row(number: int, header: tuple[str, ...], cells: list[_Cell]) -> Row:
    texts = [cell.text for cell in cells]
    texts += [""] * (len(header) - len(texts))
    return Row(number, dict(zip(header, texts, strict=False)))


# ---- CSV


def _csv_rows(content: bytes) -> Iterator[list[_Cell]]:
    text = _decode(content)
    if "\0" in text:
        raise TableError("expected CSV or XLSX, got a file of another kind")
    first_line = text.lstrip().partition("\n")[0]
    delimiter = max(DELIMITERS, key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            yield [_Cell(cell.strip()) for cell in cells]
    except csv.Error as error:
        raise TableError(f"line {reader.line_num}: expected CSV, got {error}") from None


def _decode(content: bytes) -> str:
    """Decode UTF-8, with or without mark, UTF-16 with mark, or else Windows' Persian code page."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1256")


# ---- XLSX


def _xlsx_rows(content: bytes) -> Iterator[list[_Cell]]:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    _check_sizes(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        # one row and column too many, so that a table too large is told from one that just fits
        for row in sheet.iter_rows(max_row=ROWS_MAX + 2, max_col=COLUMNS_MAX + 1):
            yield _without_empty_end([_xlsx_cell(cell) for cell in row])
    except (InvalidFileException, KeyError, IndexError, ValueError, SyntaxError) as error:
        raise TableError(f"expected an XLSX workbook with a sheet, got {error}") from None
    except (zipfile.BadZipFile, EOFError, OSError) as error:
        raise TableError(f"expected a whole XLSX file, got {error}") from None


def _check_sizes(content: bytes) -> None:
    """Refuse an archive that says it is huge; ``zipfile`` reads no more than what is said."""
    try:
        members = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except zipfile.BadZipFile as error:
        raise TableError(f"expected a whole XLSX file, got {error}") from None
    unpacked = sum(member.file_size for member in members)
    if len(members) > ZIP_MEMBERS_MAX or unpacked > UNPACKED_BYTES_MAX:
        raise TableError(
            f"expected {UNPACKED_BYTES_MAX} bytes or fewer when unpacked, got {unpacked} "
            f"in {len(members)} parts"
        )


def _xlsx_cell(cell: Any) -> _Cell:
    value = cell.value
    if value is None:
        return _Cell("")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _Cell(str(value).strip())
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value)
    shown = cell.number_format or ""
    if _ONLY_ZEROS.fullmatch(shown) and isinstance(value, int):
        return _Cell(text.zfill(len(shown)))  # the zeros are in the file: nothing was lost
    return _Cell(text, number=True)


def _without_empty_end(cells: Iterable[_Cell]) -> list[_Cell]:
    kept = list(cells)
    while kept and not kept[-1].text:
        kept.pop()
    return kept
