"""What a scanner types, made into codes, with no device: key presses in, bytes out."""

from dataclasses import dataclass

import evdev
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.hardware.gate import CODE_BYTES_MAX
from kiosk.hardware.scanner import keys
from kiosk.hardware.scanner.hid import HidScannerConfig
from kiosk.hardware.scanner.keys import KEY_NAMES, Habits, Press, Read, Typed, read_presses
from tests.drivers.rigs import ENTER, LEFT_ALT, LEFT_CTRL, LEFT_SHIFT, strokes

HABITS = HidScannerConfig().habits()
ENDED = [(ENTER, 1), (ENTER, 0)]
E = evdev.ecodes


@dataclass
class Typist:
    """Types with a steady hand: ``step_s`` between two events."""

    at_s: float = 1_000.0
    step_s: float = 0.005

    def presses(self, events: list[tuple[int, int]]) -> list[Press]:
        return [self.press(code, value) for code, value in events]

    def press(self, code: int | None, value: int = 1) -> Press:
        self.at_s += self.step_s
        return Press(code, value, self.at_s)


def typed(events: list[tuple[int, int]], habits: Habits = HABITS) -> Read:
    return read_presses(Typed(), Typist().presses(events), habits)


def tap(*codes: int) -> list[tuple[int, int]]:
    return [stroke for code in codes for stroke in ((code, 1), (code, 0))]


def held(key: int, *codes: int) -> list[tuple[int, int]]:
    return [(key, 1), *tap(*codes), (key, 0)]


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=60))
def test_every_printable_character_is_read_by_the_us_layout(text: str) -> None:
    code = text.encode()
    assert typed([*strokes(code), *ENDED]).codes == [code]


@pytest.mark.parametrize(
    ("events", "codes"),
    [
        (ENDED, []),
        ([*strokes(b"123"), *ENDED, *ENDED, *strokes(b"45"), *ENDED], [b"123", b"45"]),
        ([*strokes(b"123"), *tap(E.KEY_KPENTER)], [b"123"]),
        ([*strokes(b"123"), *tap(E.KEY_TAB)], [b"123"]),
        ([*strokes(b"123"), *held(LEFT_CTRL, E.KEY_M)], [b"123"]),
        (
            [
                *tap(E.KEY_NUMLOCK, E.KEY_KP4, E.KEY_KP0, E.KEY_KP7, E.KEY_KPMINUS, E.KEY_KPDOT),
                *ENDED,
            ],
            [b"407-."],
        ),
        (
            [*strokes(b"10A"), *held(LEFT_CTRL, E.KEY_RIGHTBRACE), *strokes(b"21B"), *ENDED],
            [b"10A\x1d21B"],
        ),
        ([*held(E.KEY_RIGHTCTRL, E.KEY_RIGHTBRACE), *strokes(b"21B"), *ENDED], [b"\x1d21B"]),
        ([*held(LEFT_CTRL, *[E.KEY_BACKSLASH]), *strokes(b"1"), *ENDED], [b"\x1c1"]),
        ([(LEFT_CTRL, 1), *held(LEFT_SHIFT, E.KEY_6), (LEFT_CTRL, 0), *ENDED], [b"\x1e"]),
        ([*held(LEFT_ALT, E.KEY_KP0, E.KEY_KP2, E.KEY_KP9), *strokes(b"1"), *ENDED], [b"\x1d1"]),
        (
            [
                *held(LEFT_ALT, E.KEY_KP0, E.KEY_KP6, E.KEY_KP5),
                *held(LEFT_ALT, E.KEY_KP9, E.KEY_KP8),
                *ENDED,
            ],
            [b"Ab"],
        ),
        (
            [
                *tap(E.KEY_CAPSLOCK),
                *tap(E.KEY_A),
                *held(LEFT_SHIFT, E.KEY_B),
                *tap(E.KEY_1),
                *ENDED,
            ],
            [b"Ab1"],
        ),
        ([*held(E.KEY_RIGHTSHIFT, E.KEY_A, E.KEY_B), *tap(E.KEY_C), *ENDED], [b"ABc"]),
        ([(E.KEY_7, 1), (E.KEY_7, 2), (E.KEY_7, 2), (E.KEY_7, 0), *ENDED], [b"7"]),
    ],
    ids=[
        "Enter alone is no code",
        "Enter ends a code, and twice is once",
        "the keypad's Enter",
        "Tab ends a code",
        "Ctrl+M is CR",
        "digits of the keypad, after Num Lock",
        "Ctrl+] is GS",
        "right Ctrl+] is GS",
        "Ctrl+backslash is FS",
        "Ctrl+^ is RS",
        "Alt and 029 is GS",
        "Alt and numbers are characters",
        "Caps Lock turns letters round, not digits",
        "Shift held over two letters",
        "a held key is one character",
    ],
)
def test_scanners_type_in_many_ways(events: list[tuple[int, int]], codes: list[bytes]) -> None:
    assert typed(events)[1:] == (codes, 0)


