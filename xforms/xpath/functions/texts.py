"""Functions of texts.

A pattern is the author's, a subject the shopper's: both are bounded, and a pattern that repeats
what repeats is refused, for Python's ``re`` would go on trying for years.
"""

from __future__ import annotations

import re
import re._constants as signs  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from functools import lru_cache
from typing import Any, Final

from xforms.xpath.values import Value, number, text, texts
from xforms.xpath.world import CURRENT

PATTERN_MAX, SUBJECT_MAX = 500, 2_000  # characters
_REPEATS: Final = frozenset({signs.MAX_REPEAT, signs.MIN_REPEAT})
_MANY: Final = 40  # repetitions from which on one within another is too much


class PatternError(ValueError):
    """The pattern is none, or one that could take for ever."""


@lru_cache(maxsize=512)
def pattern(told: str) -> re.Pattern[str]:
    """Make a pattern of its text; raises ``PatternError``."""
    if len(told) > PATTERN_MAX:
        raise PatternError(f"Expected a pattern of at most {PATTERN_MAX} characters")
    try:
        tree = parser.parse(told)
        made = re.compile(told)
    except (re.error, RecursionError, OverflowError) as error:
        raise PatternError(f"Expected a pattern, got {told!r}: {error}") from None
    if _nested(tree, 0):
        raise PatternError(f"Expected no repetition of a repetition, got {told!r}")
    return made


def _nested(tree: Any, around: int) -> bool:
    """Tell whether something that may be repeated often stands within another such."""
    for operation, argument in tree:
        inner = around
        parts: list[Any] = []
        if operation in _REPEATS:
            _least, most, body = argument
            inner += most == signs.MAXREPEAT or most > _MANY
            if inner > 1:
                return True
            parts = [body]
        elif operation is signs.SUBPATTERN:
            parts = [argument[-1]]
        elif operation is signs.BRANCH:
            parts = list(argument[1])
        elif operation in (signs.ASSERT, signs.ASSERT_NOT):
            parts = [argument[1]]
        if any(_nested(part, inner) for part in parts):
            return True
    return False


def _regex(_context: Any, value: Value, told: Value) -> bool:
    """Tell whether the whole text is as the pattern says; a wrong pattern fits nothing."""
    subject = text(value)
    if len(subject) > SUBJECT_MAX:
        return False
    try:
        return pattern(text(told)).fullmatch(subject) is not None
    except PatternError:
        return False


def _concat(_context: Any, *values: Value) -> str:
    return "".join(told for value in values for told in texts(value))


def _join(_context: Any, between: Value, *values: Value) -> str:
    return text(between).join(told for value in values for told in texts(value))


def _substr(_context: Any, value: Value, start: Value, end: Value | None = None) -> str:
    """Give characters from ``start``, counted from 0, up to ``end``; below 0 from behind."""
    told, first = text(value), number(start)
    last = float(len(told)) if end is None else number(end)
    if first != first or last != last:  # NaN
        return ""
    return told[_place(first, len(told)) : _place(last, len(told))]


def _place(at: float, length: int) -> int:
    whole = int(max(-1e9, min(1e9, at)))
    return max(0, min(length, whole + length if whole < 0 else whole))


def _ends_with(_context: Any, value: Value, end: Value) -> bool:
    return text(value).endswith(text(end))


def _uuid(_context: Any, length: Value | None = None) -> str:
    told = CURRENT.get().uuid()
    if length is None:
        return told
    wanted = number(length)
    return told.replace("-", "")[: int(wanted)] if 0 <= wanted <= 32 else told


def _version(_context: Any) -> str:
    return CURRENT.get().version


def _property(_context: Any, name: Value) -> str:
    return CURRENT.get().properties.get(text(name), "")


def _itext(_context: Any, identity: Value) -> str:
    return CURRENT.get().itext(text(identity))


def _once(_context: Any, old: Value, value: Value) -> Value:
    """Keep what is there; the writer of expressions hands the node's own text first."""
    kept = text(old)
    return kept if kept != "" else value if not isinstance(value, list) else text(value)


TABLE: Final[dict[str, tuple[Any, ...]]] = {
    "regex": (2, 2, "boolean", _regex),
    "concat": (0, 1_000, "string", _concat),
    "join": (1, 1_000, "string", _join),
    "substr": (2, 3, "string", _substr),
    "ends-with": (2, 2, "boolean", _ends_with),
    "uuid": (0, 1, "string", _uuid, True),
    "version": (0, 0, "string", _version),
    "property": (1, 1, "string", _property),
    "jr:itext": (1, 1, "string", _itext),
    "once": (1, 1, "any", _once),
}
