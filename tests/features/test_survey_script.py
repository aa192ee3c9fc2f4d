"""``kiosk survey run``: a script that is wrong is told in one line; a complete form stays so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kiosk.__main__ import main

FORM = """| survey |
| | type | name | label |
| | text | work | Your work? |
| | text | more | More? |
"""
HALF = r"\ud800"


@pytest.fixture
def form(tmp_path: Path) -> Path:
    path = tmp_path / "form.md"
    path.write_text(FORM, "utf-8")
    return path


def run(form: Path, script: bytes, *more: str) -> int:
    steps = form.parent / "steps.json"
    steps.write_bytes(script)
    return main(["survey", "run", str(form), "--script", str(steps), *more])


@pytest.mark.parametrize(
    ("script", "place"),
    [
        (f'[{{"next": true}}, {{"set": "work", "to": "{HALF}"}}]', "step 2: to: expected text"),
        (f'{{"steps": [{{"set": "{HALF}", "to": "1"}}]}}', "step 1: set: expected text"),
        (f'[{{"add": "child{HALF}"}}]', "step 1: add: expected text"),
        (f'[{{"set": "work", "to": ["a", "{HALF}"]}}]', "step 1: to 2: expected text"),
        (f'{{"steps": [], "properties": {{"a": "{HALF}"}}}}', "properties: a: expected text"),
        (f'[{{"{HALF}": true}}]', "step 1: a name: expected text"),
        (f'"{HALF}"', "the file: expected text"),
    ],
)
@pytest.mark.parametrize("more", [(), ("--json",)], ids=["words", "json"])
def test_half_a_sign_in_a_script_is_told_in_a_line_with_its_place(
    form: Path, script: str, place: str, more: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(form, script.encode(), *more) == 2
    told = capsys.readouterr()
    assert place in told.err
    assert (told.err.count("\n"), told.out) == (1, "")


def test_odd_bytes_in_a_script_are_told_in_a_line_with_their_place(
    form: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(form, b'[{"set": "work", "to": "\xff"}]') == 2
    told = capsys.readouterr().err
    assert "0xff in position 24" in told
    assert told.count("\n") == 1


def test_a_complete_form_is_changed_by_no_step(
    form: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    after: list[dict[str, Any]] = [
        {"set": "work", "to": "baker"}, {"back": True}, {"next": True}, {"complete": True},
    ]  # fmt: skip
    steps = [{"set": "work", "to": "smith"}, {"next": True}, {"complete": True}, *after]
    assert run(form, json.dumps(steps).encode(), "--json") == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    complete = {"step": 0, "did": {}, "done": False}
    assert [each["done"] for each in told[3:]] == [True, False, False, False, False]
    for each in told[4:]:
        assert {**each, **complete} == {**told[3], **complete}