@pytest.mark.parametrize("name", ["f8", "f12", "down"])
def test_a_key_named_in_the_settings_is_gs(name: str) -> None:
    habits = HidScannerConfig(separators=(name,)).habits()  # type: ignore[arg-type]
    events = [*strokes(b"10A"), *tap(KEY_NAMES[name]), *strokes(b"21B"), *ENDED]
    assert typed(events, habits).codes == [b"10A\x1d21B"]
    assert typed(events).dropped == 1


@pytest.mark.parametrize(
    "spoiling",
    [
        tap(E.KEY_HOME),
        tap(E.KEY_102ND),
        held(LEFT_ALT, E.KEY_A),
        held(LEFT_CTRL, E.KEY_1),
        held(LEFT_ALT, E.KEY_KP9, E.KEY_KP9, E.KEY_KP9),
        strokes(b"7" * CODE_BYTES_MAX),
    ],
    ids=["Home", "a key that US has not", "Alt+A", "Ctrl+1", "Alt and 999", "more than a code has"],
)
def test_a_code_in_which_something_cannot_be_read_is_dropped_whole(
    spoiling: list[tuple[int, int]],
) -> None:
    events = [*strokes(b"96385074"), *spoiling, *strokes(b"1"), *ENDED, *strokes(b"123"), *ENDED]
    assert typed(events)[1:] == ([b"123"], 1)


def test_keys_that_the_kernel_dropped_spoil_the_code_and_no_other() -> None:
    typist = Typist()
    presses = [
        *typist.presses([(LEFT_SHIFT, 1), *strokes(b"40063")]),
        typist.press(None),
        *typist.presses([*strokes(b"931"), *ENDED, *strokes(b"96385074"), *ENDED]),
    ]
    # the release of Shift was among what was lost: it must not shift the next code
    assert read_presses(Typed(), presses, HABITS)[1:] == ([b"96385074"], 1)


@pytest.mark.parametrize(
    "pause_s", [0.31, 3_600.0, -60.0], ids=["long", "an hour", "clock set back"]
)
def test_half_a_code_is_not_joined_to_the_next_after_a_pause(pause_s: float) -> None:
    typist = Typist()
    half = typist.presses([(LEFT_SHIFT, 1), *strokes(b"400638")])
    typist.at_s += pause_s
    whole = typist.presses([*strokes(b"96385074"), *ENDED])
    assert read_presses(Typed(), [*half, *whole], HABITS).codes == [b"96385074"]


def test_a_slow_typist_within_the_gap_is_followed() -> None:
    slow = Typist(step_s=0.29)
    presses = slow.presses([*strokes(b"96385074"), *ENDED])
    assert read_presses(Typed(), presses, HABITS).codes == [b"96385074"]


@given(st.data())
def test_a_code_comes_out_whole_wherever_the_reading_is_cut(data: st.DataObject) -> None:
    presses = Typist().presses([*strokes(b"]C10104006381333931\x1d10Ab"), *ENDED])
    cut = data.draw(st.integers(0, len(presses)))
    first = read_presses(Typed(), presses[:cut], HABITS)
    second = read_presses(first.typed, presses[cut:], HABITS)
    assert first.codes + second.codes == [b"]C10104006381333931\x1d10Ab"]


def test_the_table_of_keys_is_that_of_the_kernel() -> None:
    for name, code in KEY_NAMES.items():
        named = {"keypad-enter": "KPENTER"}.get(name, name.upper())
        assert code == E.ecodes[f"KEY_{named}"]
    assert set(keys._KEYPAD) == {
        E.ecodes[f"KEY_KP{key}"]
        for key in [*"0123456789", "MINUS", "PLUS", "DOT", "SLASH", "ASTERISK"]
    }
    assert {E.KEY_NUMLOCK, E.KEY_SCROLLLOCK, E.KEY_LEFTMETA, E.KEY_RIGHTMETA} == keys._SILENT
