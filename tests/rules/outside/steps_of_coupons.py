"""Steps on when a promotion or a coupon goes, how often, in which channels, and on coupons at the till."""

from __future__ import annotations

from datetime import timedelta

from tests.rules.outside.shop_world import World
from tests.rules.outside.steps import step
from tests.rules.outside.steps_of_goods import a_day
from tests.rules.outside.steps_of_promotions import add_coupon, meant, this_coupon

A_DAY = timedelta(days=1)


@step("it is (?:a )?coupon based promotion")
def by_coupon(world: World) -> None:
    meant(world).coupon_based = True


@step("this promotion has coupon {name}", "this promotion has {name}, {name} and {name} coupons")
def give_coupons(world: World, *codes: str) -> None:
    for code in codes:
        add_coupon(world, "it", code)


# -- when


@step("{promotion} has already expired")
def over(world: World, subject: str) -> None:
    meant(world, subject).ends = world.now - A_DAY


@step("{promotion} expires tomorrow")
def over_tomorrow(world: World, subject: str) -> None:
    meant(world, subject).ends = world.tomorrow()


@step("{promotion} (?:has )?started yesterday")
def begun(world: World, subject: str) -> None:
    meant(world, subject).starts = world.now - A_DAY


@step("{promotion} starts tomorrow")
def begins_tomorrow(world: World, subject: str) -> None:
    meant(world, subject).starts = world.tomorrow()


@step("the promotion {name} is archived")
def archived(world: World, name: str) -> None:
    world.promotions[name].channels.clear()


@step("this coupon has already expired")
def coupon_over(world: World) -> None:
    this_coupon(world).ends = world.now - A_DAY


@step("this coupon expires tomorrow")
def coupon_over_tomorrow(world: World) -> None:
    this_coupon(world).ends = world.tomorrow()


@step("this coupon expires on {name}")
def coupon_over_on(world: World, day: str) -> None:
    this_coupon(world).ends = a_day(day)


# -- where


@step("{promotion} is not available in any channel")
def nowhere(world: World, subject: str) -> None:
    meant(world, subject).channels.clear()


@step("{promotion} was disabled for the channel {name}")
def not_in(world: World, subject: str, channel: str) -> None:
    meant(world, subject).channels.discard(channel)


# -- how often


@step("{promotion} has usage limit equal to {number}")
def limited(world: World, subject: str, usages: int) -> None:
    meant(world, subject).in_all = usages


@step("{promotion} usage limit is already reached")
def used_up(world: World, subject: str) -> None:
    promotion = meant(world, subject)
    assert promotion.in_all is not None, "a limit that was not set is reached"
    promotion.used_in_all = promotion.in_all


@step("this coupon has already reached its usage limit")
def coupon_used_up(world: World) -> None:
    coupon = this_coupon(world)
    coupon.in_all = coupon.in_all or 42
    coupon.used = coupon.in_all


@step("the coupon {name} was used up to its usage limit")
def named_coupon_used_up(world: World, code: str) -> None:
    found = [each.coupons[code] for each in world.promotions.values() if code in each.coupons]
    for coupon in found:
        assert coupon.in_all is not None, code
        coupon.used = coupon.in_all
    assert found, code


@step("this coupon can be used {number} times?", "this coupon can be used once")
def coupon_limited(world: World, usages: int = 1) -> None:
    this_coupon(world).in_all = usages


@step("this coupon has been used {number} times?")
def coupon_was_used(world: World, usages: int) -> None:
    this_coupon(world).used = usages


@step(
    "this coupon can be used {number} times? per customer(?: with overall usage limit of {number})?"
)
def coupon_limited_per_customer(world: World, each: int, in_all: int | None) -> None:
    coupon = this_coupon(world)
    coupon.per_customer = each
    coupon.in_all = coupon.in_all if in_all is None else in_all


@step("this coupon can be used once per customer")
def coupon_once(world: World) -> None:
    this_coupon(world).per_customer = 1


@step("this coupon can be used twice per customer")
def coupon_twice(world: World) -> None:
    this_coupon(world).per_customer = 2


@step("this coupon has no per customer usage limit")
def coupon_unlimited(world: World) -> None:
    this_coupon(world).per_customer = None


@step("this coupon is set as non reusable after cancelling the order in which it has been used")
def coupon_spent(world: World) -> None:
    this_coupon(world).counts_cancelled = True
