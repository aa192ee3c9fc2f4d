"""Running ``kiosk quote`` on two files that are typed in a test."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from kiosk.__main__ import main
from tests.quoting.typed import SCHEMAS, Quote, Refused, files


@pytest.fixture
def quote(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Quote:
    """Run the command with --json and give what it printed, checked by its schema."""

    def run(rules: Any, basket: Any, *more: str) -> dict[str, Any]:
        assert main([*files(tmp_path, rules, basket), "--json", *more]) == 0
        told: dict[str, Any] = json.loads(capsys.readouterr().out)
        jsonschema_rs.validate(SCHEMAS["quote"], told)
        return told

    return run


@pytest.fixture
def refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Refused:
    """Run the command, which must fail with one line, and give it without the folder."""

    def run(rules: Any, basket: Any, *more: str) -> str:
        assert main([*files(tmp_path, rules, basket), "--json", *more]) == 2
        told = capsys.readouterr()
        assert told.out == ""
        assert told.err.count("\n") == 1
        return told.err.strip().replace(f"{tmp_path}/", "")

    return run
