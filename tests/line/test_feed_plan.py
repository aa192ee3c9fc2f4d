"""What is fetched next: a table of what is here against what is offered."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kiosk.feed.faults import Reason, Refusal
from kiosk.feed.head import Head
from kiosk.feed.offer import Form, Offer
from kiosk.feed.plan import (
    Have,
    Idle,
    Past,
    Step,
    TakeBase,
    TakeSegments,
    check_next,
    next_step,
)

SCHEMA = 2


def offer(form: Form, sequence: int, size: int, schema: int = SCHEMA) -> Offer:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    built = schema if form == "built" else None
    return Offer(form, "s", sequence, at, f"{form}-{sequence}", size, 9 * size, "/x", built)


def segments(*sequences: int, size: int = 10) -> tuple[Offer, ...]:
    return tuple(offer("segment", each, size) for each in sequences)


def records(sequence: int, size: int = 1_000) -> Offer:
    return offer("records", sequence, size)


def ruled(sequence: int, size: int = 1_000) -> Offer:
    return offer("ruled", sequence, size)


def built(sequence: int, size: int = 1_000, schema: int = SCHEMA) -> Offer:
    return offer("built", sequence, size, schema)


def step(
    have: int, head: int, offered: tuple[Offer, ...] = (), *snapshots: Offer, **more: object
) -> str:
    """Give what comes next, in a word or two."""
    past = Past(int(str(more.get("refusals", 0))), frozenset(str(more.get("unfit", "")).split()))
    here = Have(have, int(str(more.get("base", have))), SCHEMA, bool(more.get("wants_base")))
    refused = more.get("refused")
    assert refused is None or isinstance(refused, Refusal)
    told = Head("s", head, offered, snapshots, more=bool(more.get("more")), refused=refused)
    return word(next_step(here, told, past, fold_after=200))


def word(taken: Step) -> str:
    match taken:
        case Idle():
            return "idle"
        case TakeSegments(found):
            return f"segments {found[0].sequence}-{found[-1].sequence}"
        case TakeBase(snapshot):
            return f"{snapshot.form} {snapshot.sequence}"
        case Refusal(reason):
            return reason.value


UNSIGNED = Refusal(Reason.BAD_SIGNATURE, "Expected the server's signature, got another", 8)


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        # nothing is here
        (step(0, 0), "idle"),
        (step(0, 9, segments(1, 2)), "idle"),
        (step(0, 9, segments(8, 9), records(7)), "records 7"),
        (step(0, 9, (), records(7), built(7)), "built 7"),
        (step(0, 9, (), records(9), built(5)), "built 5"),
        # with rules before without, of the same number
        (step(0, 9, (), records(7), ruled(7)), "ruled 7"),
        (step(0, 9, (), ruled(7), records(7)), "ruled 7"),
        (step(0, 9, (), ruled(7), records(9)), "records 9"),  # the rules were taken back since
        (step(0, 9, (), records(7), ruled(7), built(7)), "built 7"),
        (step(0, 9, (), records(7), ruled(7), unfit="records-7"), "ruled 7"),
        (step(0, 9, (), records(9), built(9, schema=3)), "records 9"),
        (step(0, 9, (), built(9, schema=3)), "idle"),
        (step(0, 9, (), records(9), built(9), unfit="built-9"), "records 9"),
        (step(0, 9, (), records(12)), "idle"),  # beyond what was published
        # all that follows is offered
        (step(7, 7), "idle"),
        (step(7, 9, segments(8, 9)), "segments 8-9"),
        (step(7, 200, segments(*range(8, 108)), records(7), more=True), "segments 8-107"),
        # fewer bytes as a snapshot
        (step(7, 9, segments(8, 9, size=501), records(9)), "records 9"),
        (step(7, 9, segments(8, 9, size=500), records(9)), "segments 8-9"),
        (step(7, 9, segments(8, 9, size=501), records(8)), "segments 8-9"),
        (step(7, 9, segments(8, 9, size=501), records(7)), "segments 8-9"),
        (step(7, 900, segments(*range(8, 108)), built(900, 999), more=True), "built 900"),
        (step(7, 9, segments(8, 9, size=501), records(9), unfit="records-9"), "segments 8-9"),
        # what follows is kept no more
        (step(7, 900, (), records(800), built(700)), "built 700"),
        (step(7, 900, (), records(7)), "hole"),
        (step(7, 900), "hole"),
        # the server is behind, or somebody plays an old answer
        (step(7, 6, (), records(6)), "went_back"),
        (step(7, 0), "went_back"),
        # out of order
        (step(7, 9, segments(9), records(7)), "hole"),
        (step(7, 9, segments(7, 8, 9)), "replayed"),
        (step(7, 9, segments(8, 10)), "segments 8-8"),
        (step(7, 9, segments(8, 8)), "segments 8-8"),
        # refused
        (step(7, 9, (), records(7), refused=UNSIGNED), "bad_signature"),
        (step(7, 9, segments(8), refused=UNSIGNED), "segments 8-8"),
        (step(7, 9, segments(8, 9), records(9), refusals=2), "segments 8-9"),
        (step(7, 9, segments(8, 9), records(9), refusals=3), "records 9"),
        (step(7, 9, segments(8, 9), records(7), refusals=3), "segments 8-9"),
        (step(7, 9, (), records(9), refused=UNSIGNED, refusals=2), "bad_signature"),
        (step(7, 9, (), records(9), refused=UNSIGNED, refusals=3), "records 9"),
        # a newer base under what is here
        (step(900, 900, (), built(800), base=601), "idle"),
        (step(900, 900, (), built(800), base=600), "built 800"),
        (step(900, 900, (), records(800), base=600), "idle"),
        (step(900, 900, (), records(800), base=600, wants_base=True), "records 800"),
        (step(900, 900, (), built(800), base=800, wants_base=True), "idle"),
        (step(900, 901, segments(901), built(800), base=600, wants_base=True), "segments 901-901"),
    ],
)  # fmt: skip
def test_what_comes_next(taken: str, expected: str) -> None:
    assert taken == expected


@pytest.mark.parametrize(
    ("sequence", "reason"),
    [(8, None), (7, Reason.REPLAYED), (1, Reason.REPLAYED), (9, Reason.HOLE)],
)
def test_a_segment_is_the_next_one_or_refused(sequence: int, reason: Reason | None) -> None:
    refused = check_next(offer("segment", sequence, 10), 7)
    assert (refused.reason if refused else None) is reason


def test_what_is_here_of_another_store_counts_as_nothing() -> None:
    head = Head("s", 9, (), (records(9),))
    assert next_step(Have(0, 0, SCHEMA), head, Past(), 200) == TakeBase(records(9))


def test_a_bad_snapshot_is_named_where_there_is_no_other() -> None:
    head = Head("s", 9, bad_snapshot=replace(UNSIGNED, sequence=9))
    assert word(next_step(Have(0, 0, SCHEMA), head, Past(), 200)) == "bad_signature"
