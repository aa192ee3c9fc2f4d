"""Many prices changed at once: worked out first, shown, done as it was shown, and undone.

At once it changes the list prices; for a later instant it makes fixed prices that begin then,
which kiosks get beforehand. Undoing gives back what was, but for what somebody has changed since.

Source: docs/pricing.md, "At head office".
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from retail.goods import Goods
from retail.instants import write_instant
from retail.pricing.off import Amount, Percent, ToPrice, share_of
from retail.pricing.rule_parts import goods_record, off_record
from retail.pricing.rules import Raise
from retail.values import BASIS_POINTS
from server.catalogue.models import Price
from server.fleet.audit import note
from server.pricing.choosing import products_of_goods
from server.pricing.deeds import DeedError
from server.pricing.models import ChangedPrice, FixedPrice, PriceChange, State

ROWS_AT_ONCE: Final = 500
PRODUCTS_AT_ONCE: Final = 5_000
Move = Percent | Amount | Raise | ToPrice


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be changed: which goods, how, where (no store: the chain's prices), and when."""

    goods: Goods
    move: Move
    round_to: int = 1
    stores: tuple[str, ...] = ()
    starts_at: datetime | None = None

    def record(self) -> dict[str, Any]:
        """Write it for the log."""
        return {
            "goods": goods_record(self.goods),
            "move": _move_record(self.move),
            "round_to": self.round_to,
            "stores": list(self.stores),
            "starts_at": write_instant(self.starts_at) if self.starts_at else None,
        }


def _move_record(move: Move) -> dict[str, int]:
    if not isinstance(move, Raise):
        return off_record(move)
    return {"up_bp": move.basis_points} if move.basis_points else {"up": move.minor}


@dataclass(frozen=True, slots=True)
class Moved:
    """One price: ``before`` none where the store has none of its own yet."""

    product_id: int
    sku: str
    name: str
    store_id: str | None
    before: int | None
    shown: int  # what it costs there now, its own price or the chain's
    after: int


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a wish comes to; ``low`` would go below their floor and are left as they are."""

    moved: tuple[Moved, ...]
    low: tuple[Moved, ...]

    @property
    def digest(self) -> str:
        """Name all of it in a short text, so that what was shown is told from something else."""
        told = [[each.product_id, each.store_id, each.before, each.after] for each in self.moved]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def plan(wish: Wish) -> Plan:
    """Work out what a wish comes to, by SKU and store; nothing is written."""
    moved: list[Moved] = []
    low: list[Moved] = []
    for each, floor in _moves(wish):
        if each.after < (floor or 0):
            low.append(each)
        elif each.after != each.shown:
            moved.append(each)
    return Plan(tuple(moved), tuple(low))


def carry_out(wish: Wish, digest: str, who: str, at: datetime) -> PriceChange:
    """Do what was shown; raises ``DeedError`` where that is no longer what it comes to."""
    with transaction.atomic():
        goods = products_of_goods(wish.goods)
        list(Price.objects.select_for_update().filter(product__in=goods).order_by("pk"))
        found = plan(wish)
        if found.digest != digest or not found.moved:
            raise DeedError("Expected the prices as they were shown, got others: look again")
        change = PriceChange.objects.create(
            change_id=uuid.uuid4(),
            at=at,
            who=who,
            asked=wish.record(),
            starts_at=wish.starts_at,
            count=len(found.moved),
        )
        _keep(change, found)
        if wish.starts_at is None:
            _write(found.moved)
        else:
            _schedule(change, found.moved)
        note(who, "change prices", "", at, change=str(change.pk), **_told(change))
    return change


def undo(change_id: uuid.UUID, who: str, at: datetime) -> tuple[int, int]:
    """Give back what was; tells how many prices, and how many others have changed since."""
    with transaction.atomic():
        change = PriceChange.objects.select_for_update().filter(pk=change_id).first()
        if change is None or change.undone_at is not None:
            raise DeedError("Expected a change that is not undone yet")
        if change.starts_at is None:
            done = _give_back(change)
        else:
            ours = FixedPrice.objects.filter(rule_id__startswith=_stem(change))
            done = ours.filter(state=State.PUBLISHED).update(state=State.WITHDRAWN)
        change.undone_at, change.undone_by = at, who
        change.save(update_fields=("undone_at", "undone_by"))
        note(who, "undo prices", "", at, change=str(change.pk), prices=done)
    return done, change.count - done


def after_of(price: int, move: Move, round_to: int) -> int:
    """Give a price after a move, rounded half up to a multiple, and not to nothing."""
    match move:
        case Raise(basis_points, minor):
            moved = share_of(price, BASIS_POINTS + basis_points) + minor
        case ToPrice(minor):
            moved = minor
        case _less:
            moved = move.left(price)
    return max((2 * moved + round_to) // (2 * round_to) * round_to, round_to) if moved else 0


def _moves(wish: Wish) -> Iterator[tuple[Moved, int | None]]:
    """Give each price with its product's floor, in order."""
    rows = products_of_goods(wish.goods).order_by("sku")
    columns = rows.values_list("pk", "sku", "name_fa", "floor")
    products = list(columns)
    for first in range(0, len(products), PRODUCTS_AT_ONCE):
        some = products[first : first + PRODUCTS_AT_ONCE]
        prices = _prices([pk for pk, *_rest in some])
        for pk, sku, name, floor in some:
            of_product = prices.get(pk, {})
            for store_id in wish.stores or (None,):
                shown = of_product.get(store_id, of_product.get(None))
                if shown is None or not wish.goods.at_price(shown):
                    continue
                after = after_of(shown, wish.move, wish.round_to)
                before = of_product.get(store_id)
                yield Moved(pk, sku, name, store_id, before, shown, after), floor


