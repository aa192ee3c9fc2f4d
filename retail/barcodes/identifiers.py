"""The GS1 Application Identifiers: which there are, and what may stand behind each.

Source: GS1 General Specifications, section 3.2 (the list), figure 7.8.5-2 (predefined
lengths) and section 7.11 (character sets). The tests compare every line with the table of
``biip``, which is made from GS1's own published data.
"""

from __future__ import annotations

import re
from functools import cache

# One AI or range a line, then its parts. N digits, X character set 82, Y set 39, Z set 64,
# D a date YYMMDD; ``..`` goes before the greatest length, the least is 1 unless it is given.
# ``n`` is any last digit (the number of decimals). Anything else is a pattern of its own.
_TABLE = """
00 N18
01-03 N14
10 X..20
11-13 D6
15-17 D6
20 N2
21-22 X..20
235 X..28
240-241 X..30
242 N..6
243 X..20
250-251 X..30
253 N13 X0..17
254 X..20
255 N13 N0..12
30 N..8
310n-316n N6
320n-337n N6
340n-357n N6
360n-369n N6
37 N..8
390n N..15
391n N3 N..15
392n N..15
393n N3 N..15
3940-3943 N4
3950-3955 N6
400-401 X..30
402 N17
403 X..30
410-417 N13
420 X..20
421 N3 X..9
422 N3
423 (?:[0-9]{3}){1,5}
424 N3
425 (?:[0-9]{3}){1,5}
426 N3
427 X..3
4300-4301 X..35
4302-4306 X..70
4307 [A-Z0-9]{2}
4308 X..30
4309 N20
4310-4311 X..35
4312-4316 X..70
4317 [A-Z0-9]{2}
4318 X..20
4319 X..30
4320 X..35
4321-4323 [01]
4324-4325 N10
4326 N6
4330-4333 N6 -?
7001 N13
7002 X..30
7003 N10
7004 N..4
7005 X..12
7006 N6
7007 N6 (?:[0-9]{6})?
7008 X..3
7009 X..10
7010 X..2
7011 N6 (?:[0-9]{4})?
7020-7022 X..20
7023 X..30
7030-7039 N3 X..27
7040 N1 X3
7041 X..4
710-717 X..20
7230-7239 X3..30
7240 X..20
7241 N2
7242 X..25
7250 N8
7251 N12
7252 N1
7253-7254 X..40
7255 X..10
7256 X..90
7257 X..70
7258 N1 / N1
7259 X..40
8001 N14
8002 X..20
8003 0 N13 X0..16
8004 X..30
8005 N6
8006 N18
8007 X..34
8008 D6 N2 (?:[0-9]{2}){0,2}
8009 X..50
8010 Y5..30
8011 N..12
8012 X..20
8013-8014 X..25
8017-8018 N18
8019 N..10
8020 X..25
8026 N18
8030 Z..90
8040-8041 N15
8042 N32
8043 N18..20
8110 X..70
8111 N4
8112 X..70
8200 X..70
90 X..30
91-99 X..90
"""
_CHARACTERS = {
    "N": "[0-9]",
    "X": r"[!-\"%-?A-Z_a-z]",
    "Y": r"[A-Z0-9/#-]",
    "Z": r"[0-9A-Za-z_-]",
}
_DATE = r"[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])"
_PART = re.compile(r"([NXYZ])(?:([0-9]*)(\.\.))?([0-9]+)")

# Behind these first two digits the whole element has a length of its own, AI included, and no
# separator follows. This list is closed for ever, so that AIs to come can be told apart.
_PREDEFINED = (
    {"00": 20, "01": 16, "02": 16, "03": 16, "04": 18, "20": 4, "41": 16}
    | dict.fromkeys(("11", "12", "13", "14", "15", "16", "17", "18", "19"), 8)
    | dict.fromkeys(("31", "32", "33", "34", "35", "36"), 10)
)


def identifier_at(text: str) -> str:
    """Give the AI that ``text`` begins with; empty where there is none."""
    return next((text[:n] for n in (2, 3, 4) if text[:n] in _formats()), "")


def predefined_length(ai: str) -> int | None:
    """Give how long the value of ``ai`` always is; none where a separator ends it."""
    whole = _PREDEFINED.get(ai[:2])
    return whole and whole - len(ai)


def is_well_formed(ai: str, value: str) -> bool:
    """Tell whether ``value`` has the characters and the length that stand behind ``ai``."""
    return _pattern(ai).fullmatch(value) is not None


@cache
def _formats() -> dict[str, str]:
    """Give the format of each AI, with the ranges of the table written out."""
    formats = {}
    for line in _TABLE.strip().splitlines():
        span, _, parts = line.partition(" ")
        first, _, last = span.partition("-")
        # six digits of a measure have at most five decimals, an amount of money up to nine
        decimals = range(6 if first < "37" else 10) if first.endswith("n") else ("",)
        first, last = first.rstrip("n"), (last or first).rstrip("n")
        for number in range(int(first), int(last) + 1):
            for decimal in decimals:
                formats[f"{number:0{len(first)}}{decimal}"] = parts
    return formats


@cache
def _pattern(ai: str) -> re.Pattern[str]:
    return re.compile("".join(map(_part_pattern, _formats()[ai].split(" "))))


def _part_pattern(part: str) -> str:
    if part == "D6":
        return _DATE
    match = _PART.fullmatch(part)
    if match is None:
        return part
    kind, least, to, most = match.groups()
    return f"{_CHARACTERS[kind]}{{{(least or '1') if to else most},{most}}}"
