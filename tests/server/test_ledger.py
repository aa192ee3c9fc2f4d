"""The ledger: what is written stays and sums to zero, and nothing is spent twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import Error, connection, connections, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from retail.loyalty.lots import NotEnoughError
from server.configuration import Configuration
from server.ledger.jobs import expire_due
from server.ledger.models import POINTS, Account, Entry, Hold, Lot, LotUse, Posting
from server.ledger.writing import (
    BlockedError,
    Cause,
    Give,
    LedgerError,
    OtherwiseError,
    Take,
    TooLateError,
    account_of,
    balance,
    capture,
    chain_account,
    hold,
    lots_of,
    post,
    release,
    spendable,
    undo,
)
from tests.server.engines import EACH

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
POSTGRES = pytest.mark.parametrize("engine", ["postgresql"])


def day(number: int) -> datetime:
    return NOON + timedelta(days=number)


def points(owner: str = "m1") -> Account:
    return account_of(Account.Kind.POINTS, owner, POINTS)


def chain(name: str = "given") -> Account:
    return chain_account(name, POINTS)


def give(
    account: Account,
    amount: int,
    key: str = "g",
    at: int = 0,
    expires: int | None = None,
    vests: int = 0,
) -> Entry:
    cause = Cause(key, "earned", day(at))
    ends = None if expires is None else day(expires)
    with transaction.atomic():
        return post(cause, (Give(account, amount, day(vests), ends), Take(chain(), amount)))


def take(
    account: Account, amount: int, key: str = "t", at: int = 0, *, owing: bool = False
) -> Entry:
    with transaction.atomic():
        moves = (Take(account, amount, owing=owing), Give(chain("spent"), amount))
        return post(Cause(key, "spent", day(at)), moves)


# ---- what is written


@EACH
def test_what_is_written_stays(configuration: Configuration) -> None:
    entry = give(points(), 100)
    for change in (
        lambda: Entry.objects.filter(pk=entry.pk).update(kind="other"),
        lambda: Posting.objects.filter(entry=entry).update(amount=5),
        lambda: Posting.objects.filter(entry=entry)._raw_delete("default"),
        lambda: Lot.objects.update(amount=1),
        lambda: (
            LotUse.objects.create(lot=Lot.objects.get(), posting=entry.postings.first(), amount=1)  # type: ignore[misc]
            and LotUse.objects.update(amount=2)
        ),
    ):
        with pytest.raises(Error, match="the ledger is kept"), transaction.atomic():
            change()  # type: ignore[no-untyped-call]
    assert balance(points()) == 100


@POSTGRES
def test_the_database_itself_refuses_postings_that_do_not_sum_to_zero(
    configuration: Configuration,
) -> None:
    account = points()

    def write() -> None:
        with transaction.atomic():
            entry = Entry.objects.create(key="k", kind="x", at=NOON, written_at=NOON)
            Posting.objects.create(entry=entry, account=account, amount=5, at=NOON)

    with pytest.raises(Error, match="do not sum to zero"):
        write()


@EACH
@pytest.mark.parametrize(
    "moves",
    [
        lambda: (),
        lambda: (Give(points(), 5),),
        lambda: (Give(points(), 5), Take(chain(), 4)),
        lambda: (Give(points(), 5), Take(chain_account("given", "IRR"), 5)),
        lambda: (Give(points(), 0), Take(chain(), 0)),
    ],
)
def test_an_entry_sums_to_zero_in_each_unit(
    configuration: Configuration, moves: Callable[[], tuple[Give | Take, ...]]
) -> None:
    with pytest.raises(LedgerError), transaction.atomic():
        post(Cause("k", "x", NOON), moves())
    assert not Entry.objects.exists()


@EACH
def test_a_key_is_written_once_and_is_of_one_thing(configuration: Configuration) -> None:
    assert give(points(), 100) == give(points(), 100)
    assert balance(points()) == 100
    with pytest.raises(OtherwiseError):
        give(points(), 99)
    with pytest.raises(OtherwiseError):
        take(points(), 100, key="g")


# ---- spending


@EACH
def test_what_is_not_there_cannot_be_spent(configuration: Configuration) -> None:
    give(points(), 100)
    take(points(), 60)
    with pytest.raises(NotEnoughError) as refused:
        take(points(), 41, "t2")
    assert (refused.value.there, balance(points())) == (40, 40)
    take(points(), 40, "t3")
    assert balance(points()) == 0


@EACH
def test_lots_are_spent_by_their_end_and_expire_once(configuration: Configuration) -> None:
    give(points(), 100, "a", expires=10)
    give(points(), 50, "b")
    take(points(), 80, at=5)
    assert spendable(points(), day(9)) == 70
    assert spendable(points(), day(11)) == 50  # before any job has run
    assert [expire_due(day(11)), expire_due(day(12))] == [1, 0]
    assert balance(points()) == 50
    assert balance(points(), day(9)) == 70  # on that day they were there still
    assert balance(chain("expired")) == 20


@EACH
def test_what_has_not_vested_waits(configuration: Configuration) -> None:
    give(points(), 100, vests=7)
    with pytest.raises(NotEnoughError):
        take(points(), 1, at=6)
    take(points(), 1, at=7)


@EACH
def test_a_return_may_leave_a_debt_that_later_points_pay(configuration: Configuration) -> None:
    give(points(), 100)
    take(points(), 90)
    take(points(), 100, "returned", owing=True)
    assert (balance(points()), spendable(points(), NOON)) == (-90, -90)
    give(points(), 120, "later")
    assert (balance(points()), spendable(points(), NOON)) == (30, 30)
    with pytest.raises(NotEnoughError):
        take(points(), 31, "t2")
    take(points(), 30, "t3")


@EACH
def test_undoing_gives_back_the_very_lots(configuration: Configuration) -> None:
    give(points(), 100, "a", expires=10)
    give(points(), 50, "b")
    spent = take(points(), 120, at=1)
    with transaction.atomic():
        undo(Cause("u", "returned", day(2)), spent)
        undo(Cause("u", "returned", day(2)), spent)  # the same once more
    assert sorted((lot.left, lot.expires_at is None) for lot in lots_of(points())) == [
        (50, True),
        (100, False),
    ]
    with pytest.raises(LedgerError, match="undone"), transaction.atomic():
        undo(Cause("u2", "returned", day(2)), spent)
    assert balance(points()) == 150


@EACH
def test_what_was_given_is_not_undone_once_it_is_spent(configuration: Configuration) -> None:
    given = give(points(), 100)
    take(points(), 1)
    with pytest.raises(NotEnoughError), transaction.atomic():
        undo(Cause("u", "x", NOON), given)
    assert balance(points()) == 99


@EACH
def test_an_organisation_may_owe_up_to_its_limit(configuration: Configuration) -> None:
    account = account_of(Account.Kind.ORGANISATION, "o1", "IRR")
    Account.objects.filter(pk=account.pk).update(floor=-1_000)
    to = chain_account("sales", "IRR")
    with transaction.atomic():
        post(Cause("a", "spent", NOON), (Take(account, 1_000), Give(to, 1_000)))
    with pytest.raises(NotEnoughError), transaction.atomic():
        post(Cause("b", "spent", NOON), (Take(account, 1), Give(to, 1)))


@EACH
def test_a_blocked_account_spends_nothing(configuration: Configuration) -> None:
    give(points(), 100)
    Account.objects.filter(pk=points().pk).update(blocked=True)
    with pytest.raises(BlockedError):
        take(points(), 1)
    with pytest.raises(BlockedError), transaction.atomic():
        hold("h", points(), 1, NOON, NOON + HOUR)


# ---- holds


@EACH
def test_what_is_held_is_for_one_sale_until_its_end(configuration: Configuration) -> None:
    give(points(), 100)
    with transaction.atomic():
        made = hold("h", points(), 70, NOON, NOON + HOUR)
        assert hold("h", points(), 70, NOON, NOON + HOUR) == made
    assert spendable(points(), NOON) == 30
    with pytest.raises(NotEnoughError), transaction.atomic():
        hold("h2", points(), 31, NOON, NOON + HOUR)
    assert spendable(points(), NOON + HOUR) == 100  # its end has passed
    with pytest.raises(OtherwiseError), transaction.atomic():
        hold("h", points(), 71, NOON, NOON + HOUR)


@EACH
def test_a_hold_is_captured_once_and_the_rest_is_free(configuration: Configuration) -> None:
    give(points(), 100)
    cause = Cause("c", "spent", NOON)
    with transaction.atomic():
        hold("h", points(), 70, NOON, NOON + HOUR)
        entry = capture("h", cause, chain("spent"), 60)
        assert capture("h", cause, chain("spent"), 60) == entry
    assert (balance(points()), spendable(points(), NOON)) == (40, 40)
    with pytest.raises(TooLateError), transaction.atomic():
        release("h")
    with pytest.raises(OtherwiseError), transaction.atomic():
        capture("h", cause, chain("spent"), 59)


@EACH
def test_a_hold_that_is_let_go_is_not_captured(configuration: Configuration) -> None:
    give(points(), 100)
    with transaction.atomic():
        hold("h", points(), 70, NOON, NOON + HOUR)
        release("h")
        release("h")
    assert spendable(points(), NOON) == 100
    with pytest.raises(TooLateError), transaction.atomic():
        capture("h", Cause("c", "spent", NOON), chain("spent"))


@EACH
def test_a_hold_whose_end_has_passed_is_captured_where_it_is_still_there(
    configuration: Configuration,
) -> None:
    give(points(), 100)
    late = NOON + 2 * HOUR
    with transaction.atomic():
        hold("h", points(), 70, NOON, NOON + HOUR)
        hold("h2", points(), 60, late, late + HOUR)
    with pytest.raises(NotEnoughError), transaction.atomic():
        capture("h", Cause("c", "spent", late), chain("spent"))
    assert Hold.objects.get(key="h").state == Hold.State.HELD  # nothing of it was written
    with transaction.atomic():
        release("h2")
        capture("h", Cause("c", "spent", late), chain("spent"))
    assert balance(points()) == 30


# ---- at the same instant


def at_once(works: list[Callable[[], None]]) -> list[BaseException | None]:
    """Do all of it at the same instant, each by a connection of its own."""
    start, ends = threading.Barrier(len(works)), [None] * len(works)

    def run(number: int, work: Callable[[], None]) -> None:
        try:
            connection.ensure_connection()
            start.wait(60)
            work()
        except BaseException as error:
            ends[number] = error  # type: ignore[call-overload]
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return ends


@pytest.mark.parametrize(("engine", "spenders"), [("sqlite", 24), ("postgresql", 200)])
def test_of_many_who_spend_one_gift_card_at_once_exactly_its_balance_is_spent(
    configuration: Configuration, spenders: int
) -> None:
    card = account_of(Account.Kind.GIFT_CARD, "card-1", "IRR")
    sold, sales = chain_account("sold", "IRR"), chain_account("sales", "IRR")
    with transaction.atomic():
        post(Cause("sold", "sold", NOON), (Give(card, 1_000_000), Take(sold, 1_000_000)))
    connections["default"].close()
    connections["default"].settings_dict["OPTIONS"].pop("pool", None)  # each by its own

    def spend(number: int) -> Callable[[], None]:
        def work() -> None:
            with transaction.atomic():
                moves = (Take(card, 30_000), Give(sales, 30_000))
                post(Cause(f"spend-{number}", "spent", NOON), moves)

        return work

    ends = at_once([spend(number) for number in range(spenders)])
    spent = [each for each in ends if each is None]
    assert all(each is None or isinstance(each, NotEnoughError) for each in ends), ends
    assert len(spent) == min(spenders, 33)
    assert balance(card) == 1_000_000 - 30_000 * len(spent)
    assert balance(sales) == 30_000 * len(spent)


@EACH
def test_of_two_checkouts_of_all_of_it_exactly_one_succeeds(configuration: Configuration) -> None:
    give(points(), 10)
    connections["default"].close()

    def checkout(number: int) -> Callable[[], None]:
        def work() -> None:
            with transaction.atomic():
                hold(f"h{number}", points(), 10, NOON, NOON + HOUR)
            with transaction.atomic():
                capture(f"h{number}", Cause(f"c{number}", "spent", NOON), chain("spent"))

        return work

    ends = at_once([checkout(1), checkout(2)])
    assert sorted(type(each).__name__ for each in ends) == ["NoneType", "NotEnoughError"]
    assert balance(points()) == 0


# ---- whatever is done, in whatever order


class Books(RuleBasedStateMachine):
    """Beside the database stands a plain count of what must be there."""

    @initialize()
    def begin(self) -> None:
        for table in ("lotuse", "lot", "hold", "posting", "entry", "account"):
            with connection.cursor() as cursor:
                _emptied(cursor, f"ledger_{table}")
        self.number, self.now = 0, 0
        self.lots: list[list[int]] = []  # left, vests, expires
        self.held: dict[str, tuple[int, int]] = {}
        self.ended: list[str] = []

    def _key(self) -> str:
        self.number += 1
        return f"k{self.number}"

    def _free(self) -> int:
        there = sum(left for left, vests, expires in self.lots if vests <= self.now < expires)
        return there - sum(amount for amount, ends in self.held.values() if ends > self.now)

    def _spend(self, amount: int) -> None:
        for lot in sorted(self.lots, key=lambda each: each[2]):
            if lot[1] <= self.now < lot[2]:
                part = min(lot[0], amount)
                lot[0] -= part
                amount -= part

    @rule(amount=st.integers(1, 50), vests=st.integers(0, 3), lasts=st.integers(1, 9))
    def earn(self, amount: int, vests: int, lasts: int) -> None:
        give(points(), amount, self._key(), self.now, self.now + vests + lasts, self.now + vests)
        self.lots.append([amount, self.now + vests, self.now + vests + lasts])

    @rule(amount=st.integers(1, 60))
    def spend(self, amount: int) -> None:
        free = self._free()
        try:
            take(points(), amount, self._key(), self.now)
        except NotEnoughError:
            assert amount > free
        else:
            assert amount <= free
            self._spend(amount)

    @rule(amount=st.integers(1, 60), lasts=st.integers(1, 4))
    def set_aside(self, amount: int, lasts: int) -> None:
        key, free = self._key(), self._free()
        try:
            with transaction.atomic():
                hold(key, points(), amount, day(self.now), day(self.now + lasts))
        except NotEnoughError:
            assert amount > free
        else:
            assert amount <= free
            self.held[key] = (amount, self.now + lasts)

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def take_what_is_held(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.held)))
        amount, ends = self.held[key]
        free = self._free() + (amount if ends > self.now else 0)
        try:
            with transaction.atomic():
                capture(key, Cause(self._key(), "spent", day(self.now)), chain("spent"))
        except NotEnoughError:
            assert amount > free
            return
        assert amount <= free
        del self.held[key]
        self._spend(amount)

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def let_go(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.held)))
        with transaction.atomic():
            release(key)
        del self.held[key]

    @rule(days=st.integers(1, 3))
    def wait(self, days: int) -> None:
        self.now += days

    @rule()
    def run_the_job(self) -> None:
        expire_due(day(self.now))
        assert expire_due(day(self.now)) == 0

    @invariant()
    def nothing_is_spent_that_is_not_there(self) -> None:
        if not hasattr(self, "lots"):
            return
        assert spendable(points(), day(self.now)) == self._free()
        assert balance(points()) >= 0
        assert not Posting.objects.aggregate(sum=Sum("amount"))["sum"]
        entries = Posting.objects.values("entry").annotate(sum=Sum("amount"))
        assert all(each["sum"] == 0 for each in entries)


def _emptied(cursor: object, table: str) -> None:
    """Empty a table of a test's own database, whose triggers forbid it."""
    if connection.vendor == "postgresql":
        cursor.execute(f"TRUNCATE {table} CASCADE")  # type: ignore[attr-defined]
        return
    cursor.execute(f"DROP TRIGGER IF EXISTS {table}_delete")  # type: ignore[attr-defined]
    cursor.execute(f"DELETE FROM {table}")  # type: ignore[attr-defined]


@EACH
def test_no_order_of_deeds_spends_what_is_not_there(configuration: Configuration) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Books,
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
