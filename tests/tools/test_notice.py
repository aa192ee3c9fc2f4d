"""NOTICE names every package that is locked, and what its own metadata says of its licence."""

import re
from importlib.metadata import metadata
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOTICE = (ROOT / "NOTICE").read_text("utf-8")
LOCKED = {
    name
    for file in ROOT.glob("requirements*.lock")
    for name in re.findall(r"^([\w.-]+)==", file.read_text("utf-8"), re.MULTILINE)
}


def test_every_locked_package_is_named() -> None:
    assert [
        name for name in LOCKED if not re.search(rf"^(.*, )?{name}\b", NOTICE, re.MULTILINE)
    ] == []


def test_every_package_that_says_gpl_or_lgpl_is_told_as_such() -> None:
    copyleft = set()
    for name in LOCKED:
        told = metadata(name)
        licences = [told.get("License-Expression", ""), *told.get_all("Classifier", [])]
        if any("GPL" in text for text in licences):
            copyleft.add(name)
    psycopg = {"psycopg", "psycopg-binary", "psycopg-pool"}
    assert copyleft == {"docutils", "python-bidi"} | psycopg
    for name in copyleft:
        (line,) = re.findall(rf"^{name} .*", NOTICE, re.MULTILINE)
        assert "GPL" in line
