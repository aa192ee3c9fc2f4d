"""The decoding benchmark's exit status follows from what is promised of the decoder."""

from __future__ import annotations

import pytest

from tools.bench import decoding
from tools.bench.decoding import Score, promises

EMPTY = {"kiosk": 0.6, "zxing-cpp": 1.0}


def scores(**ours: Score) -> dict[str, Score]:
    """Give scores that keep each promise by just as much as it asks."""
    kept = {
        "kiosk": Score(right=115, false=1, ms=[0.6, 0.6]),
        "kiosk --strict": Score(right=105, false=0, ms=[1.0, 1.0]),
        "zxing-cpp": Score(right=100, false=1, ms=[0.5, 0.5]),
        "pyzbar": Score(right=99, false=6, ms=[1.0, 1.0]),
        "cv2": Score(right=50, false=6, ms=[9.0, 9.0]),
    }
    return kept | {name.replace("_strict", " --strict"): score for name, score in ours.items()}


def test_what_is_just_reached_is_kept() -> None:
    assert all(promises(scores(), EMPTY).values())


@pytest.mark.parametrize(
    ("missed", "empty"),
    [
        ({"kiosk": Score(right=114, ms=[0.6] * 2)}, EMPTY),
        ({"kiosk": Score(right=115, false=2, ms=[0.6] * 2)}, EMPTY),
        ({"kiosk": Score(right=115, ms=[0.61] * 2)}, EMPTY),
        ({"kiosk_strict": Score(right=104, ms=[1.0] * 2)}, EMPTY),
        ({"kiosk_strict": Score(right=105, false=1, ms=[1.0] * 2)}, EMPTY),
        ({}, {"kiosk": 0.61, "zxing-cpp": 1.0}),
    ],
)
def test_the_exit_status_is_1_where_a_promise_is_missed(
    monkeypatch: pytest.MonkeyPatch, missed: dict[str, Score], empty: dict[str, float]
) -> None:
    measured = scores(**missed)
    assert list(promises(measured, empty).values()).count(False) == 1
    assert status_of(measured, empty, monkeypatch) == 1


def test_the_exit_status_is_0_where_all_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    assert status_of(scores(), EMPTY, monkeypatch) == 0


def status_of(
    measured: dict[str, Score], empty: dict[str, float], monkeypatch: pytest.MonkeyPatch
) -> int:
    monkeypatch.setattr(decoding, "photos", lambda folder: [])
    monkeypatch.setattr(decoding, "drawings", lambda: [])
    monkeypatch.setattr(decoding, "measure", lambda pictures, reads: measured)
    monkeypatch.setattr(decoding, "empty_ms", lambda reads: dict.fromkeys(measured, 1.0) | empty)
    return decoding.main()
