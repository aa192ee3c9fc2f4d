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
import itertools
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_noop as _

from server.importing.guard import freed

FILE_BYTES_MAX = 16 * 1_048_576
UNPACKED_BYTES_MAX = 128 * 1_048_576
ZIP_MEMBERS_MAX = 500
ROWS_MAX = 200_000
COLUMNS_MAX = 64
DELIMITERS = ",;\t"
NUMBER_MAX = 10**15 - 1  # a spreadsheet keeps 15 digits of a number and makes up the rest
# the last: a compression that no spreadsheet uses
_BROKEN_ARCHIVE = (zipfile.BadZipFile, zlib.error, NotImplementedError)
_ONLY_ZEROS = re.compile(r"0+")
_A_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")

TEXT_OR_NUMBER = _("text or a number")
A_NUMBER_KEPT = _("a number of 15 digits or fewer, or the digits as text")
A_FORMULA_VALUE = _("a formula that has its value: save the file in a spreadsheet program first")


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
    may have been lost there. ``odd`` are the cells that hold neither text nor a number that
    can be trusted, with what was expected there; their text is what to show of them.
    """

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    numbers: frozenset[tuple[int, str]] = frozenset()
    odd: Mapping[tuple[int, str], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    number: bool = False
    odd: str = ""  # what was expected, where it is neither text nor a number to trust


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
    header = _header(next(rows, []))
    numbers: set[tuple[int, str]] = set()
    odd: dict[tuple[int, str], str] = {}
    read: list[Row] = []
    for number, cells in enumerate(rows, start=2):
        if number > ROWS_MAX + 1:
            raise TableError(f"expected {ROWS_MAX} rows or fewer, got more")
        if any(cell.text for cell in cells):
            read.append(_row(number, header, cells))
            named = tuple(zip(header, cells, strict=False))
            numbers.update((number, column) for column, cell in named if cell.number)
            odd.update(((number, column), cell.odd) for column, cell in named if cell.odd)
    return Table(header, tuple(read), frozenset(numbers), odd)


def _header(cells: list[_Cell]) -> tuple[str, ...]:
    for cell in cells:
        if cell.odd:
            raise TableError(f"row 1: expected {cell.odd}, got {cell.text}")
    header = tuple(cell.text for cell in cells)
    while header and not header[-1]:
        header = header[:-1]
    if not header:
        raise TableError("expected a header in the first row, got an empty row")
    if len(header) > COLUMNS_MAX:
        raise TableError(f"expected {COLUMNS_MAX} columns or fewer, got {len(header)}")
    if twice := {name for name in header if header.count(name) > 1}:
        raise TableError(f"expected each column once, got {sorted(twice)[0]!r} twice")
    return header


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
            yield [_Cell(freed(cell.strip())) for cell in cells]
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
    from openpyxl.utils.exceptions import InvalidFileException

    has_formulas = _check_archive(content)
    try:
        values = _sheet_rows(content, values=True)
        formulas = _sheet_rows(content, values=False) if has_formulas else itertools.repeat(())
        for row, written in zip(values, formulas, strict=False):
            cells = itertools.zip_longest(row, written)
            yield _without_empty_end([_xlsx_cell(cell, formula) for cell, formula in cells])
    except (*_BROKEN_ARCHIVE, EOFError, OSError) as error:
        raise TableError(f"expected a whole XLSX file, got {error}") from None
    except RuntimeError as error:  # so zipfile says that a part is encrypted
        raise TableError(f"expected an XLSX file without a password, got {error}") from None
    except (InvalidFileException, LookupError, ValueError, TypeError, SyntaxError) as error:
        raise TableError(f"expected an XLSX workbook with a sheet, got {error}") from None


def _sheet_rows(content: bytes, *, values: bool) -> Iterator[tuple[Any, ...]]:
    """Give the first sheet's cells, either with values or with formulas as they are written."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=values)
    # one row and column too many, so that a table too large is told from one that just fits
    yield from book.worksheets[0].iter_rows(max_row=ROWS_MAX + 2, max_col=COLUMNS_MAX + 1)


def _check_archive(content: bytes) -> bool:
    """Refuse an archive that is huge, broken or locked; tell whether its sheets have formulas.

    ``zipfile`` reads no more of a part than the archive says of its size.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        _check_sizes(archive.infolist())
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        return any(_A_FORMULA.search(archive.read(name)) for name in sheets)
    except (*_BROKEN_ARCHIVE, EOFError, OSError, ValueError) as error:
        raise TableError(f"expected a whole XLSX file, got {error}") from None
    except RuntimeError as error:  # so zipfile says that a part is encrypted
        raise TableError(f"expected an XLSX file without a password, got {error}") from None


def _check_sizes(members: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(member.file_size for member in members)
    if len(members) > ZIP_MEMBERS_MAX or unpacked > UNPACKED_BYTES_MAX:
        raise TableError(
            f"expected {UNPACKED_BYTES_MAX} bytes or fewer when unpacked, got {unpacked} "
            f"in {len(members)} parts"
        )


def _xlsx_cell(cell: Any, written: Any = None) -> _Cell:
    """Read a cell; ``written`` is the same one with its formula, where the sheet has any."""
    value = cell.value if cell else None
    if value is None:
        if written is not None and written.data_type == "f":
            return _Cell(_formula(written.value), odd=A_FORMULA_VALUE)
        return _Cell("")
    if isinstance(value, str):
        return _Cell(freed(value.strip()), odd=TEXT_OR_NUMBER if cell.data_type == "e" else "")
    if isinstance(value, bool):
        return _Cell(str(value).upper(), odd=TEXT_OR_NUMBER)
    if not isinstance(value, int | float):  # a day or an hour, which 1-2 turns into unasked
        return _Cell(str(value), odd=TEXT_OR_NUMBER)
    return _number(value, cell.number_format or "")


def _formula(value: Any) -> str:
    """Give a formula as it is written; one over several cells is an object that holds it."""
    return str(getattr(value, "text", value) or "=")


def _number(value: float, shown: str) -> _Cell:
    if not abs(value) <= NUMBER_MAX:  # so that NaN is refused too
        return _Cell(f"{value:g}", odd=A_NUMBER_KEPT)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value)
    if _ONLY_ZEROS.fullmatch(shown) and isinstance(value, int):
        return _Cell(text.zfill(len(shown)))  # the zeros are in the file: nothing was lost
    return _Cell(text, number=True)


def _without_empty_end(cells: Iterable[_Cell]) -> list[_Cell]:
    kept = list(cells)
    while kept and not kept[-1].text:
        kept.pop()
    return kept
