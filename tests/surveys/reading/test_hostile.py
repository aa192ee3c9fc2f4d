"""Hostile forms do no harm and are named: each in a process with a limit of time and memory."""

from __future__ import annotations

import io
import resource
import time
import zipfile

import openpyxl
import pytest

from tests.surveys.asking import begin, sheets_of
from xforms.problems import FormRefusedError
from xforms.reading import read, read_rows

HEAD = (
    '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head>'
    "<h:title>x</h:title><model><instance><data id='x'><a/></data></instance>"
)
TAIL = "</model></h:head><h:body>{body}</h:body></h:html>"
BOMB = (
    '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(97 + n)} "{f"&{chr(96 + n)};" * 10}">' for n in range(1, 9))
    + "]>"
)
OUTSIDE = '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
DTD = '<!DOCTYPE d SYSTEM "http://127.0.0.1:9/x.dtd">'


def book(change: dict[str, bytes] | None = None, rows: int = 1) -> bytes:
    """Make a workbook, with parts of it put in other words."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "survey"
    sheet.append(["type", "name", "label", "hint"])
    for number in range(rows):
        sheet.append(["text", f"q{number}", "Q", "=1+1"])
    stream = io.BytesIO()
    made.save(stream)
    if not change:
        return stream.getvalue()
    fresh = io.BytesIO()
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, change.get(part, old.read(part)))
        for part, content in change.items():
            if part not in old.namelist():
                new.writestr(part, content)
    return fresh.getvalue()


def xform(body: str, before: str = "", model: str = "") -> bytes:
    return (before + HEAD + model + TAIL.format(body=body)).encode()


HOSTILE = {
    "entity bomb": ("f.xml", xform('<input ref="/data/a"><label>&i;</label></input>', BOMB), "entity"),
    "external entity": ("f.xml", xform('<input ref="/data/a"><label>&a;</label></input>', OUTSIDE), "entity"),
    "external dtd": ("f.xml", xform("", DTD), "entity"),
    "deep": ("f.xml", xform("<group>" * 2_000 + "</group>" * 2_000), ""),
    "entity bomb in a workbook": (
        "f.xlsx",
        book({"xl/worksheets/sheet1.xml": BOMB.encode() + b"<worksheet>&i;</worksheet>"}),
        "entity",
    ),
    "zip bomb": ("f.xlsx", book({"xl/media/image.bin": bytes(200 * 1024 * 1024)}), "limit_size"),
    "many parts": ("f.xlsx", book({f"p{n}": b"" for n in range(1_200)}), "limit_size"),
    "too large": ("f.md", b"|" * (4 * 1024 * 1024 + 1), "limit_size"),
    "too many rows": ("f.xlsx", book(rows=20_001), "limit_size"),
    "long expression": (
        "f.xml",
        xform('<input ref="/data/a"/>', model=f'<bind nodeset="/data/a" calculate="{"1+" * 9_000}1"/>'),
        "xpath_too_long",
    ),
    "endless pattern": (
        "f.xml",
        xform('<input ref="/data/a"/>', model='<bind nodeset="/data/a" constraint="regex(., \'(a+)+$\')"/>'),
        "xpath_pattern",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("name", "content", "code"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_by_name_soon_and_in_little_memory(
    name: str, content: bytes, code: str
) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    reading = read(name, content)
    assert time.process_time() - started < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400 * 1024
    assert reading.form is None
    assert code in {each.code for each in reading.refused} or not code
    assert "localhost" not in str(reading.refused)


def test_a_hundred_thousand_choices_are_refused_by_name() -> None:
    items = "".join(f"<item><name>{n}</name></item>" for n in range(100_000))
    told = xform(
        '<select1 ref="/data/a"><label>A</label><itemset nodeset="instance(\'l\')/root/item">'
        '<value ref="name"/><label ref="name"/></itemset></select1>',
        model=f'<instance id="l"><root>{items}</root></instance><bind nodeset="/data/a"/>',
    )
    reading = read("f.xml", told)
    assert reading.form is None
    assert {each.code for each in reading.refused} == {"limit_size"}


def test_markup_in_words_is_told_and_is_text() -> None:
    sheets = sheets_of(
        "survey\n | type | name | label\n | note | a | <script>alert(1)</script> *hi* <b>x</b>\n"
    )
    reading = read_rows(sheets)
    assert [each.code for each in reading.warnings] == ["markup"]
    assert reading.form is not None
    label = begin(reading.form).page.questions[0].label
    assert "<script>alert(1)</script>" in "".join(span.text for span in label)
    assert any(span.text == "x" and span.strong for span in label)


def test_a_formula_in_a_cell_is_its_text_or_value_and_never_worked_out() -> None:
    reading = read("f.xlsx", book())
    assert reading.form is not None
    assert begin(reading.form).page.questions[0].hint == ()


def test_answers_are_kept_as_text_whatever_they_look_like() -> None:
    session = begin("survey\n | type | name | label\n | text | a | A\n")
    for told in ("=cmd|' /C calc'!A0", "\x00\x08<a>&b;", "x" * 50_000, "‮abc"):
        session.answer("a", told)
        assert len(session.data()["/data/a"]) <= 10_000
        assert "\x00" not in session.xml()
        assert "&b;" not in session.xml().replace("&amp;b;", "")


def test_endless_counts_and_values_end() -> None:
    session = begin(
        "survey\n | type | name | label | repeat_count\n | decimal | n | N |\n"
        " | begin repeat | r | R | ${n}\n | text | a | A |\n | end repeat | | |\n"
    )
    for told in ("1e99", "99999999999", "NaN", "-1"):
        session.answer("n", told)
    session.answer("n", "100000000")
    assert len(session.visible()) <= 502


def test_a_form_that_is_refused_says_so_when_it_is_loaded() -> None:
    with pytest.raises(FormRefusedError, match="circle"):
        begin("survey\n | type | name | label | calculation\n | calculate | a | | ${a}\n")
