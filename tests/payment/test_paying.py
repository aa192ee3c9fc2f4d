"""A payment from the request to its end, with a terminal that does each thing it may do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from kiosk.errors import DeviceError
from kiosk.hardware.terminal.face import (
    Busy,
    Cancelled,
    Completed,
    Declined,
    InDoubt,
    NotSent,
    Outcome,
    Witness,
)
from kiosk.hardware.terminal.fake import FakeTerminal
from kiosk.hardware.terminal.options import TerminalOptions
from kiosk.payment.attempts import Attempt
from kiosk.payment.reversing import begin_reversal
from kiosk.payment_messages import (
    OtherTender,
    Pay,
    PaymentApproved,
    PaymentAttendant,
    PaymentBegun,
    PaymentCancelled,
    PaymentDeclined,
    PaymentInDoubt,
    PaymentRefused,
    PaymentSays,
    PaymentSettled,
    Refusal,
)
from retail.tender import Asked, Kind, Phase, Result
from retail.values import Money
from tests.payment.rig import Rig, phases

P = Phase
WHOLE = [P.INTENT, P.SENT, P.ACCEPTED, P.RESULT, P.ACKED, P.COMPLETED, P.SETTLED]
BASKET = {"total": 125_000, "currency": "IRR", "lines": []}


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path)
    yield made
    made.close()


def test_an_approved_payment_goes_through_every_step_and_is_a_sale(rig: Rig) -> None:
    attempt = rig.pay(basket=BASKET)

    assert phases(attempt) == WHOLE
    assert rig.sales() == [attempt.sale_id]
    assert rig.ledger.net() == 125_000
    (told,) = rig.told("sale_completed")
    assert told["sale"] == str(attempt.sale_id)
    assert told["basket"] == BASKET
    assert told["tenders"] == [
        {
            "kind": "card",
            "amount": 125_000,
            "reference": attempt.asked.reference,
            "receipt": 1,
            "trace": 1,
            "terminal_id": "12345678",
            "card_bin": "603799",
            "card_last4": "1234",
            "told_at": "receipt 1",
        }
    ]
    kinds = [type(fact) for fact in rig.facts]
    assert kinds == [PaymentBegun, PaymentSays, PaymentSays, PaymentApproved]


def test_what_the_terminal_printed_comes_with_the_approval(rig: Rig) -> None:
    rig.pay()

    (approved,) = [fact for fact in rig.facts if isinstance(fact, PaymentApproved)]
    assert approved.printed == ("fake authorisation 1",)


def test_the_intent_holds_the_quote_that_is_paid_and_the_baseline(rig: Rig) -> None:
    first = rig.pay()
    second = rig.pay(basket=BASKET)

    assert first.baseline.__class__.__name__ == "NoneYet"
    assert second.baseline == first.result
    assert second.content["basket"] == BASKET


@pytest.mark.parametrize(
    ("outcome", "phase", "fact"),
    [("decline", P.DECLINED, PaymentDeclined), ("cancel", P.CANCELLED, PaymentCancelled)],
)
def test_a_no_is_for_good_and_the_sale_may_be_paid_again(
    rig: Rig, outcome: str, phase: Phase, fact: type
) -> None:
    rig.ledger.pull(outcome=outcome)
    request = rig.request()
    attempt = rig.pay(request)

    assert attempt.phase is phase
    assert isinstance(rig.facts[-1], fact)
    assert rig.sales() == []
    rig.ledger.pull(outcome="approve")
    assert rig.pay(request).phase is P.SETTLED
    assert rig.ledger.net() == 125_000


def test_the_shopper_may_cancel_while_the_terminal_lets_them(rig: Rig) -> None:
    rig.cancels = True

    assert rig.pay().phase is P.CANCELLED
    assert rig.ledger.net() == 0


# ---- refused before it starts


def refusal(rig: Rig, request: Pay | None = None, **levers: object) -> Refusal:
    rig.ledger.pull(**levers)
    began = rig.begin(request)
    assert isinstance(began, PaymentRefused)
    return began.why


@pytest.mark.parametrize(
    ("levers", "why"),
    [
        ({"gone": -1}, Refusal.TERMINAL),
        ({"busy": -1}, Refusal.TERMINAL_BUSY),
        ({"lose": "connected"}, Refusal.TERMINAL_BUSY),
    ],
)
def test_no_payment_starts_at_a_terminal_that_is_not_idle(
    rig: Rig, levers: dict[str, object], why: Refusal
) -> None:
    rig.ledger.pull(**levers)
    assert refusal(rig) is why
    assert rig.journal.open_attempts() == ()
    assert rig.ledger.books() == []


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        ({"line": 1, "age_min": 18, "approved": False}, True),
        ({"line": 1, "age_min": 18, "approved": True}, False),
        ({"line": 1, "gone": True}, True),
        ({"line": 1}, False),
    ],
)
def test_no_payment_starts_while_a_line_waits_for_staff(
    rig: Rig, line: dict[str, object], refused: bool
) -> None:
    began = rig.begin(basket={**BASKET, "lines": [line]})

    assert isinstance(began, PaymentRefused) is refused
    if isinstance(began, PaymentRefused):
        assert began.why is Refusal.WAITS_FOR_STAFF


def test_no_payment_starts_without_a_receipt_or_without_room(rig: Rig) -> None:
    from kiosk.payment.paying import pay

    assert refusal(rig, rig.request(receipt=False)) is Refusal.NO_RECEIPT
    began = pay(rig.desk, rig.request(), lambda: False)
    assert isinstance(began, PaymentRefused)
    assert began.why is Refusal.NO_ROOM


def test_no_payment_starts_for_another_sum_than_the_quote(rig: Rig) -> None:
    assert refusal(rig, rig.request(1, basket=BASKET)) is Refusal.WRONG
    points = OtherTender("points", 0, "r1")
    assert refusal(rig, rig.request(basket=BASKET, others=(points,))) is Refusal.WRONG


def test_a_sale_that_is_paid_or_may_be_is_not_paid_again(rig: Rig) -> None:
    request = rig.request()
    rig.pay(request)
    assert refusal(rig, request) is Refusal.PAID

    lost = rig.request()
    rig.ledger.pull(lose="booked", probes=0)
    assert rig.pay(lost).phase is P.ATTENDANT
    assert refusal(rig, lost) is Refusal.PAID
    assert rig.pay().phase is P.SETTLED  # of another sale


def test_no_payment_starts_while_one_is_open(rig: Rig) -> None:
    rig.ledger.pull(lose="booked")
    rig.begin()

    assert refusal(rig) is Refusal.BUSY
    assert len(rig.ledger.books()) == 1


# ---- in doubt

LOST_AT = ("sending", "taken", "accepted", "deciding", "booked", "resulted", "acking", "acked")


@pytest.mark.parametrize(
    ("unacked", "reverses"), [("books", False), ("reverses", False), ("reverses", True)]
)
@pytest.mark.parametrize("after_loss", ["books", "gives_up"])
@pytest.mark.parametrize("lost_at", [*LOST_AT, "finished"])
def test_wherever_the_link_is_lost_the_sale_is_settled_exactly_if_it_stays_charged(
    tmp_path: Path, lost_at: str, after_loss: str, unacked: str, reverses: bool
) -> None:
    rig = Rig(tmp_path, reverses=reverses)
    rig.pay(amount=125_000)  # the same amount before: it is not ours
    rig.ledger.pull(lose=lost_at, after_loss=after_loss, unacked=unacked)
    attempt = rig.pay(amount=125_000)

    assert [fact for fact in rig.facts if isinstance(fact, PaymentInDoubt)]
    assert attempt.phase in (P.SETTLED, P.NOT_CHARGED, P.REVERSED)
    assert len(rig.sales()) == 1 + (attempt.phase is P.SETTLED)
    assert rig.ledger.net() == 125_000 * len(rig.sales())
    assert rig.journal.open_attempts() == ()
    rig.close()


@pytest.mark.parametrize("lost_at", LOST_AT)
def test_by_reference_too(tmp_path: Path, lost_at: str) -> None:
    rig = Rig(tmp_path)
    rig.ledger.pull(by_reference=1)
    rig.pay()
    rig.ledger.pull(lose=lost_at)
    attempt = rig.pay()

    assert attempt.phase is (P.NOT_CHARGED if lost_at == "sending" else P.SETTLED)
    assert rig.ledger.net() == 125_000 * len(rig.sales())
    if lost_at == "sending":  # only after the terminal's own time is "not found" believed
        assert sum(rig.waited) >= 180
    rig.close()


@pytest.mark.parametrize("lost_at", ["sending", "booked"])
def test_a_terminal_that_has_forgotten_is_not_believed_that_nothing_was_charged(
    tmp_path: Path, lost_at: str
) -> None:
    rig = Rig(tmp_path)
    rig.ledger.pull(by_reference=1)
    rig.pay()
    rig.ledger.pull(lose=lost_at)
    attempt = rig.begin()
    assert isinstance(attempt, Attempt)
    while isinstance(rig.terminal.state(), Busy):
        pass
    rig.ledger.forget()

    assert rig.settled(attempt).phase is P.ATTENDANT
    again = rig.begin(Pay(attempt.sale_id, attempt.asked.amount, BASKET))
    assert isinstance(again, PaymentRefused)  # nobody pays this sale again meanwhile
    assert rig.ledger.net() == (125_000 if lost_at == "sending" else 250_000)
    rig.close()


def test_the_terminals_own_receipt_outlives_a_power_cut(rig: Rig) -> None:
    completed = rig.begin()
    assert isinstance(completed, Attempt)
    assert completed.phase is P.COMPLETED
    assert completed.printed == ("fake authorisation 1",)
    again = rig.restart()
    assert again.settled(completed).phase is P.SETTLED
    (approved,) = [fact for fact in again.facts if isinstance(fact, PaymentApproved)]
    assert approved.printed == ("fake authorisation 1",)
    again.close()


def test_a_doubt_waits_until_the_terminal_is_idle_and_longer(rig: Rig) -> None:
    rig.ledger.pull(lose="acked")
    attempt = rig.begin()
    assert isinstance(attempt, Attempt)
    rig.ledger.pull(busy=3)
    assert rig.settled(attempt).phase is P.SETTLED
    assert rig.waited == [1, 2, 4, 8, 5]  # it went on by itself, then T3


def test_a_doubt_that_nobody_can_tell_is_handed_to_staff_within_the_bound(rig: Rig) -> None:
    rig.ledger.pull(lose="booked")
    attempt = rig.begin()
    assert isinstance(attempt, Attempt)
    rig.ledger.pull(gone=-1)
    ended = rig.settled(attempt)

    assert ended.phase is P.ATTENDANT
    assert 600 <= sum(rig.waited) <= 616
    assert max(rig.waited) == 15
    assert isinstance(rig.facts[-1], PaymentAttendant)
    assert [told["row"] for told in rig.told("payment_attendant")] == [1]


def test_a_stop_leaves_a_doubt_open_for_the_next_start(rig: Rig) -> None:
    rig.ledger.pull(lose="booked")
    attempt = rig.begin()
    assert isinstance(attempt, Attempt)
    rig.ledger.pull(gone=-1)
    rig.stop_after_s = 3
    assert rig.settled(attempt).phase is P.IN_DOUBT
    rig.ledger.pull(gone=0)
    again = rig.restart()
    assert again.settled(attempt).phase is P.SETTLED
    again.close()


def test_head_office_is_told_of_a_doubt_and_of_its_end(rig: Rig) -> None:
    rig.ledger.pull(lose="booked")
    rig.pay()

    assert [told["phase"] for told in rig.told("payment_in_doubt")] == ["accepted"]
    assert [told["outcome"] for told in rig.told("payment_settled")] == ["approved"]
    assert [told["evidence"] for told in rig.told("sale_completed")] == ["probe"]


# ---- good, but for something else


@pytest.mark.parametrize("levers", [{"amount_off": 500}, {"names_terminal": "87654321"}])
def test_what_was_charged_but_not_asked_for_is_reversed_once(
    rig: Rig, levers: dict[str, object]
) -> None:
    rig.ledger.pull(**levers)
    attempt = rig.pay()

    assert attempt.phase is P.REVERSED
    assert rig.ledger.net() == 0
    assert rig.sales() == []
    (reversal,) = rig.journal.undoing(attempt.attempt_id)
    assert (reversal.kind, reversal.phase) == (Kind.REVERSAL, P.SETTLED)
    assert [told["undoes"] for told in rig.told("sale_reversed")] == [str(attempt.attempt_id)]
    assert isinstance(rig.facts[-1], PaymentSettled)


def test_a_reversal_that_is_refused_is_for_staff(rig: Rig) -> None:
    rig.ledger.pull(amount_off=500, reversals=0)
    attempt = rig.pay()

    assert attempt.phase is P.ATTENDANT
    assert len(rig.ledger.books()) == 2  # the charge, and one refused reversal
    assert rig.sales() == []


def test_a_result_that_names_no_amount_is_asked_for_once_more(rig: Rig) -> None:
    rig.ledger.pull(names_amount=0)

    assert rig.pay().phase is P.ATTENDANT  # the probe names none either


class LateTerminal(FakeTerminal):
    """Sends the result of the payment before once more, and that it is done; charges nothing."""

    def authorise(self, asked: Asked, witness: Witness) -> Outcome:
        late = self.ledger.last("")
        if not isinstance(late, Result):
            return super().authorise(asked, witness)
        witness.sending()
        witness.accepted()
        witness.resulted(late)
        witness.acked()
        return Completed(late)


def test_a_late_result_of_the_payment_before_is_no_payment(tmp_path: Path) -> None:
    rig = Rig(tmp_path, terminal=LateTerminal)
    assert rig.pay().phase is P.SETTLED
    attempt = rig.pay()

    assert attempt.phase is P.NOT_CHARGED
    assert rig.ledger.net() == 125_000 * len(rig.sales()) == 125_000
    rig.close()


# ---- drivers that do not keep to the face


@dataclass
class Liar(FakeTerminal):
    """A driver whose outcome is not what it told its witness."""

    folder: Path
    options: TerminalOptions
    tells: Callable[[Witness], Outcome] = lambda _: InDoubt("x")

    def __post_init__(self) -> None:
        super().__init__(self.folder, self.options)

    def authorise(self, asked: Asked, witness: Witness) -> Outcome:
        return self.tells(witness)


GOOD = Result(True, "00", Money(125_000, "IRR"), "12345678", 77, 77)
BAD = replace(GOOD, good=False, code="05")


def told(*steps: object, end: Outcome) -> Callable[[Witness], Outcome]:
    def tell(witness: Witness) -> Outcome:
        for each in steps:
            if isinstance(each, Result):
                witness.resulted(each)
            else:
                getattr(witness, str(each))()
        return end

    return tell


@pytest.mark.parametrize(
    ("tells", "came_to"),
    [
        (told(end=Completed(GOOD)), [P.INTENT, P.SENT, P.IN_DOUBT]),
        (told(end=Declined("05", "funds")), [P.INTENT, P.SENT, P.IN_DOUBT]),
        (told(end=Cancelled()), [P.INTENT, P.SENT, P.IN_DOUBT]),
        (told(end=InDoubt("?")), [P.INTENT, P.SENT, P.IN_DOUBT]),
        (told("sending", end=NotSent("?")), [P.INTENT, P.SENT, P.IN_DOUBT]),
        (told("sending", end=Completed(GOOD)), [P.INTENT, P.SENT, P.IN_DOUBT]),
        (told("sending", BAD, end=Completed(BAD)), [P.INTENT, P.SENT, P.RESULT, P.IN_DOUBT]),
        (told("sending", BAD, end=Completed(GOOD)), [P.INTENT, P.SENT, P.RESULT, P.IN_DOUBT]),
        (
            told("sending", GOOD, end=Completed(replace(GOOD, receipt=78))),
            [P.INTENT, P.SENT, P.RESULT, P.IN_DOUBT],
        ),
        (
            told("sending", GOOD, "acked", end=Declined("6C", "refused")),
            [P.INTENT, P.SENT, P.RESULT, P.ACKED, P.IN_DOUBT],
        ),
        (
            told("sending", GOOD, end=Cancelled()),
            [P.INTENT, P.SENT, P.RESULT, P.IN_DOUBT],
        ),
        (told("sending", "sending", end=Completed(GOOD)), [P.INTENT, P.SENT, P.IN_DOUBT]),
        (told("accepted", end=Completed(GOOD)), [P.INTENT, P.SENT, P.IN_DOUBT]),
        (
            told("sending", replace(GOOD, amount=None), end=Completed(replace(GOOD, amount=None))),
            [P.INTENT, P.SENT, P.RESULT, P.IN_DOUBT],
        ),
        (
            told("sending", BAD, end=Declined("05", "funds")),
            [P.INTENT, P.SENT, P.RESULT, P.DECLINED],
        ),
        (told("sending", end=Cancelled()), [P.INTENT, P.SENT, P.CANCELLED]),
        (told("sending", GOOD, end=Completed(GOOD)), [P.INTENT, P.SENT, P.RESULT, P.COMPLETED]),
    ],
)
def test_an_outcome_counts_as_far_as_its_steps_are_on_the_disk(
    tmp_path: Path, tells: Callable[[Witness], Outcome], came_to: list[Phase]
) -> None:
    rig = Rig(tmp_path, terminal=lambda folder, options: Liar(folder, options, tells))
    attempt = rig.begin()

    assert isinstance(attempt, Attempt)
    assert phases(attempt) == came_to
    rig.close()


def test_a_driver_that_raises_is_a_doubt(tmp_path: Path) -> None:
    def raises(witness: Witness) -> Outcome:
        witness.sending()
        raise DeviceError("the cable")

    rig = Rig(tmp_path, terminal=lambda folder, options: Liar(folder, options, raises))
    attempt = rig.begin()

    assert isinstance(attempt, Attempt)
    assert (attempt.phase, attempt.why) == (P.IN_DOUBT, "the cable")
    rig.close()


# ---- another address


@pytest.mark.parametrize(
    ("before", "terminal_id", "phase"),
    [("1", "1", P.SETTLED), ("1", "9", P.ATTENDANT), ("", "", P.ATTENDANT), ("", "1", P.ATTENDANT)],
)
def test_at_another_address_only_the_same_terminal_is_believed(
    rig: Rig, before: str, terminal_id: str, phase: Phase
) -> None:
    rig.ledger.pull(terminal_id=before)
    rig.pay()
    rig.ledger.pull(lose="booked")
    attempt = rig.begin()
    assert isinstance(attempt, Attempt)
    rig.ledger.pull(terminal_id=terminal_id)
    rig.desk.where = "fake://there"

    assert rig.settled(attempt).phase is phase


# ---- split tenders


POINTS = OtherTender("points", 25_000, "r1")


def reserved(rig: Rig) -> list[tuple[str, str]]:
    return rig.rows("SELECT id, state FROM fake_reservation")


def test_what_others_reserved_is_captured_with_the_sale(rig: Rig) -> None:
    attempt = rig.pay(amount=100_000, basket=BASKET, others=(POINTS,))

    assert attempt.phase is P.SETTLED
    assert rig.ledger.net() == 100_000
    assert reserved(rig) == [("r1", "captured")]
    assert rig.rows("SELECT number, kind, amount FROM sale_tender") == [
        (1, "card", 100_000),
        (2, "points", 25_000),
    ]


@pytest.mark.parametrize(
    "levers",
    [
        {"outcome": "decline"},
        {"outcome": "cancel"},
        {"lose": "sending"},
        {"lose": "booked", "unacked": "reverses"},
        {"amount_off": 7},
    ],
)
def test_what_others_reserved_is_released_where_nothing_stays_charged(
    rig: Rig, levers: dict[str, object]
) -> None:
    rig.ledger.pull(**levers)
    rig.pay(amount=100_000, basket=BASKET, others=(POINTS,))

    assert rig.ledger.net() == 0
    assert reserved(rig) == [("r1", "released")]


def test_what_others_reserved_stays_reserved_while_nobody_can_tell(rig: Rig) -> None:
    rig.ledger.pull(lose="booked", probes=0)
    rig.pay(amount=100_000, basket=BASKET, others=(POINTS,))

    assert rig.rows("SELECT name FROM sqlite_master WHERE name = 'fake_reservation'") == []


def test_a_sale_whose_points_are_gone_is_not_completed_and_the_card_is_reversed(rig: Rig) -> None:
    rig.reservations.lost.add("r1")
    attempt = rig.pay(amount=100_000, basket=BASKET, others=(POINTS,))

    assert attempt.phase is P.REVERSED
    assert rig.ledger.net() == 0
    assert rig.sales() == []
    assert rig.told("sale_completed") == []


@pytest.mark.parametrize("end", [P.DECLINED, P.IN_DOUBT])
def test_no_sale_is_made_of_a_charge_whose_reversal_was_sent(rig: Rig, end: Phase) -> None:
    """Though the points are there again: nobody knows any more what stays charged."""
    charge = rig.begin(amount=100_000, basket=BASKET, others=(POINTS,))
    assert isinstance(charge, Attempt)
    assert charge.phase is P.COMPLETED
    result = charge.result
    assert result is not None
    reversal = begin_reversal(rig.desk, charge, result, result)
    rig.journal.steps(reversal, [(P.SENT, {}), (end, {})])

    assert rig.settled(charge).phase is P.ATTENDANT
    assert rig.sales() == []


def test_the_bound_of_a_doubt_of_another_boot_counts_from_the_start(rig: Rig) -> None:
    rig.ledger.pull(lose="booked")
    attempt = rig.begin()
    assert isinstance(attempt, Attempt)
    rig.ledger.pull(gone=-1)
    again = rig.restart(boot=True)

    assert again.settled(attempt).phase is P.ATTENDANT
    assert 600 <= sum(again.waited) <= 616
    again.close()
