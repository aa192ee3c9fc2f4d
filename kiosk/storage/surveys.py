"""Surveys that head office has published to this store, as they came: rows beside the changes.

They come with segments alone, never with a base, so a newer base keeps those that were here; and
head office tells all of them once more after each snapshot.

Source: docs/feed.md, sections 3 and 6; docs/surveys.md, section 5.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from zlib import crc32

from kiosk.storage.made_later import is_there
from retail.segment import Gone
from retail.survey_lines import ToldSurvey

ToldSurveys = tuple[ToldSurvey, ...]  # by id


def read_surveys(connection: sqlite3.Connection) -> ToldSurveys:
    """Read them; raises ``ValueError`` for a row that is not as it was written."""
    if not is_there(connection, "survey"):
        return ()
    rows = connection.execute("SELECT survey_id, line, check_sum FROM survey ORDER BY survey_id")
    return tuple(_read(*row) for row in rows)


def write_surveys(connection: sqlite3.Connection, news: Iterable[ToldSurvey | Gone]) -> None:
    """Put what a segment told in the place of what there was."""
    for each in news:
        if isinstance(each, Gone):
            connection.execute("DELETE FROM survey WHERE survey_id = ?", (each.key,))
        else:
            line = json.dumps(dict(each.record), ensure_ascii=False, separators=(",", ":"))
            row = (each.survey_id, line, _check_sum(each.survey_id, line))
            connection.execute("INSERT OR REPLACE INTO survey VALUES (?, ?, ?)", row)


def _read(survey_id: str, line: str, check_sum: int) -> ToldSurvey:
    if _check_sum(survey_id, line) != check_sum:
        raise ValueError(f"expected the survey {survey_id!r} as it was written, got another")
    return ToldSurvey(survey_id, json.loads(line))


def _check_sum(survey_id: str, line: str) -> int:
    return crc32(f"{survey_id}\n{line}".encode())
