import io
import random
import re
import struct
import zipfile
from datetime import date
from typing import Any

import openpyxl
import pytest

from server.importing import tables
from server.importing.tables import TableError, read_table


def xlsx(*rows: list[Any], formats: dict[str, str] | None = None) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cell, number_format in (formats or {}).items():
        book.active[cell].number_format = number_format
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def cells(content: bytes) -> list[list[str]]:
    return [list(row.cells.values()) for row in read_table("file", content).rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1256"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_in_each_encoding_and_with_each_delimiter(
    encoding: str, delimiter: str
) -> None:
    text = "sku,نام,price\r\n001,برنج پاک,5\r\n".replace(",", delimiter)
    table = read_table("a.csv", text.encode(encoding))
    assert table.header == ("sku", "نام", "price")
    assert table.rows[0].cells == {"sku": "001", "نام": "برنج پاک", "price": "5"}


def test_leading_zeros_of_csv_and_of_text_cells_stay() -> None:
    assert cells(b"sku,gtin\n001,0012\n") == [["001", "0012"]]
    assert cells(xlsx(["sku", "gtin"], ["001", "0012"])) == [["001", "0012"]]


def test_a_number_cell_is_told_apart_unless_its_format_shows_the_zeros() -> None:
    content = xlsx(["sku", "gtin"], [12, 6260100000100], formats={"A2": "000000"})
    table = read_table("a.xlsx", content)
    assert table.rows[0].cells == {"sku": "000012", "gtin": "6260100000100"}
    assert table.numbers == {(2, "gtin")}


def test_a_whole_float_of_xlsx_is_a_whole_number_and_another_is_not() -> None:
    assert cells(xlsx(["a", "b"], [6.2601000001e12, 12.5])) == [["6260100000100", "12.5"]]


def test_rows_are_numbered_as_the_spreadsheet_shows_them() -> None:
    table = read_table("a.csv", b'sku,name\n1,"two\nlines"\n\n,\n4,x\n')
    assert [row.number for row in table.rows] == [2, 5]
    table = read_table("a.xlsx", xlsx(["sku"], [1], [None], [3]))
    assert [row.number for row in table.rows] == [2, 4]


def test_a_short_row_is_filled_up_and_a_long_one_cut() -> None:
    assert cells(b"a,b\n1\n1,2,3\n") == [["1", ""], ["1", "2"]]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "got an empty file"),
        (b" \n\n", "got an empty file"),
        (b",,\n1,2,3\n", "got an empty row"),
        (b"sku,sku\n1,2\n", "got 'sku' twice"),
        (b'sku\n"open\n', "line 2: expected CSV"),
        (b"\x7fELF\x00\x00", "got a file of another kind"),
        (b"PK\x03\x04 not a ZIP", "expected a whole XLSX file"),
        (b"a\n" * 2 + b"x" * tables.FILE_BYTES_MAX, "bytes or fewer"),
        (",".join(map(str, range(65))).encode() + b"\n", "64 columns or fewer, got 65"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_one_clear_line(content: bytes, told: str) -> None:
    with pytest.raises(TableError) as error:
        read_table("a.csv", content)
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(TableError, match="expected an XLSX workbook"):
        read_table("a.xlsx", stream.getvalue())


def test_a_cut_off_workbook_is_refused() -> None:
    with pytest.raises(TableError, match="expected a whole XLSX file"):
        read_table("a.xlsx", xlsx(["sku"], [1])[:-30])


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(13):
            archive.writestr(f"{n}.xml", bytes(10 * 1_048_576))
    assert len(stream.getvalue()) < 1_048_576
    with pytest.raises(TableError, match="when unpacked, got 136314880"):
        read_table("a.xlsx", stream.getvalue())


def test_a_zip_bomb_that_lies_about_its_size_is_not_unpacked_either() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(10 * 1_048_576))
    lying = stream.getvalue().replace(struct.pack("<L", 10 * 1_048_576), struct.pack("<L", 10))
    with pytest.raises(TableError, match="expected"):
        read_table("a.xlsx", lying)


def refusal(content: bytes) -> str:
    try:
        read_table("a.xlsx", content)
    except TableError as error:
        return str(error)
    return ""


def test_a_workbook_with_one_changed_byte_is_read_or_refused_in_one_line() -> None:
    whole = xlsx(["sku", "name", "price"], *([n, f"برنج {n}", n * 1.5] for n in range(20)))
    assert refusal(whole) == ""
    chance, refusals = random.Random(7), []
    for _ in range(400):
        changed = bytearray(whole)
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        refusals.append(refusal(bytes(changed)))
    assert [told for told in refusals if "\n" in told] == []
    assert sum(bool(told) for told in refusals) > 200


@pytest.mark.parametrize(
    ("offsets", "field", "told"),
    [((6, 8), 1, "without a password"), ((8, 10), 99, "whole XLSX file, got That compression")],
    ids=["encrypted", "an unknown compression"],
)
def test_a_locked_or_strangely_packed_workbook_is_refused(
    offsets: tuple[int, int], field: int, told: str
) -> None:
    content = bytearray(xlsx(["sku"], [1]))
    for mark, offset in zip((b"PK\x03\x04", b"PK\x01\x02"), offsets, strict=True):
        at = content.find(mark)
        while at >= 0:
            struct.pack_into("<H", content, at + offset, field)
            at = content.find(mark, at + 4)
    with pytest.raises(TableError, match=told):
        read_table("a.xlsx", bytes(content))


@pytest.mark.parametrize(
    ("value", "expected", "shown"),
    [
        (True, tables.TEXT_OR_NUMBER, "TRUE"),
        (date(2026, 2, 1), tables.TEXT_OR_NUMBER, "2026-02-01 00:00:00"),
        ("#N/A", tables.TEXT_OR_NUMBER, "#N/A"),
        (1e300, tables.A_NUMBER_KEPT, "1e+300"),
        (-(10**15), tables.A_NUMBER_KEPT, "-1e+15"),
        ("=1+1", tables.A_FORMULA_VALUE, "=1+1"),
    ],
)
def test_a_cell_that_is_neither_text_nor_a_number_to_trust_is_told(
    value: object, expected: str, shown: str
) -> None:
    table = read_table("a.xlsx", xlsx(["sku", "note"], ["7", value]))
    assert table.odd == {(2, "note"): expected}
    assert table.rows[0].cells["note"] == shown
    with pytest.raises(TableError, match="row 1: expected"):
        read_table("a.xlsx", xlsx(["sku", value], ["7", "x"]))


def test_a_formula_with_its_value_is_its_value() -> None:
    content = xlsx(["sku", "price"], ["7", "=40+2"])
    unpacked = zipfile.ZipFile(io.BytesIO(content))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in unpacked.namelist():
            archive.writestr(name, re.sub(rb"<v ?/>|<v></v>", b"<v>42</v>", unpacked.read(name)))
    table = read_table("a.xlsx", stream.getvalue())
    assert table.rows[0].cells == {"sku": "7", "price": "42"}
    assert table.odd == {}


def test_more_rows_than_are_taken_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "ROWS_MAX", 3)
    assert len(read_table("a.csv", b"a\n1\n2\n3\n").rows) == 3
    for content in (b"a\n1\n2\n3\n4\n", xlsx(["a"], [1], [2], [3], [4])):
        with pytest.raises(TableError, match="3 rows or fewer"):
            read_table("a", content)
