"""Every sample of pyxform's: it loads, or is refused by a name, or as pyxform refuses it.

The samples are of XLSForm/pyxform (BSD-2-Clause) and are not part of this repository.
"""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import pytest
from pyxform.xls2xform import convert

from tests.surveys.asking import begin
from xforms.reading import read

FORMS = Path(__file__).parents[4] / "shared/vectors/surveys/pyxform/tests"
XLSFORMS = ("**/*.xls", "**/*.xlsx", "**/*.csv", "**/*.md", "**/*.xml")
NAMED = {  # refused by a name, though pyxform writes an XForm of them
    "bad_calc.xlsx": "xpath_syntax",  # ODK's validator refuses it as well
    "xl_date_ambiguous.xlsx": "xpath_axis",
    **dict.fromkeys(
        (f"case_insensitivity.{e}" for e in ("csv", "md", "xls", "xlsx")), "limit_recording"
    ),
    "flat_xlsform_test.xlsx": "limit_encryption",
    "flat_xlsform_test.xml": "limit_encryption",
    "gps.xls": "limit_location",
    "sms_info.xls": "limit_recording",
    "widgets.xls": "limit_location",
    "widgets.csv": "limit_location",
    "widgets.xml": "limit_location",
    "xlsform_spec_test.xlsx": "limit_external_app",
    "pull_data.xml": "limit_external_data",
}
ASKED = {  # how many questions are asked at the beginning
    "ODKValidateWarnings": 3, "badly_named_choices_sheet": 2, "blank_second_row": 1,
    "extra_columns": 2, "spaces_in_choices_header": 2, "allow_comment_rows_test": 1,
    "cascading_select_test_equivalent": 1, "choice_filter_test": 3, "choice_name_as_type": 2,
    "default_time_demo": 1, "field-list": 1, "group": 3, "or_other": 2, "repeat_date_test": 4,
    "simple_loop": 2, "specify_other": 1, "style_settings": 2, "survey_no_name": 1,
    "text_and_integer": 2, "utf_csv": 1, "xml_escaping": 1, "yes_or_no_question": 1,
    "table-list": 7,
}  # fmt: skip
pytestmark = pytest.mark.outside


def files() -> list[Path]:
    return sorted({path for pattern in XLSFORMS for path in FORMS.glob(pattern)})


@pytest.fixture(scope="module", autouse=True)
def _here() -> None:
    if not FORMS.exists():
        pytest.skip("the given forms are not here: they are not read")


def taken_by_pyxform(path: Path) -> bool:
    if path.suffix == ".xml":
        return True
    try:
        convert(io.BytesIO(path.read_bytes()), file_type=path.suffix, validate=False)
    except Exception:  # whatever way it refuses in
        return False
    return True


@pytest.mark.parametrize("path", files(), ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_sample_is_asked_or_refused(path: Path) -> None:
    media = {each.name: each.read_bytes() for each in path.parent.glob("*.csv") if each != path}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reading = read(path.name, path.read_bytes(), media)
        taken = taken_by_pyxform(path)
    if not taken:
        assert reading.form is None
        assert {each.kind for each in reading.refused} == {"bad_form"}
        return
    if path.name in NAMED:
        assert NAMED[path.name] in {each.code for each in reading.refused}
        return
    assert reading.form is not None, reading.refused
    session = begin(reading.form)
    assert len(session.visible()) == ASKED[path.stem]
    for _ in range(60):
        if session.page.last or not session.forward():
            break
    assert session.xml().startswith("<")


def test_a_word_that_is_specified_is_asked_for_when_other_is_chosen() -> None:
    form = read("f.xlsx", (FORMS / "example_xls/or_other.xlsx").read_bytes()).form
    assert form is not None
    session = begin(form)
    before = len(session.visible())
    path = next(path for path, control in form.controls.items() if control.tag.startswith("select"))
    session.answer(path, "other")
    assert len(session.visible()) == before + 1
