"""A published survey as a line of a segment, written and read here alone.

Source: docs/feed.md, section 3, record ``survey``; docs/surveys.md, section 5.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from retail.fields import Record, RecordError, refusing, take, take_each, without_empty
from retail.pricing.rule_parts import read_window, window_record
from retail.snapshot import take_optional_text, take_text, text_record
from retail.survey import ASKS, AT_IDLES, ONCES, SHOWN_AT, Survey

KIND: Final = "survey"
ID_MAX: Final = 63  # characters
XFORM_MAX: Final = 640 * 1024  # characters of a form, so that a line stays under 1 MiB
T = TypeVar("T", bound=str)


@dataclass(frozen=True, slots=True)
class ToldSurvey:
    """A survey of the store as it came: nothing of it is read but its id."""

    survey_id: str
    record: Record

    @property
    def pictures(self) -> tuple[str, ...]:
        """The names of its pictures, as far as they can be read."""
        media = self.record.get("media")
        told = media if isinstance(media, list) else []
        return tuple(each[1] for each in told if _is_medium(each))

    def read(self) -> Survey:
        """Give what it says; refuses with ``RecordError`` that names the field."""
        return read_survey_line(self.record)


def read_told_survey(record: Record) -> ToldSurvey:
    """Take a line that a later version of head office may have written; it must have an id."""
    survey_id = take(record, "id", str)
    if not survey_id or survey_id != survey_id.strip() or len(survey_id) > ID_MAX:
        raise RecordError(f"Expected an id of at most {ID_MAX} characters, got {survey_id!r:.80}")
    return ToldSurvey(survey_id, record)


def survey_line(survey: Survey) -> dict[str, Any]:
    """Write a survey as a line; what is as usual is left out."""
    usual = Survey(survey.survey_id, survey.version, survey.title, survey.xform)
    numbers = {
        name: getattr(survey, name)
        for name in ("reward_points", "warn_s", "end_s", "gap_s", "at_idle", "asks", "once")
        if getattr(survey, name) != getattr(usual, name)
    }
    return {"kind": KIND, "id": survey.survey_id, "version": survey.version} | without_empty(
        {
            "title": text_record(survey.title),
            "when": window_record(survey.window),
            "shown_at": sorted(survey.shown_at),
            "groups": sorted(survey.groups),
            "kiosks": sorted(survey.kiosks),
            "thanks": text_record(survey.thanks),
            "media": [list(each) for each in survey.media],
            **numbers,
            "xform": survey.xform,
        }
    )


def read_survey_line(record: Record) -> Survey:
    """Read what ``survey_line`` wrote; refuses with ``RecordError`` that names the field."""
    xform = take(record, "xform", str)
    if len(xform) > XFORM_MAX:
        raise RecordError(f"xform: Expected at most {XFORM_MAX} characters, got {len(xform)}")
    return refusing(
        f"survey {take(record, 'id', str)!r}",
        lambda: Survey(
            survey_id=take(record, "id", str),
            version=take(record, "version", int),
            title=take_text(record, "title"),
            xform=xform,
            window=refusing("when", lambda: read_window(take(record, "when", dict, {}))),
            shown_at=frozenset(take_each(record, "shown_at", lambda each: _one(each, SHOWN_AT))),
            asks=_one(take(record, "asks", str, "anyone"), ASKS),
            groups=frozenset(take_each(record, "groups", _text)),
            kiosks=frozenset(take_each(record, "kiosks", _text)),
            once=_one(take(record, "once", str, ""), ONCES),
            reward_points=take(record, "reward_points", int, 0),
            warn_s=take(record, "warn_s", int, 45),
            end_s=take(record, "end_s", int, 15),
            at_idle=_one(take(record, "at_idle", str, "discard"), AT_IDLES),
            gap_s=take(record, "gap_s", int, 5),
            thanks=take_optional_text(record, "thanks"),
            media=take_each(record, "media", _medium),
        ),
    )


def _one(value: object, of: tuple[T, ...]) -> T:
    for each in of:
        if value == each:
            return each
    raise RecordError(f"Expected one of {', '.join(of)}, got {value!r:.60}")


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise RecordError(f"Expected a text, got {value!r:.60}")
    return value


def _is_medium(value: Any) -> bool:
    match value:
        case [str(), str(sha256)]:
            return re.fullmatch("[0-9a-f]{64}", sha256) is not None
    return False


def _medium(value: Any) -> tuple[str, str]:
    if _is_medium(value):
        return value[0], value[1]
    raise RecordError(f"Expected a name and a SHA-256, got {value!r:.60}")
