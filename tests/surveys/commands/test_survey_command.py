"""``kiosk survey``: what store IT and others see of a form without a screen."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kiosk.__main__ import main

FORM = """| survey |
| | type | name | label::Persian (fa) | label::English (en) | relevant | constraint | required |
| | integer | age | سن؟ | Your age? | | . < 120 | yes |
| | text | work | کار؟ | Your work? | ${age} > 17 | | |
| | note | bye | خداحافظ | Bye, ${age} | | | |
| settings |
| | default_language |
| | Persian (fa) |
"""
BAD = """| survey |
| | type | name | label | calculation |
| | dance | a | A | |
| | calculate | b | | nope( |
"""


@pytest.fixture
def form(tmp_path: Path) -> Path:
    path = tmp_path / "form.md"
    path.write_text(FORM, "utf-8")
    return path


def replay(
    form: Path, script: object, capsys: pytest.CaptureFixture[str]
) -> tuple[int, list[dict[str, Any]]]:
    steps = form.parent / "steps.json"
    steps.write_text(json.dumps(script), "utf-8")
    status = main(["survey", "run", str(form), "--script", str(steps), "--json"])
    return status, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_check_tells_all_problems_with_row_and_column(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.md"
    bad.write_text(BAD, "utf-8")
    assert main(["survey", "check", str(bad)]) == 1
    told = capsys.readouterr().out
    assert "survey, row 2, type: Unknown question type 'dance'" in told
    assert "survey, row 3, calculation: b: Expected" in told
    assert main(["survey", "check", str(bad), "--json"]) == 1
    record = json.loads(capsys.readouterr().out)
    assert record["ok"] is False
    assert record["problems"][0] | {"message": ""} == {
        "kind": "bad_form", "code": "xlsform", "sheet": "survey", "row": 2, "column": "type",
        "message": "",
    }  # fmt: skip


def test_check_takes_a_good_form(form: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["survey", "check", str(form), "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["ok"]
    assert record["languages"] == ["Persian (fa)", "English (en)"]
    assert record["questions"] == 3


def test_run_shows_page_questions_errors_and_data_after_each_step(
    form: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = {
        "now": "2026-11-26T09:00:00+03:30",
        "steps": [
            {"next": True}, {"set": "age", "to": "۳۰"}, {"next": True},
            {"set": "/data/work", "to": "baker"}, {"back": True}, {"set": "age", "to": 10},
            {"language": "en"}, {"next": True}, {"complete": True},
        ],
    }  # fmt: skip
    status, told = replay(form, script, capsys)
    assert status == 0
    assert [each["step"] for each in told] == list(range(10))
    first, refused, aged, worked = told[0], told[1], told[2], told[4]
    assert first["visible"] == ["/data/age", "/data/bye"]
    assert first["page"]["questions"][0]["label"] == "سن؟"
    assert refused["done"] is False
    assert refused["errors"] == [{"path": "/data/age", "code": "required", "message": ""}]
    assert refused["page"]["questions"][0]["fault"]["code"] == "required"
    assert aged["visible"] == ["/data/age", "/data/work", "/data/bye"]
    assert worked["data"]["/data/work"] == "baker"
    assert "/data/work" not in told[6]["data"]
    assert told[8]["page"]["questions"][0]["label"] == "Bye, 10"
    assert told[9]["state"] == "complete"


def test_a_step_that_names_what_is_not_there_ends_the_run(
    form: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, told = replay(form, [{"set": "nope", "to": "1"}, {"next": True}], capsys)
    assert status == 1
    assert "nope" in told[-1]["error"]
    assert len(told) == 2


@pytest.mark.parametrize(
    ("script", "named"),
    [
        ("x", "list of steps"),
        ({"steps": 1}, "steps"),
        ([{"jump": True}], "step 1"),
        ([{"next": 1}], "step 1"),
        ([{"set": 1, "to": "x"}], "set"),
        ([{"set": "age", "to": {}}], "to"),
        ({"steps": [], "now": "today"}, "now"),
        ({"steps": [], "seed": "x"}, "seed"),
    ],
)
def test_a_wrong_script_is_refused_in_a_line(
    form: Path, script: object, named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = form.parent / "steps.json"
    steps.write_text(json.dumps(script), "utf-8")
    assert main(["survey", "run", str(form), "--script", str(steps)]) == 2
    told = capsys.readouterr().err
    assert named in told
    assert told.count("\n") == 1


def test_a_file_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    assert main(["survey", "check", str(tmp_path / "none.xlsx")]) == 2


def test_no_window_is_loaded_and_choices_in_a_file_beside_the_form_are_read(tmp_path: Path) -> None:
    (tmp_path / "towns.csv").write_text("name,label\nteh,تهران\n", "utf-8")
    form = tmp_path / "f.md"
    form.write_text(
        "| survey |\n| | type | name | label |\n| | select_one_from_file towns.csv | t | T |\n",
        "utf-8",
    )
    steps = tmp_path / "s.json"
    steps.write_text('[{"set": "t", "to": "teh"}]', "utf-8")
    script = (
        "import sys; from kiosk.__main__ import main;"
        f"status = main(['survey', 'run', {str(form)!r}, '--script', {str(steps)!r}, '--json']);"
        "sys.exit(status or 10 * ('kivy' in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    last = json.loads(done.stdout.splitlines()[-1])
    assert last["page"]["questions"][0]["choices"][0]["label"] == "تهران"
    assert last["data"]["/data/t"] == "teh"
