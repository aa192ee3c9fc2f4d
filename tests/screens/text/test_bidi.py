"""Levels and runs: against the cases of the Unicode standard, and against another implementation."""

import random
from collections.abc import Iterator
from pathlib import Path
from unicodedata import bidirectional

import bidi
import pytest

from kiosk.screens.text.bidi import Run, line_levels, line_runs
from kiosk.screens.text.levels import REMOVED, base_level, levels

SAMPLE = Path(__file__).parent / "data" / "bidi-character-test-sample.txt"
WHOLE = Path("/usr/share/unicode/BidiCharacterTest.txt")  # Debian package unicode-data

LRI, RLI, FSI, PDI = "\u2066\u2067\u2068\u2069"


def cases(file: Path) -> Iterator[tuple[str, int | None, int, list[str], list[int]]]:
    for row in file.read_text().splitlines():
        if row and not row.startswith("#"):
            codes, direction, level, wanted, order = row.split(";")
            text = "".join(chr(int(code, 16)) for code in codes.split())
            base = None if direction == "2" else int(direction)
            yield text, base, int(level), wanted.split(), [int(i) for i in order.split()]


def order_on_screen(text: str, base: int) -> list[int]:
    order: list[int] = []
    for run in line_runs(text, 0, len(text), base):
        indices = range(run.start, run.end)
        order += reversed(indices) if run.rtl else indices
    return [i for i in order if bidirectional(text[i]) not in REMOVED]


def failures(file: Path) -> list[str]:
    wrong = []
    for text, direction, level, wanted, order in cases(file):
        base = base_level(text) if direction is None else direction
        got = line_levels(text, 0, len(text), base)
        same = all(want in ("x", str(found)) for want, found in zip(wanted, got, strict=True))
        if base != level or not same or order_on_screen(text, base) != order:
            wrong.append(ascii(text))
    return wrong


def test_resolves_the_sample_of_the_standards_own_cases() -> None:
    assert sum(1 for _ in cases(SAMPLE)) > 1000
    assert failures(SAMPLE) == []


def test_resolves_every_one_of_the_standards_own_cases() -> None:
    if not WHOLE.exists():
        pytest.skip("Debian's unicode-data is not installed: 1,146 of 91,707 cases were run")
    assert failures(WHOLE) == []


LETTERS = (
    "ابپ سلام‌می‌خ آۀ۱۲۳۴۵٤،؛«»()[]ABCabc 123%٪.-+/:=×٬,  \u200f\u200e\u200d\u0301\u064b\u05d0\t$"
)
ISOLATES = LRI + RLI + FSI + PDI
EMBEDDINGS = "\u202a\u202b\u202c\u202d\u202e"


def random_texts(alphabet: str, count: int, seed: int) -> Iterator[tuple[str, int]]:
    chooser = random.Random(seed)
    for _ in range(count):
        yield "".join(chooser.choices(alphabet, k=chooser.randint(1, 18))), chooser.randint(0, 1)


def display_order(text: str, base: int) -> str:
    return "".join(text[i] for i in order_on_screen(text, base))


def theirs(text: str, base: int) -> str:
    shown = bidi.get_display(text, base_dir="LR"[base])
    return "".join(c for c in shown if bidirectional(c) not in REMOVED)


def differs(text: str, base: int) -> bool:
    return display_order(text, base) != theirs(text, base)


def skips_l1(text: str, base: int) -> bool:
    """The crate leaves a line as it is when no level is odd, before L1 makes a tab's level odd."""
    return base == 1 and all(level % 2 == 0 for level in levels(text, base))


@pytest.mark.parametrize(
    "alphabet",
    [LETTERS, LETTERS + ISOLATES, LETTERS + EMBEDDINGS],
    ids=["letters", "with isolates", "with embeddings"],
)
def test_orders_random_lines_as_the_unicode_bidi_crate_does(alphabet: str) -> None:
    texts = list(random_texts(alphabet, 8_000, seed=8))
    different = [(t, base) for t, base in texts if differs(t, base) and not skips_l1(t, base)]
    assert list(map(ascii, different)) == []
    assert sum(skips_l1(t, base) for t, base in texts) < len(texts) / 20


def test_the_comparison_with_the_crate_can_fail() -> None:
    assert theirs("سلام abc", 1) != "سلام abc"


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("سلام", 1),
        ("Samsung گوشی", 0),
        ("۱۲۳", 0),
        (f"{RLI}سلام{PDI} abc", 0),
        (f"{LRI}abc{PDI} سلام", 1),
        ("", 0),
    ],
)
def test_a_paragraph_goes_by_its_first_strong_letter_outside_isolates(
    text: str, level: int
) -> None:
    assert base_level(text) == level


def test_a_text_without_letters_goes_by_the_default() -> None:
    assert base_level("۱۲۳", otherwise=1) == 1


def test_a_mixed_product_name_is_cut_where_direction_changes() -> None:
    text = "گوشی A55 مدل"
    assert line_runs(text, 0, len(text), 1) == (Run(8, 12, 1), Run(5, 8, 2), Run(0, 5, 1))


def test_a_line_keeps_the_levels_of_its_paragraph_and_not_those_it_would_have_alone() -> None:
    text = f"{LRI}abc سلام (۱۲) def{PDI}"
    start = text.index("سلام")
    assert line_levels(text, start, len(text), 1)[:4] == [3, 3, 3, 3]
    assert line_levels(text[start:], 0, 4, 1) == [1, 1, 1, 1]


def test_white_space_at_the_end_of_a_line_goes_to_the_end_side() -> None:
    text = "سلام abc   def"
    runs = line_runs(text, 0, 9, 1)
    assert runs[0] == Run(8, 9, 1)
