"""One opinion on the line, told once when it changes."""

import pytest

from kiosk.line.watch import LineWatch, Side
from kiosk.messages import LineDown, LineUp, Message

E, C = Side.EVENTS, Side.CATALOGUE


@pytest.mark.parametrize(
    ("noticed", "told"),
    [
        ([], []),
        (["E up"], ["up"]),
        (["E up", "C up", "E up"], ["up"]),
        (["E down", "E down", "C down"], ["down"]),
        (["E down", "C up"], ["down"]),  # one of them still gets no answer
        (["E down", "C down", "C up", "E up"], ["down", "up"]),
        (["C up", "E down", "C up", "C up", "E up"], ["up", "down", "up"]),
        (["E down", "E up", "E down"], ["down", "up", "down"]),
    ],
)
def test_each_change_is_told_once(noticed: list[str], told: list[str]) -> None:
    posted: list[Message] = []
    watch = LineWatch(posted.append)
    for what in noticed:
        side = E if what[0] == "E" else C
        if what.endswith("up"):
            watch.up(side)
        else:
            watch.down(side, "cut")

    assert ["up" if message == LineUp() else "down" for message in posted] == told
    assert all(message in (LineUp(), LineDown("cut")) for message in posted)


def test_a_return_calls_those_who_wait_for_it_and_a_first_answer_does_not() -> None:
    watch = LineWatch(lambda _: None)
    calls: list[str] = []
    watch.on_return.append(lambda: calls.append("again"))

    watch.up(C)
    assert calls == []
    watch.down(C, "cut")
    watch.up(C)
    watch.up(C)
    assert calls == ["again"]
