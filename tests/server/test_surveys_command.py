"""``kiosk-server survey``, and the sample's surveys, which load as they stand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from retail.fields import RecordError
from server.__main__ import main
from server.configuration import Configuration
from server.importing.surveys import load_surveys
from server.surveys.models import FormVersion, Survey
from tests.server.line import NOON

SURVEYS = Path(__file__).parents[2] / "config" / "sample" / "surveys"
VISIT = str(SURVEYS / "visit.md")


@pytest.fixture
def told(chain: Configuration, capsys: pytest.CaptureFixture[str]) -> Any:
    def tell(*arguments: str, status: int = 0) -> list[Any]:
        assert main(["survey", *arguments]) == status
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return tell


def test_the_sample_loads_once_and_again_after_a_change(
    chain: Configuration, tmp_path: Path
) -> None:
    for file in SURVEYS.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    assert load_surveys(tmp_path, NOON) == 3
    assert load_surveys(tmp_path, NOON) == 0
    assert {survey.state for survey in Survey.objects.all()} == {"published"}
    today = tmp_path / "today.md"
    today.write_text(today.read_text("utf-8").replace("today?", "right now?"), "utf-8")
    assert load_surveys(tmp_path, NOON) == 1
    assert FormVersion.objects.filter(survey="today").count() == 2
    today.write_text("| survey |\n| | type | name |\n| | nonsense | a |\n", "utf-8")
    with pytest.raises(RecordError, match=r"today\.md"):
        load_surveys(tmp_path, NOON)
    (tmp_path / "surveys.json").write_text('[{"id": "x"}]', "utf-8")
    with pytest.raises(RecordError, match="title"):
        load_surveys(tmp_path, NOON)


def test_a_survey_is_put_given_terms_published_and_paused(told: Any, tmp_path: Path) -> None:
    assert told("put", "visit", VISIT, "--title", "بازدید") == [{"survey": "visit", "version": 1}]
    terms = tmp_path / "terms.json"
    terms.write_text(json.dumps({"shown_at": ["after_sale"]}))
    told("terms", "visit", str(terms), "--stores", "tehran-2", "--quota", "10")
    assert told("publish", "visit") == [{"survey": "visit", "state": "published"}]
    (listed,) = told("list")
    assert listed == {
        "survey": "visit", "state": "published", "version": 1, "stores": ["tehran-2"],
        "complete": 0, "quota": 10,
    }  # fmt: skip
    assert told("pause", "visit") == [{"survey": "visit", "state": "paused"}]


def test_what_is_wrong_is_said_with_its_place(
    told: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.md"
    bad.write_text(Path(VISIT).read_text("utf-8").replace("${found} = 'no'", "${lost} = 'no'"))
    assert main(["survey", "put", "visit", str(bad), "--title", "بازدید"]) == 1
    assert "lost" in capsys.readouterr().err
    told("publish", "visit", status=1)
    assert main(["survey", "put", "visit", str(tmp_path / "none.md"), "--title", "ب"]) == 2
