"""Parts of a text message, as the gateway counts them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.sms import Counted, parts_of


@pytest.mark.parametrize(
    ("text", "alphabet", "units", "parts"),
    [
        ("", "gsm", 0, 0),
        ("a" * 160, "gsm", 160, 1),
        ("a" * 161, "gsm", 161, 2),
        ("a" * 306, "gsm", 306, 2),
        ("a" * 307, "gsm", 307, 3),
        ("€" * 80, "gsm", 160, 1),
        ("€" * 81, "gsm", 162, 2),
        ("a" + "€" * 153, "gsm", 307, 3),  # 76 of two places in 153: one place stays empty
        ("س" * 70, "ucs2", 70, 1),
        ("س" * 71, "ucs2", 71, 2),
        ("س" * 134, "ucs2", 134, 2),
        ("س" * 135, "ucs2", 135, 3),
        ("code 4711 سلام", "ucs2", 14, 1),
        ("می‌رود", "ucs2", 6, 1),  # with the sign that parts letters
        ("🙂" * 35, "ucs2", 70, 1),
        ("🙂" * 36, "ucs2", 72, 2),
        ("س" * 66 + "🙂" + "س" * 66, "ucs2", 134, 3),  # the face is not cut in two
    ],
)
def test_messages_are_counted(text: str, alphabet: str, units: int, parts: int) -> None:
    assert parts_of(text) == Counted(alphabet, units, parts)


@given(st.text())
def test_a_part_holds_what_it_may_and_no_more(text: str) -> None:
    counted = parts_of(text)
    one, each = (160, 153) if counted.alphabet == "gsm" else (70, 67)
    if counted.units <= one:
        assert counted.parts == (1 if text else 0)
    else:
        assert counted.units / each <= counted.parts <= counted.units // (each - 1) + 1
