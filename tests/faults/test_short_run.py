"""The short form of ``make faults``: kiosks and server killed, the line rough, and a count."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.postgres import postgres_or_skip
from tools.faultproxy.faults import ROUGH
from tools.faults.crowd import Run, carry_out
from tools.faults.till import ANSWERS_EVERY
from tools.faults.truth import Count, count

KIOSKS, ROWS = 2, 400
WITHIN_S = 240.0  # on a busy machine; some 20 s else


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_each_row_arrives_once_whatever_is_killed_and_however_rough_the_line(
    tmp_path: Path, engine: str
) -> None:
    settings, address = {}, ""
    if engine == "postgresql":
        postgres = postgres_or_skip()
        postgres.make("faults")
        settings, address = postgres.environment("faults"), postgres.address("faults")
    run = Run(
        tmp_path,
        KIOSKS,
        ROWS,
        seed=11,
        within_s=WITHIN_S,
        kiosk_lives_s=1.0,
        server_lives_s=4.0,
        line=ROUGH,
        server_settings=settings,
    )
    happened = carry_out(run)
    counted = count(tmp_path, KIOSKS, address)

    assert counted == Count(
        written=KIOSKS * ROWS * 2,
        stored=KIOSKS * ROWS * 2,
        lost=0,
        doubled=0,
        strange=0,
        broken_promises=0,
        wrong_effects=0,
        branches=0,
        answers=KIOSKS * (ROWS // ANSWERS_EVERY),
    )
    assert happened.kiosks_killed, "expected a kiosk to be killed in the run"
    assert happened.faults["lose_answer"], "expected answers to be lost in the run"


def test_the_count_tells_a_lost_row_a_doubled_effect_and_a_broken_promise(tmp_path: Path) -> None:
    """The counting itself is tried on a run that went wrong."""
    carry_out(
        Run(tmp_path, 1, 40, seed=3, within_s=WITHIN_S, kiosk_lives_s=1e9, server_lives_s=1e9)
    )
    assert count(tmp_path, 1).right

    import sqlite3

    with sqlite3.connect(tmp_path / "server" / "server.db") as server:
        server.execute(
            "DELETE FROM events_event WHERE event_id = (SELECT event_id FROM events_event"
            " WHERE kind = 'unknown_code' LIMIT 1)"
        )
        server.execute("UPDATE events_unknowncode SET count = count + 1 WHERE code = '00000007'")
    with (tmp_path / "kiosk-0" / "ledger.promised").open("a") as promised:
        promised.write("41\n")
    counted = count(tmp_path, 1)
    assert (counted.lost, counted.broken_promises) == (1, 1)
    assert counted.wrong_effects
    assert not counted.right
