"""The states of a payment: each word, each view, and that nobody is asked to pay again in doubt."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any, get_args
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from kiosk.checkout import state as checkout
from kiosk.checkout.examples import BILL, EXAMPLES
from kiosk.checkout.handler import heard, payable_in, printed
from kiosk.checkout.view import view_of
from kiosk.checkout.wording import DOINGS, REASONS, REFUSALS
from kiosk.checkout_messages import (
    CheckoutTouch,
    Decided,
    DecideLater,
    PayAgain,
    PayByCard,
    TakeReceiptOnScreen,
)
from kiosk.frame import Button
from kiosk.hardware.terminal.behpardakht.results import RESULTS as POSPC
from kiosk.hardware.terminal.sadad.results import RESULTS as PCPOS
from kiosk.hardware.terminal.zvt.results import Doing, Why
from kiosk.messages import (
    AddToBasket,
    ChooseLanguage,
    DropBasket,
    EnterPin,
    EraseDigit,
    FinishBasket,
    GoBack,
    GoHome,
    Language,
    Leave,
    LeaveBasket,
    OpenBasket,
    OpenHelp,
    OpenSearch,
    OpenStaff,
    StayLonger,
    Touched,
    TypeCode,
    TypeDigit,
)
from kiosk.payment_messages import (
    Decision,
    Ending,
    MoneyGivenBack,
    Pay,
    PaymentApproved,
    PaymentAttendant,
    PaymentBegun,
    PaymentCancelled,
    PaymentDeclined,
    PaymentFact,
    PaymentInDoubt,
    PaymentRefused,
    PaymentSays,
    PaymentSettled,
    Refusal,
    TellerReady,
)
from kiosk.receipt_messages import NotPrinted, PrintInDoubt, ReceiptNotPrinted, ReceiptSigned
from kiosk.words import Words, read_texts
from tests.flows.paying import PayingShop
from tests.flows.shopping import MILK_CODE

OTHER = UUID(int=99)
ATTEMPT = UUID(int=48)
AMOUNT = BILL.amount
IDS = (ATTEMPT, BILL.sale_id)
LANGUAGES = [Words(each, ZoneInfo("Asia/Tehran"), texts=read_texts(each)) for each in Language]
PAYS = (PayByCard, PayAgain, TakeReceiptOnScreen, FinishBasket, AddToBasket)
LEAVES = (LeaveBasket, DropBasket, GoHome, GoBack, Leave)
FACTS: tuple[PaymentFact, ...] = (
    PaymentBegun(*IDS, AMOUNT),
    PaymentSays(ATTEMPT, "enter_pin", "PIN"),
    PaymentApproved(*IDS, AMOUNT, "ref", card_last4="1234"),
    PaymentDeclined(*IDS, "funds"),
    PaymentCancelled(*IDS),
    PaymentInDoubt(*IDS, AMOUNT, "no answer"),
    PaymentSettled(*IDS, Ending.NOT_CHARGED, "row 4"),
    PaymentAttendant(*IDS, AMOUNT, "row 6"),
    MoneyGivenBack(*IDS, AMOUNT, done=True),
    TellerReady(),
    *(PaymentRefused(BILL.sale_id, why) for why in Refusal),
)
SETTLES = (PaymentApproved, PaymentDeclined, PaymentCancelled, PaymentSettled)


def hear(state: checkout.State, fact: PaymentFact) -> checkout.State:
    return heard(state, fact, payable=True, staffed=True)


def buttons(value: object) -> list[Button]:
    """Every button that is anywhere in a view."""
    if isinstance(value, Button):
        return [value]
    if isinstance(value, tuple):
        return [button for each in value for button in buttons(each)]
    if is_dataclass(value) and not isinstance(value, type):
        return [button for each in fields(value) for button in buttons(getattr(value, each.name))]
    return []


# ---- what a word makes of a state


@pytest.mark.parametrize(
    ("fact", "then"),
    [
        (FACTS[2], checkout.Paid),
        (FACTS[3], checkout.Declined),
        (FACTS[4], checkout.Stopped),
        (FACTS[5], checkout.Unknown),
        (FACTS[6], checkout.NotCharged),
        (FACTS[7], checkout.Attendant),
    ],
)
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_journals_word_is_believed_wherever_the_screen_is(
    name: str, fact: PaymentFact, then: type
) -> None:
    state = EXAMPLES[name]
    state = state if state.bill == BILL else replace_bill(state)
    expected = checkout.Paid if isinstance(state, checkout.Paid) else then
    assert isinstance(hear(state, fact), expected)


def replace_bill(state: checkout.State) -> checkout.State:
    if isinstance(
        state, checkout.AskingStaff | checkout.Naming | checkout.Deciding | checkout.Writing
    ):
        return replace(state, behind=replace(state.behind, bill=BILL))
    return replace(state, bill=BILL)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_word_about_another_sale_changes_nothing(name: str) -> None:
    state = EXAMPLES[name]
    for fact in FACTS:
        if hasattr(fact, "sale_id"):
            assert hear(state, replace(fact, sale_id=OTHER)) is state
        if isinstance(fact, PaymentSays):
            assert hear(state, replace(fact, attempt_id=OTHER)) is state


def test_what_the_terminal_says_is_followed_and_nothing_of_it_decides() -> None:
    for key in ("approved", "declined", "never heard of", "enter_pin"):
        said = hear(checkout.Following(BILL, ATTEMPT), PaymentSays(ATTEMPT, key, "TEXT"))
        assert said == checkout.Following(BILL, ATTEMPT, key)
        for words in LANGUAGES:
            assert "TEXT" not in repr(view_of(said, words))


@given(st.lists(st.sampled_from(FACTS), max_size=12), st.sampled_from(sorted(EXAMPLES)))
def test_what_is_paid_stays_paid(facts: list[PaymentFact], name: str) -> None:
    state = replace_bill(EXAMPLES[name])
    was_paid = False
    for fact in facts:
        was_paid = was_paid or isinstance(state, checkout.Paid)
        state = hear(state, fact)
        assert isinstance(state, checkout.Paid) or not was_paid


def test_a_refusal_of_a_decision_goes_back_to_it_and_says_so() -> None:
    behind = checkout.Attendant(BILL, ATTEMPT, "why")
    writing = checkout.Writing(behind, Decision.CHARGED)
    for named in (BILL.sale_id, ATTEMPT):
        after = hear(writing, PaymentRefused(named, Refusal.NO_ROOM))
        assert after == replace(behind, unwritten=True)


@pytest.mark.parametrize(
    "fact",
    [
        ReceiptNotPrinted(BILL.sale_id, NotPrinted.UNSURE),
        PrintInDoubt(OTHER, BILL.sale_id, "47", "why"),
    ],
)
def test_a_receipt_that_did_not_come_out_is_on_the_screen(fact: Any) -> None:
    paid = checkout.Paid(BILL, checkout.Paper.PRINTING)
    after = printed(printed(paid, fact), ReceiptSigned(BILL.sale_id, "PR1"))
    assert after == checkout.Paid(BILL, checkout.Paper.FAILED, "PR1")
    assert printed(paid, replace(fact, sale_id=OTHER)) is paid


# ---- every state has words, and a way out


@pytest.mark.parametrize("words", LANGUAGES, ids=lambda each: each.language.value)
def test_every_state_says_something_in_each_language(words: Words) -> None:
    for name, state in EXAMPLES.items():
        body: Any = view_of(state, words)
        assert body.title, name
        persian = any("\u0600" <= letter <= "\u06ff" for letter in body.title)
        assert persian is words.language.rtl, name


def test_every_state_has_a_way_out_or_waits_for_a_word_that_will_come() -> None:
    waits = (checkout.Stopping, checkout.Unknown, checkout.Writing)
    for name, state in EXAMPLES.items():
        unattended = isinstance(state, checkout.Attendant) and not state.staffed  # ends by itself
        connecting = isinstance(state, checkout.Connecting) and state.stopping
        if not (isinstance(state, waits) or unattended or connecting):
            assert buttons(view_of(state, LANGUAGES[0])), name


def test_the_words_know_every_key_of_the_drivers() -> None:
    whys = {str(each) for each in Why} | {str(each) for each in (*POSPC.values(), *PCPOS.values())}
    never_told = {"good", "cancelled", "undecided", "not_found"}  # none of them is a decline
    technical = {"printer", "reversed", "setup", "technical"}
    assert whys - never_told <= REASONS.keys() | technical
    decided_elsewhere = {"approved", "declined", "settling", "fault", "funds", "limit"}  # wait
    assert {str(each) for each in Doing} <= DOINGS.keys() | decided_elsewhere
    assert set(Refusal) == set(REFUSALS)


def test_no_key_of_the_terminal_says_that_it_is_paid() -> None:
    for doing in DOINGS.values():
        assert "paid" not in (doing.title + doing.text).lower().replace("unpaid", "")


def test_where_another_card_helps_the_button_says_so() -> None:
    texts = {
        why: buttons(view_of(checkout.Declined(BILL, why), LANGUAGES[1]))[0].text
        for why in ("funds", "expired", "pin", "technical", "unheard of")
    }
    assert texts == {
        "funds": "Use another card",
        "expired": "Use another card",
        "pin": "Try once more",
        "technical": "Try once more",
        "unheard of": "Try once more",
    }


# ---- in doubt nobody is asked to pay again


@pytest.mark.parametrize("words", LANGUAGES, ids=lambda each: each.language.value)
def test_no_view_in_doubt_pays_finishes_or_leaves(words: Words) -> None:
    doubtful = [each for each in EXAMPLES.values() if isinstance(each, checkout.Doubtful)]
    assert {type(each) for each in doubtful} == set(get_args(checkout.Doubtful))
    for state in doubtful:
        for button in buttons(view_of(state, words)):
            assert not isinstance(button.send, PAYS + LEAVES), state
        assert not payable_in(state)


@given(st.lists(st.sampled_from(FACTS), max_size=10), st.sampled_from(sorted(EXAMPLES)))
@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
def test_only_a_settling_word_leads_out_of_a_doubt(facts: list[PaymentFact], name: str) -> None:
    state = replace_bill(EXAMPLES[name])
    for fact in facts:
        before, state = state, hear(state, fact)
        if isinstance(before, checkout.Doubtful) and not isinstance(fact, SETTLES):
            assert isinstance(state, checkout.Doubtful), (before, fact)


TOUCHES: tuple[object, ...] = (
    PayByCard(), PayByCard(agreed=True), PayAgain(), TakeReceiptOnScreen(), FinishBasket(),
    FinishBasket(agreed=True), AddToBasket(), OpenBasket(), LeaveBasket(), DropBasket(), GoHome(),
    GoBack(), Leave(), OpenHelp(), OpenSearch(), OpenStaff(), StayLonger(), Touched(), EnterPin(),
    EraseDigit(), TypeDigit("1"), TypeCode("A"), ChooseLanguage(Language.EN),
    *(kind() for kind in get_args(CheckoutTouch) if kind not in (PayByCard, Decided)),
)  # fmt: skip


def test_no_touch_in_any_doubt_asks_for_a_payment(tmp_path: Path) -> None:
    """Every doubtful state × every touch, on the core itself."""
    shop = PayingShop(tmp_path)
    shop.start(MILK_CODE)
    core = shop.kiosk.core
    shop.kiosk.do(TellerReady())
    basket = core._visit.basket
    assert basket is not None
    for state in EXAMPLES.values():
        if not isinstance(state, checkout.Doubtful):
            continue
        for touch in TOUCHES:
            if isinstance(state, checkout.Deciding) and isinstance(touch, DecideLater):
                continue  # staff take it with them: nothing is asked of anybody
            core._visit = replace(core._visit, scene=state, basket=basket, behind=())
            shop.kiosk.do(touch)  # type: ignore[arg-type]
            assert isinstance(core._visit.scene, checkout.Doubtful), (state, touch)
            assert not any(isinstance(each, Pay) for each in shop.teller.asked), (state, touch)
            assert core._visit.basket is basket
    assert shop.told("basket_abandoned") == shop.told("basket_finished") == []
    shop.close()


class Checkout(RuleBasedStateMachine):
    """A kiosk that is touched and told at random: the shopper is charged once at most, and knows."""

    def __init__(self) -> None:
        super().__init__()
        import tempfile

        self.folder = tempfile.TemporaryDirectory()
        self.shop = PayingShop(Path(self.folder.name))
        self.shop.start(MILK_CODE)

    @rule(touch=st.sampled_from(TOUCHES))
    def touch(self, touch: Any) -> None:
        self.shop.kiosk.do(touch)

    @rule(
        lose=st.sampled_from(["", "connected", "taken", "booked", "resulted", "acked"]),
        outcome=st.sampled_from(["approve", "decline", "cancel"]),
        after_loss=st.sampled_from(["books", "gives_up"]),
        probes=st.sampled_from(["1", "1", "0"]),
    )
    def work(self, **levers: str) -> None:
        self.shop.pull(**levers)
        self.shop.teller.work()

    @rule()
    def scan(self) -> None:
        self.shop.scan(MILK_CODE)

    @rule(seconds=st.sampled_from([1, 31, 100]))
    def wait(self, seconds: int) -> None:
        self.shop.kiosk.wait(seconds)

    @rule()
    def restart(self) -> None:
        self.shop.start_anew()
        self.shop.teller.start()

    @invariant()
    def nobody_is_asked_to_pay_what_may_be_paid(self) -> None:
        scene = self.shop.kiosk.core._visit.scene
        pays = [each for each in buttons(self.shop.kiosk.core.view.body)
                if isinstance(each.send, PAYS)]  # fmt: skip
        if isinstance(scene, checkout.State) and pays:
            standing = self.shop.kiosk._checkouts
            assert standing is not None
            of_sale = standing.standings.of_sale(scene.bill.sale_id)
            told = of_sale.fact if of_sale else None
            assert not isinstance(told, PaymentApproved | PaymentInDoubt | PaymentAttendant)

    @invariant()
    def no_sale_is_charged_twice(self) -> None:
        sold = self.shop.told("sale_completed")
        assert len({each["sale"] for each in sold}) == len(sold)
        if isinstance(self.shop.kiosk.core._visit.scene, checkout.Paid):
            assert sold

    def teardown(self) -> None:
        self.shop.close()
        self.folder.cleanup()


def test_at_random_nobody_is_asked_to_pay_what_may_be_paid() -> None:
    run_state_machine_as_test(
        Checkout,
        settings=settings(
            max_examples=25, stateful_step_count=25, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
