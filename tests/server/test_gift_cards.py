"""Gift cards: worth what was paid for them, once; and nothing is told to who guesses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from retail.loyalty.lots import NotEnoughError
from retail.serials import ALPHABET, checked, grouped
from server.configuration import Configuration
from server.ledger.cards import (
    NewBatch,
    NoCardError,
    account_of_card,
    block,
    make_batch,
    merge,
    owed,
    sell,
    worth,
)
from server.ledger.jobs import expire_due
from server.ledger.models import GiftCard
from server.ledger.writing import Cause, Give, LedgerError, Take, chain_account, post
from tests.server.engines import EACH

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
YEAR = timedelta(days=365)


def made(
    count: int = 1, name: str = "b", unit: str = "IRR", expires_at: datetime | None = None
) -> tuple[str, ...]:
    return make_batch(NewBatch(name, count, unit, expires_at), "office", NOON)[1]


def sold(serial: str, amount: int = 500_000, key: str = "s") -> None:
    sell(serial, amount, Cause(f"sold:{key}", "sold", NOON))


def spend(serial: str, amount: int, key: str = "p", at: datetime = NOON) -> None:
    from django.db import transaction

    with transaction.atomic():
        moves = (Take(account_of_card(serial), amount), Give(chain_account("sales", "IRR"), amount))
        post(Cause(key, "spent", at), moves)


@EACH
def test_serials_are_given_out_once_and_kept_nowhere(configuration: Configuration) -> None:
    serials = made(50)
    assert len(set(serials)) == 50
    kept = str(list(GiftCard.objects.values()))
    assert not [serial for serial in serials if serial in kept or serial[:-4] in kept]
    with pytest.raises(LedgerError, match="new name"):
        made()


@EACH
def test_a_card_is_worth_nothing_until_it_is_sold_and_then_what_was_paid(
    configuration: Configuration,
) -> None:
    (serial,) = made()
    with pytest.raises(NoCardError):
        worth(serial, NOON)
    sold(serial)
    sold(serial)  # the same sale told twice
    assert worth(grouped(serial).lower(), NOON).amount == 500_000
    with pytest.raises(LedgerError, match="never sold"):
        sold(serial, key="another")
    assert owed("IRR", NOON) == 500_000


@EACH
def test_it_is_spent_in_parts_and_never_beyond(configuration: Configuration) -> None:
    (serial,) = made()
    sold(serial)
    spend(serial, 300_000, "p1")
    spend(serial, 300_000, "p1")
    with pytest.raises(NotEnoughError):
        spend(serial, 200_001, "p2")
    spend(serial, 200_000, "p3")
    assert (worth(serial, NOON).amount, owed("IRR", NOON)) == (0, 0)


@EACH
def test_a_card_that_is_lost_is_blocked_and_opened_again(configuration: Configuration) -> None:
    (serial,) = made()
    sold(serial)
    block(serial)
    for ask in (lambda: worth(serial, NOON), lambda: spend(serial, 1)):
        with pytest.raises(NoCardError):
            ask()
    block(serial, blocked=False)
    spend(serial, 1)


@EACH
def test_what_has_expired_is_gone_and_no_debt_any_more(configuration: Configuration) -> None:
    (serial,) = made(expires_at=NOON + YEAR)
    sold(serial)
    assert worth(serial, NOON + YEAR).amount == 0
    assert expire_due(NOON + YEAR) == 1
    assert (owed("IRR", NOON), owed("IRR", NOON + YEAR)) == (500_000, 0)


@EACH
def test_two_cards_become_one_once(configuration: Configuration) -> None:
    one, other, foreign = *made(2), *made(1, "c", "EUR")
    for number, serial in enumerate((one, other, foreign)):
        sold(serial, 100, str(number))
    cause = Cause("m", "merged", NOON)
    assert merge(one, other, cause) == merge(one, other, cause)
    assert worth(other, NOON).amount == 200
    with pytest.raises(NoCardError):
        worth(one, NOON)
    for pair in ((other, other), (other, foreign), (other, one)):
        with pytest.raises(LedgerError):
            merge(*pair, Cause(f"m{pair}"[:80], "merged", NOON))


@EACH
def test_whatever_cannot_be_used_gets_the_same_answer(configuration: Configuration) -> None:
    unsold, lost = made(2)
    sold(lost)
    block(lost)
    nobodys, said = checked("2" * 15), set()
    for text in (unsold, lost, nobodys, "22", "", nobodys[:-1] + "3"):
        with pytest.raises(NoCardError) as refused:
            worth(text, NOON)
        said.add(str(refused.value))
    assert len(said) == 1


@EACH
def test_a_thousand_guesses_of_one_who_knows_the_check_find_nothing(
    configuration: Configuration,
) -> None:
    for number, serial in enumerate(made(20)):
        sold(serial, 100, str(number))
    chance = Random(7)
    for _ in range(1_000):
        with pytest.raises(NoCardError):
            worth(checked("".join(chance.choice(ALPHABET) for _ in range(15))), NOON)


@pytest.mark.parametrize(("count", "name"), [(0, "b"), (10_001, "b"), (1, " ")])
def test_a_batch_has_a_name_and_cards(configuration: Configuration, count: int, name: str) -> None:
    with pytest.raises(LedgerError):
        made(count, name)
