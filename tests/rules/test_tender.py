"""What a payment's steps may be, and what a probe makes of a doubt: docs/payment.md, 3 and 4."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.tender import (
    NEXT,
    NOT_PAID,
    OPEN,
    RECEIPT_LAST,
    RECEIPTS_AHEAD_MAX,
    Asked,
    Baseline,
    Doubt,
    Kind,
    NoneYet,
    Phase,
    Probed,
    Result,
    Silent,
    Unwilling,
    is_before,
    judge,
    step,
)
from retail.values import Money

P = Phase
RIALS, OTHER = Money(125_000, "IRR"), Money(125_001, "IRR")
ASKED = Asked(RIALS, "17956627403389789685", "T1")
BEFORE = Result(True, "00", RIALS, "T1", 41, 7, told_at="11:59")
NEW = Result(True, "00", RIALS, "T1", 42, 8, told_at="12:00")
BAD = replace(NEW, good=False, code="05")
SILENT, UNWILLING = Silent("no answer"), Unwilling("it does not tell")


# ---- steps


@pytest.mark.parametrize("phase", Phase)
def test_every_phase_says_what_may_follow(phase: Phase) -> None:
    assert NEXT.keys() == set(Phase)
    for then in Phase:
        if then in NEXT[phase]:
            assert step(phase, then) is then
        else:
            with pytest.raises(ValueError, match=f"after {phase}, got {then}"):
                step(phase, then)


def reachable(phase: Phase) -> set[Phase]:
    found: set[Phase] = set()
    ahead = [phase]
    while ahead:
        for then in NEXT[ahead.pop()] - found:
            found.add(then)
            ahead.append(then)
    return found


@pytest.mark.parametrize("phase", Phase)
def test_nothing_leads_back_to_before_it_was_sent(phase: Phase) -> None:
    assert P.INTENT not in reachable(phase)
    assert P.SENT not in reachable(phase) or phase is P.INTENT


def test_what_has_ended_stays_ended_but_for_what_staff_say() -> None:
    assert {phase for phase in Phase if not NEXT[phase]} == NOT_PAID | {P.SETTLED}
    assert set(Phase) - OPEN == NOT_PAID | {P.SETTLED, P.ATTENDANT}
    assert NEXT[P.ATTENDANT] == {P.APPROVED, P.NOT_CHARGED, P.REVERSED}


def test_a_sale_is_made_only_of_what_completed_or_was_found_approved() -> None:
    assert {phase for phase in Phase if P.SETTLED in NEXT[phase]} == {P.COMPLETED, P.APPROVED}


@pytest.mark.parametrize("phase", [P.SENT, P.ACCEPTED, P.RESULT, P.ACKED])
def test_each_step_on_the_way_may_end_in_doubt(phase: Phase) -> None:
    assert P.IN_DOUBT in NEXT[phase]


@pytest.mark.parametrize("phase", [P.RESULT, P.ACKED])
@pytest.mark.parametrize("then", [P.DECLINED, P.CANCELLED])
def test_no_word_makes_a_decline_of_a_good_result(phase: Phase, then: Phase) -> None:
    assert step(phase, then) is then
    with pytest.raises(ValueError, match=f"got {then}"):
        step(phase, then, good=True)


# ---- what is asked, and what fits it


@pytest.mark.parametrize("reference", ["x" * 21, "a b", "é", "1-2", ""])
def test_a_reference_is_20_letters_and_digits_at_most(reference: str) -> None:
    with pytest.raises(ValueError, match="Expected up to 20 letters and digits"):
        Asked(RIALS, reference)


def test_nothing_is_not_asked_for() -> None:
    with pytest.raises(ValueError, match="Expected an amount of 1 or more"):
        Asked(Money(0, "IRR"), "1")


@pytest.mark.parametrize(
    ("change", "fits", "differs"),
    [
        ({}, True, False),
        ({"amount": OTHER}, False, True),
        ({"amount": Money(125_000, "EUR")}, False, True),
        ({"terminal_id": "T2"}, False, True),
        ({"terminal_id": ""}, True, False),
        ({"amount": None}, False, False),
        ({"amount": None, "good": False}, True, False),
        ({"amount": None, "terminal_id": "T2"}, False, True),
    ],
)
def test_a_result_fits_what_was_asked_or_differs_or_leaves_it_open(
    change: dict[str, object], fits: bool, differs: bool
) -> None:
    result = replace(NEW, **change)  # type: ignore[arg-type]

    assert result.fits(ASKED) is fits
    assert result.differs(ASKED) is differs
    assert not (fits and differs)


def test_without_a_terminal_id_any_terminal_fits() -> None:
    assert replace(NEW, terminal_id="T2").fits(replace(ASKED, terminal_id=""))


# ---- the table of section 4, row by row

CHARGE = Doubt(ASKED, BEFORE)
TABLE: list[tuple[int, Doubt, Probed, Phase]] = [
    (1, CHARGE, SILENT, P.IN_DOUBT),
    (2, CHARGE, UNWILLING, P.ATTENDANT),
    (3, replace(CHARGE, baseline=UNWILLING), NEW, P.ATTENDANT),
    (3, replace(CHARGE, baseline=UNWILLING), NoneYet(), P.ATTENDANT),
    (3, CHARGE, replace(NEW, receipt=None), P.ATTENDANT),
    (3, replace(CHARGE, baseline=replace(BEFORE, receipt=None)), NEW, P.ATTENDANT),
    (4, CHARGE, BEFORE, P.NOT_CHARGED),
    (5, replace(CHARGE, baseline=NoneYet()), NoneYet(), P.NOT_CHARGED),
    (6, CHARGE, NoneYet(), P.ATTENDANT),
    (6, CHARGE, replace(NEW, receipt=40), P.ATTENDANT),
    (6, CHARGE, replace(NEW, receipt=41 + RECEIPTS_AHEAD_MAX + 1), P.ATTENDANT),
    (6, CHARGE, replace(NEW, receipt=41), P.ATTENDANT),  # the counter came by it again
    (7, CHARGE, NEW, P.APPROVED),
    (7, CHARGE, replace(NEW, receipt=41 + RECEIPTS_AHEAD_MAX), P.APPROVED),
    (7, replace(CHARGE, baseline=NoneYet()), NEW, P.APPROVED),
    (7, replace(CHARGE, baseline=replace(BEFORE, receipt=RECEIPT_LAST)), replace(NEW, receipt=1), P.APPROVED),
    (8, CHARGE, replace(NEW, undone=True), P.REVERSED),
    (9, CHARGE, BAD, P.NOT_CHARGED),
    (9, replace(CHARGE, baseline=NoneYet()), BAD, P.NOT_CHARGED),
    (10, CHARGE, replace(NEW, amount=OTHER), P.ATTENDANT),
    (10, CHARGE, replace(NEW, amount=Money(125_000, "EUR")), P.ATTENDANT),
    (10, CHARGE, replace(NEW, terminal_id="T2"), P.ATTENDANT),
    (10, CHARGE, replace(NEW, amount=None), P.ATTENDANT),
    (10, CHARGE, replace(BAD, amount=OTHER), P.ATTENDANT),
    (11, CHARGE, replace(BAD, receipt=43), P.ATTENDANT),
]  # fmt: skip


@pytest.mark.parametrize(("row", "doubt", "probed", "phase"), TABLE)
def test_the_table_of_a_charge(row: int, doubt: Doubt, probed: Probed, phase: Phase) -> None:
    verdict = judge(doubt, probed)

    assert (verdict.row, verdict.phase) == (row, phase)
    assert verdict.why
    assert judge(replace(doubt, kind=Kind.REFUND), probed) == verdict


def test_each_row_of_the_page_is_in_the_table() -> None:
    page = (Path(__file__).parents[2] / "docs" / "payment.md").read_text("utf-8")
    rows = {int(row) for row in re.findall(r"^\| (\d+) \| ", page, re.MULTILINE)}

    assert {row for row, *_ in TABLE} == rows == set(range(1, 12))


@pytest.mark.parametrize("probed", [BEFORE, NoneYet()])
@pytest.mark.parametrize(
    ("change", "phase"),
    [
        ({"result": BAD}, P.NOT_CHARGED),
        ({"result": BEFORE, "baseline": BEFORE}, P.NOT_CHARGED),  # it came late
        ({"result": NEW}, P.ATTENDANT),
        ({"result": NEW, "acked": True}, P.ATTENDANT),
        ({"result": NEW, "reverses_unacknowledged": True}, P.REVERSED),
        ({"result": NEW, "reverses_unacknowledged": True, "acked": True}, P.ATTENDANT),
    ],
)
def test_a_good_result_that_the_terminal_knows_nothing_of_is_for_staff(
    probed: Result | NoneYet, change: dict[str, object], phase: Phase
) -> None:
    doubt = replace(CHARGE, **{"baseline": probed, **change})  # type: ignore[arg-type]
    probed = probed if doubt.baseline == probed else BEFORE

    assert judge(doubt, probed).phase is phase


BY_REFERENCE = Doubt(ASKED, UNWILLING, by_reference=True)
KNOWN = Doubt(ASKED, BEFORE, by_reference=True, last=BEFORE)


@pytest.mark.parametrize(
    ("doubt", "probed", "phase"),
    [
        (BY_REFERENCE, NEW, P.APPROVED),
        (BY_REFERENCE, BAD, P.NOT_CHARGED),
        (BY_REFERENCE, replace(BAD, receipt=99), P.NOT_CHARGED),
        (BY_REFERENCE, replace(NEW, undone=True), P.REVERSED),
        (BY_REFERENCE, replace(NEW, amount=OTHER), P.ATTENDANT),
        (KNOWN, NoneYet(), P.NOT_CHARGED),
        (replace(KNOWN, settled_in_time=False), NoneYet(), P.IN_DOUBT),
        (replace(KNOWN, result=NEW), NoneYet(), P.ATTENDANT),
        (replace(KNOWN, last=SILENT), NoneYet(), P.IN_DOUBT),
        # it may have charged, and forgotten that it did
        (replace(KNOWN, last=NoneYet()), NoneYet(), P.ATTENDANT),
        (replace(KNOWN, last=UNWILLING), NoneYet(), P.IN_DOUBT),
        (replace(KNOWN, last=NEW), NoneYet(), P.ATTENDANT),
        (replace(KNOWN, last=None), NoneYet(), P.ATTENDANT),
        (replace(KNOWN, baseline=NoneYet(), last=NoneYet()), NoneYet(), P.ATTENDANT),
        (replace(BY_REFERENCE, last=BEFORE), NoneYet(), P.ATTENDANT),
        (BY_REFERENCE, SILENT, P.IN_DOUBT),
        (BY_REFERENCE, UNWILLING, P.ATTENDANT),
    ],
)
def test_what_is_found_by_reference_needs_no_baseline_and_what_is_not_needs_one(
    doubt: Doubt, probed: Probed, phase: Phase
) -> None:
    assert judge(doubt, probed).phase is phase


@pytest.mark.parametrize(
    ("known", "phase"),
    [
        ({"trace": 7, "told_at": "1404/09/05 12:16"}, P.NOT_CHARGED),
        ({"trace": 7, "told_at": ""}, P.ATTENDANT),
        ({"trace": None, "told_at": "1404/09/05 12:16"}, P.ATTENDANT),
    ],
)
def test_without_a_number_the_last_one_is_known_by_its_trace_and_time(
    known: dict[str, Any], phase: Phase
) -> None:
    before = replace(BEFORE, receipt=None, **known)
    doubt = Doubt(ASKED, before, by_reference=True, last=before)
    assert judge(doubt, NoneYet()).phase is phase
    changed = replace(doubt, last=replace(before, told_at="1404/09/05 12:17"))
    assert judge(changed, NoneYet()).phase is P.ATTENDANT


REVERSAL = Doubt(ASKED, NEW, Kind.REVERSAL, undoes=42)
UNDOING = replace(NEW, receipt=43, trace=9, told_at="12:01", undone=True)


@pytest.mark.parametrize(
    ("row", "doubt", "probed", "phase"),
    [
        (1, REVERSAL, SILENT, P.IN_DOUBT),
        (2, REVERSAL, UNWILLING, P.ATTENDANT),
        (3, replace(REVERSAL, baseline=UNWILLING), UNDOING, P.ATTENDANT),
        (4, REVERSAL, NEW, P.NOT_CHARGED),
        (4, replace(REVERSAL, result=UNDOING), NEW, P.ATTENDANT),
        (6, REVERSAL, NoneYet(), P.ATTENDANT),
        (6, REVERSAL, replace(UNDOING, receipt=7), P.ATTENDANT),
        (8, REVERSAL, replace(NEW, undone=True), P.APPROVED),
        (8, REVERSAL, UNDOING, P.APPROVED),
        (9, REVERSAL, replace(UNDOING, good=False, undone=False), P.NOT_CHARGED),
        (10, REVERSAL, replace(UNDOING, undone=False), P.ATTENDANT),
        (10, REVERSAL, replace(UNDOING, amount=OTHER), P.ATTENDANT),
        (11, REVERSAL, replace(UNDOING, receipt=44), P.ATTENDANT),
    ],
)
def test_the_table_of_a_reversal(row: int, doubt: Doubt, probed: Probed, phase: Phase) -> None:
    verdict = judge(doubt, probed)

    assert (verdict.row, verdict.phase) == (row, phase)


# ---- whatever a terminal may say

receipts = st.one_of(st.none(), st.integers(1, RECEIPT_LAST), st.integers(38, 46))
results = st.builds(
    Result,
    good=st.booleans(),
    code=st.sampled_from(["00", "05", "6C"]),
    amount=st.sampled_from([None, RIALS, OTHER, Money(125_000, "EUR")]),
    terminal_id=st.sampled_from(["", "T1", "T2"]),
    receipt=receipts,
    trace=st.sampled_from([7, 8, None]),
    told_at=st.sampled_from(["11:59", "12:00", ""]),
    undone=st.booleans(),
)
baselines: st.SearchStrategy[Baseline] = st.one_of(results, st.just(NoneYet()), st.just(UNWILLING))
probes: st.SearchStrategy[Probed] = st.one_of(
    results, st.just(NoneYet()), st.just(UNWILLING), st.just(SILENT)
)
doubts = st.builds(
    Doubt,
    asked=st.sampled_from([ASKED, replace(ASKED, terminal_id="")]),
    baseline=baselines,
    kind=st.sampled_from(Kind),
    undoes=receipts,
    result=st.one_of(st.none(), results),
    acked=st.booleans(),
    by_reference=st.booleans(),
    last=st.one_of(st.none(), probes),
    settled_in_time=st.booleans(),
    reverses_unacknowledged=st.booleans(),
)


@given(doubts, probes)
def test_every_doubt_has_a_verdict_that_may_follow(doubt: Doubt, probed: Probed) -> None:
    verdict = judge(doubt, probed)

    assert verdict.phase is P.IN_DOUBT or verdict.phase in NEXT[P.IN_DOUBT]
    assert 1 <= verdict.row <= 11


@given(doubts, probes)
def test_nothing_is_approved_without_a_good_fitting_word_that_is_not_the_baselines(
    doubt: Doubt, probed: Probed
) -> None:
    if judge(doubt, probed).phase is not P.APPROVED:
        return
    assert isinstance(probed, Result)
    if doubt.kind is Kind.REVERSAL:
        assert probed.undone
        return
    assert probed.good
    assert not probed.undone
    assert probed.amount == doubt.asked.amount
    assert doubt.asked.terminal_id in (
        "",
        *([probed.terminal_id] if probed.terminal_id else [doubt.asked.terminal_id]),
    )
    if not doubt.by_reference:
        assert not isinstance(doubt.baseline, Unwilling)
        if isinstance(doubt.baseline, Result):
            assert probed.receipt != doubt.baseline.receipt


@given(doubts, probes)
def test_nothing_is_free_where_the_last_word_is_a_good_fitting_new_one(
    doubt: Doubt, probed: Probed
) -> None:
    """Never NOT_CHARGED beside evidence of a charge: that would let a shopper pay again."""
    if judge(doubt, probed).phase is not P.NOT_CHARGED or doubt.kind is Kind.REVERSAL:
        return
    if isinstance(probed, Result) and probed.good and not doubt.by_reference:
        assert isinstance(doubt.baseline, Result)
        assert probed.receipt == doubt.baseline.receipt
    if isinstance(probed, Result) and doubt.by_reference:
        assert not probed.good
    if isinstance(probed, NoneYet) and doubt.by_reference:
        assert isinstance(doubt.baseline, Result)
        assert doubt.last is not None
        assert is_before(doubt.baseline, doubt.last)  # type: ignore[arg-type]
    if doubt.result is not None and doubt.result.good:
        assert isinstance(probed, Result)
        assert not probed.good or doubt.result.receipt == probed.receipt


@given(doubts)
def test_silence_never_decides(doubt: Doubt) -> None:
    assert judge(doubt, SILENT).phase is P.IN_DOUBT
