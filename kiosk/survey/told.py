"""How answers are told to head office: the bodies of ``survey_answered`` and ``survey_left``.

Source: docs/surveys.md, section 6; docs/events.md.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from kiosk.errors import DataError
from kiosk.survey.running import Sitting

ANSWERED: Final = "survey_answered"
LEFT: Final = "survey_left"
PLAIN_BYTES_MAX: Final = 40_000  # of an instance that is sent as text
PACKED_BYTES_MAX: Final = 32 * 1024
UNPACKED_BYTES_MAX: Final = 1024 * 1024
BODY_BYTES_MAX: Final = 60_000  # some room is left of an event's 64 KiB
TIMES_MAX: Final = 1_000

Body = Mapping[str, Any]


def answered(sitting: Sitting, state: str, ended_at: datetime, member: str = "") -> Body:
    """Tell what was answered; ``DataError`` where it is more than an event holds."""
    body: dict[str, Any] = {
        "instance": str(sitting.id),
        "survey": sitting.survey.survey_id,
        "version": sitting.survey.version,
        "state": state,
        "language": sitting.answers.language,
        "began_at": sitting.began_at.isoformat(),
        "ended_at": ended_at.isoformat(),
        "times": [[path, ms] for path, ms in sitting.times()[:TIMES_MAX]],
        "last": sitting.last,
        "marks": list(sitting.marks),
    }
    if member:
        body["member"] = member
    if files := sitting.files():
        body["files"] = [[name, base64.b64encode(png).decode()] for name, png in files]
    return _with_instance(body, sitting.answers.xml())


def _with_instance(body: dict[str, Any], xml: str) -> Body:
    """Put the instance in, packed where it is large or the body would be; times give way."""
    if len(xml.encode()) <= PLAIN_BYTES_MAX and _size({**body, "xml": xml}) <= BODY_BYTES_MAX:
        return {**body, "xml": xml}
    packed = {**body, "packed": _packed(xml)}
    if _size(packed) > BODY_BYTES_MAX:
        packed["times"] = []
    if _size(packed) > BODY_BYTES_MAX:
        raise DataError(f"answers: expected at most {BODY_BYTES_MAX} bytes, got {_size(packed)}")
    return packed


def _packed(xml: str) -> str:
    raw = xml.encode()
    stream = zlib.compress(raw, 9)
    if len(raw) > UNPACKED_BYTES_MAX or len(stream) > PACKED_BYTES_MAX:
        raise DataError(
            f"answers: expected at most {UNPACKED_BYTES_MAX} bytes, {PACKED_BYTES_MAX} packed,"
            f" got {len(raw)}, {len(stream)}"
        )
    return base64.b64encode(stream).decode()


def _size(body: Body) -> int:
    return len(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())


def left(sitting: Sitting) -> Body:
    """Tell where somebody stopped whose answers were thrown away; no answer is in it."""
    survey = sitting.survey
    return {"survey": survey.survey_id, "version": survey.version, "last": sitting.last}
