"""All that is wrong with a form at once, each with its sheet, row and column."""

from __future__ import annotations

import pytest

from tests.surveys.asking import sheets_of
from xforms.reading import Reading, read, read_rows

MANY = """survey
 | type | name | label | relevance | constraint | calculation | appearance | choice_filter
 | text | | No name | | | |
 | dance | b | Unknown type | | | |
 | text | c | ${nope} | | | |
 | text | d | D | | | |
 | text | d | D again | | | |
"""
LATER = """survey
 | type | name | label | relevance | constraint | calculation | appearance
 | geopoint | place | Where | | | |
 | begin group | g | G | | | |
 | audio | voice | Say it | | | |
 | text | x | X | foo( | | |
 | text | y | Y | | nope(.) | |
 | text | z | Z | | | | ex:other.app
 | end group | | | | | |
 | calculate | one | | | | ${two} + 1 |
 | calculate | two | | | | ${one} + 1 |
"""


def places(reading: Reading) -> list[tuple[int, str, str]]:
    return [(each.place.row, each.place.column, each.code) for each in reading.refused]


def test_what_pyxform_stops_at_is_told_all_at_once() -> None:
    reading = read_rows(sheets_of(MANY))
    assert reading.form is None
    assert [(row, column) for row, column, _ in places(reading)] == [
        (2, ""), (3, "type"), (4, "label"), (6, "name"),
    ]  # fmt: skip
    assert all(each.place.sheet == "survey" for each in reading.refused)
    assert "nope" in reading.refused[2].message


def test_what_the_run_time_refuses_is_told_with_row_and_column_as_headed() -> None:
    reading = read_rows(sheets_of(LATER))
    assert places(reading) == [
        (2, "type", "limit_location"),
        (4, "type", "limit_recording"),
        (5, "relevance", "xpath_syntax"),
        (6, "constraint", "xpath_unknown_function"),
        (7, "appearance", "limit_external_app"),
        (9, "calculation", "cycle"),
    ]
    assert {each.kind for each in reading.refused} == {"limit", "bad_form"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("form.txt", b"x"),
        ("form.xlsx", b"not a zip"),
        ("form.xls", b"\xd0\xcf\x11\xe0 garbage"),
        ("form.md", b"| survey |"),
        ("form.csv", b"\xff\xfe\x00"),
        ("form.xml", b"<a"),
        ("form.xml", b"<a/>"),
        ("form.xml", b""),
        ("form", b""),
    ],
)
def test_what_is_no_form_is_refused_in_a_sentence(name: str, content: bytes) -> None:
    reading = read(name, content)
    assert reading.form is None
    assert reading.refused
    assert all(each.message for each in reading.refused)


def test_a_missing_list_and_an_open_group_are_named() -> None:
    assert "choices" in str(read_rows(sheets_of(
        "survey\n | type | name | label\n | select_one l | a | A\n"
    )).refused[0])  # fmt: skip
    (problem,) = read_rows(sheets_of(
        "survey\n | type | name | label\n | begin group | g | G\n | text | a | A\n"
    )).refused  # fmt: skip
    assert problem.place.row == 2


def test_choices_that_cannot_be_are_each_named_by_their_cell() -> None:
    reading = read_rows({
        "survey": [{"type": "select_multiple fruit", "name": "fr", "label": "F"}],
        "choices": [
            {"list_name": "fruit", "name": name, "label": "x"} for name in ("a", "b b", "c c")
        ],
    })  # fmt: skip
    places = [(each.place.sheet, each.place.row, each.place.column) for each in reading.problems]
    assert places == [("choices", 3, "name"), ("choices", 4, "name")]


def test_one_form_in_every_kind_of_file_is_the_same_form() -> None:
    table = "| survey |\n| | type | name | label |\n| | text | a | نام |\n"
    csv = "survey,,,\n,type,name,label\n,text,a,نام\n"
    first, second = read("f.md", table.encode()), read("f.csv", csv.encode())
    assert first.form is not None
    assert second.form is not None
    assert first.xform == second.xform
    third = read("f.xml", first.xform.encode())
    assert third.form is not None
    assert third.form.controls.keys() == first.form.controls.keys()