def _prices(keys: list[int]) -> dict[int, dict[str | None, int]]:
    """Give the list prices of products by store; those of the chain under None."""
    found: dict[int, dict[str | None, int]] = {}
    rows = Price.objects.filter(product__gte=min(keys), product__lte=max(keys))
    wanted = set(keys)
    for pk, store_id, amount in rows.values_list("product_id", "store_id", "amount"):
        if pk in wanted:
            found.setdefault(pk, {})[store_id] = amount
    return found


def _keep(change: PriceChange, found: Plan) -> None:
    ChangedPrice.objects.bulk_create(
        (
            ChangedPrice(
                change=change,
                product_id=each.product_id,
                sku=each.sku,
                store_id=each.store_id,
                before=each.before,
                after=each.after,
            )
            for each in found.moved
        ),
        ROWS_AT_ONCE,
    )


def _write(moved: tuple[Moved, ...]) -> None:
    """Change the list prices, and add those that stores get for their own."""
    there = [each for each in moved if each.before is not None]
    for some in _parts(there):
        amounts = {(each.product_id, each.store_id): each.after for each in some}
        rows = Price.objects.filter(product__in=[each.product_id for each in some])
        changed = [row for row in rows if (row.product_id, row.store_id) in amounts]
        for row in changed:
            row.amount = amounts[row.product_id, row.store_id]
        Price.objects.bulk_update(changed, ["amount"], ROWS_AT_ONCE)
    new = (
        Price(product_id=each.product_id, store_id=each.store_id, amount=each.after)
        for each in moved
        if each.before is None
    )
    Price.objects.bulk_create(new, ROWS_AT_ONCE)


def _schedule(change: PriceChange, moved: tuple[Moved, ...]) -> None:
    FixedPrice.objects.bulk_create(
        (
            FixedPrice(
                rule_id=f"{_stem(change)}{number}",
                product_id=each.product_id,
                amount=each.after,
                store_id=each.store_id,
                starts_at=change.starts_at,
                state=State.PUBLISHED,
            )
            for number, each in enumerate(moved, 1)
        ),
        ROWS_AT_ONCE,
    )


def _give_back(change: PriceChange) -> int:
    """Write the prices before, where nobody has changed them since; gives how many."""
    done = 0
    for some in _parts(list(change.prices.order_by("pk"))):
        before = {(each.product_id, each.store_id): each for each in some}
        keys = {key for key, _store in before}
        rows = Price.objects.select_for_update().filter(product__in=keys).order_by("pk")
        ours = [
            row
            for row in rows
            if (kept := before.get((row.product_id, row.store_id))) and kept.after == row.amount
        ]
        back, gone = [], []
        for row in ours:
            amount = before[row.product_id, row.store_id].before
            if amount is None:
                gone.append(row.pk)
            else:
                row.amount = amount
                back.append(row)
        Price.objects.bulk_update(back, ["amount"], ROWS_AT_ONCE)
        Price.objects.filter(pk__in=gone).delete()
        done += len(ours)
    return done


def _parts(rows: list[Any]) -> Iterator[list[Any]]:
    for first in range(0, len(rows), ROWS_AT_ONCE):
        yield rows[first : first + ROWS_AT_ONCE]


def _stem(change: PriceChange) -> str:
    return f"pc-{change.pk.hex[:16]}-"


def _told(change: PriceChange) -> dict[str, Any]:
    return {"prices": change.count, "asked": change.asked}
