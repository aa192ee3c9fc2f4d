"""Broken frames by the hundred thousand: nothing but the typed error comes of them.

The long run, ten million a codec, is ``python -m tools.bench.terminal_fuzz``.
"""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.hardware.terminal.telling import Protocol, tell
from tools.bench.terminal_fuzz import CODECS, recorded, run

FRAMES = 200_000


@pytest.mark.parametrize("protocol", list(CODECS))
def test_a_broken_frame_is_an_answer_or_the_typed_error(protocol: str) -> None:
    counted = run(protocol, FRAMES, seed=5)

    assert counted.read == FRAMES
    assert counted.taken > FRAMES / 50  # else the frames would be refused before they are read


@given(st.sampled_from(list(Protocol)), st.binary(max_size=400))
def test_any_bytes_are_told_or_refused(protocol: Protocol, received: bytes) -> None:
    told = tell(protocol, received)

    assert told.refused == (told.fields.get("framing") in ("incomplete", "refuse"))


@pytest.mark.parametrize("protocol", list(CODECS))
def test_a_long_frame_takes_no_longer_than_its_length(protocol: str) -> None:
    longest = b"".join(recorded(protocol) * 40)[:65_000]
    start = time.process_time()
    for head in (b"", b"\x04\x0f\xff\xff\xff", b"\x10\x02", b"9999", b"\x02999000\x1a"):
        tell(Protocol(protocol), head + longest)

    assert time.process_time() - start < 1
