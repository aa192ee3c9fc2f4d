"""How long a quote takes: a basket under a thousand offers, an item under 100,000 price rules.

Beside it, in the same run: the same rules as expressions of the library ``rule-engine``, and our
own conditions asked of every rule in turn without an index. Both only find which rules match; they
work out no price. Times are processor milliseconds; the load of the machine is printed.

    python -m tools.bench.pricing

Pictures and the figures as a table: ``build/bench/``.
"""

from __future__ import annotations

import gc
import json
import os
import statistics
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from retail.basket import Basket, Line
from retail.pricing.basket_price import quote_basket
from retail.pricing.book import RuleBook, Shop, Shopper
from retail.pricing.item_price import price_item
from retail.pricing.quoted import Quote
from retail.pricing.rules import Adjustment, EachOff, FixedPrice, Offer, SetOff, TogetherOff
from tools.bench.offers import NOW, Shopful, hostile, price_rules
from tools.bench.plot import draw

FOLDER = Path(__file__).parents[2] / "build/bench"
SHOP = Shop("A", ZoneInfo("Asia/Tehran"))
MEMBER = Shopper(frozenset({"member"}))
BASKET_MAX_MS, ITEM_MAX_MS, HOSTILE_MAX_MS = 20.0, 1.0, 250.0
LINES, OFFERS, PRICE_RULES = 30, 1_000, 100_000
BASKETS, ITEMS, PEER_BASKETS, PEER_RULES = 300, 2_000, 12, 10_000
PEER = "rule-engine==5.1.0"
T = TypeVar("T")
OFFER_SIZES = (10, 30, 100, 300, 1_000, 3_000, 10_000)
LINE_SIZES = (1, 3, 10, 30, 100, 200)
RULE_SIZES = (100, 1_000, 10_000, 100_000)


def timed(act: Callable[[], T]) -> tuple[float, T]:
    """Give the processor milliseconds of one call, and what it gave."""
    start = time.process_time()
    found = act()
    return (time.process_time() - start) * 1e3, found


def p95(times: list[float]) -> float:
    """Give the time that nineteen in twenty do not pass."""
    return statistics.quantiles(times, n=20)[-1]


def quoted(book: RuleBook, basket: Basket) -> Quote:
    """Quote as a kiosk does it for a member."""
    return quote_basket(book, basket, NOW, MEMBER)


def basket_times(offers: int, lines: int, count: int) -> tuple[list[float], list[Quote]]:
    """Quote so many baskets of so many lines under so many offers."""
    shop = Shopful()
    book = RuleBook(shop.offers(offers), SHOP)
    baskets = [shop.basket(lines) for _ in range(count)]
    gc.collect()
    found = [timed(partial(quoted, book, basket)) for basket in baskets]
    return [ms for ms, _ in found], [quote for _, quote in found]


def item_times(rules: int, count: int) -> tuple[list[float], list[float]]:
    """Price an item, and quote a basket of it alone, under so many price rules."""
    shop = Shopful(goods=max(rules // 10, 10))
    book = RuleBook(price_rules(rules, shop.tags), SHOP)
    tags = [shop.random.choice(shop.tags) for _ in range(count)]
    gc.collect()
    alone = [timed(partial(price_item, book, tag, NOW, MEMBER))[0] for tag in tags]
    lines = [Basket((Line(1, tag),)) for tag in tags]
    return alone, [timed(partial(quoted, book, basket))[0] for basket in lines]


def loops() -> dict[str, float]:
    """Give the median times of our own conditions asked of every rule in turn."""
    shop = Shopful()
    offers = shop.offers(OFFERS)
    baskets = [shop.basket(LINES) for _ in range(PEER_BASKETS)]
    prices = list(price_rules(PEER_RULES, shop.tags))
    tags = [shop.random.choice(shop.tags) for _ in range(PEER_BASKETS)]
    return {
        "plain loop, basket": median(lambda basket: _loop(offers, basket), baskets),
        "plain loop, item": median(lambda tag: _prices(prices, Line(1, tag)), tags),
    }


def library() -> dict[str, float]:
    """Give the median times of the library, in an environment of its own; none without a network.

    It asks for an older release of a library that the product has, so it is not installed there.
    """
    python = FOLDER / "peer/bin/python"
    try:
        if not python.exists():
            venv.create(FOLDER / "peer", with_pip=True)
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PEER]
        subprocess.run(pip, check=True, stderr=subprocess.DEVNULL)
        root = Path(__file__).parents[2]
        sizes = [str(size) for size in (OFFERS, LINES, PEER_BASKETS, PEER_RULES)]
        asked = [python, "-m", "tools.bench.rule_expressions", *sizes]
        found = subprocess.run(asked, check=True, cwd=root, stdout=subprocess.PIPE)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"  {PEER} could not be run: {error}")
        return {}
    figures: dict[str, float] = json.loads(found.stdout)
    return figures


def median(act: Callable[[T], object], cases: Iterable[T]) -> float:
    """Give the median milliseconds over cases."""
    return statistics.median(timed(partial(act, case))[0] for case in cases)


def _loop(offers: list[Offer], basket: Basket) -> int:
    """Ask our own conditions of every offer and line; give how many match."""
    found = 0
    for offer in offers:
        if offer.scope.admits(SHOP.store_id, MEMBER.groups) and offer.scope.window.covers(
            NOW, SHOP.zone
        ):
            match offer.benefit:
                case EachOff(goods) | TogetherOff(goods):
                    all_goods = [goods]
                case SetOff(parts):
                    all_goods = [part.goods for part in parts]
                case _:
                    all_goods = [need.goods for need in offer.needs]
            found += sum(each.has(line.tag.item) for each in all_goods for line in basket.lines)
    return found


def _prices(rules: list[FixedPrice | Adjustment], line: Line) -> int:
    item = line.tag.item
    return sum(
        rule.scope.window.covers(NOW, SHOP.zone)
        for rule in rules
        if (rule.sku == item.sku if isinstance(rule, FixedPrice) else rule.goods.has(item))
    )


def growth() -> dict[str, list[tuple[float, float]]]:
    """Give the median times against the number of offers, of lines and of price rules."""
    return {
        "offers": [(n, statistics.median(basket_times(n, LINES, 40)[0])) for n in OFFER_SIZES],
        "lines": [(n, statistics.median(basket_times(OFFERS, n, 40)[0])) for n in LINE_SIZES],
        "price rules": [(n, statistics.median(item_times(n, 400)[0])) for n in RULE_SIZES],
    }


def plot(grown: dict[str, list[tuple[float, float]]]) -> None:
    """Draw the growth, and write it as a table."""
    titles = {
        "offers": f"A basket of {LINES} lines against live offers",
        "lines": f"A basket against {OFFERS:,} live offers",
        "price rules": "An item against price rules",
    }
    rows = ["what\tsize\tmedian_ms"]
    for what, points in grown.items():
        name = what.replace(" ", "_")
        draw(FOLDER / f"pricing_{name}.svg", titles[what], (what, "ms"), [("median", points)])
        rows += [f"{what}\t{size}\t{ms:.4f}" for size, ms in points]
        print(f"  {titles[what]}: " + ", ".join(f"{n:,} {ms:.3g}" for n, ms in points) + " ms")
    (FOLDER / "pricing.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def hostile_times() -> tuple[float, Quote]:
    """Quote the basket whose thirty lines are all under twenty overlapping sets."""
    basket, offers = hostile()
    book = RuleBook(offers, SHOP)
    found = [timed(partial(quoted, book, basket)) for _ in range(20)]
    return p95([ms for ms, _ in found]), found[0][1]


def main() -> int:
    """Print the figures; the status is 1 where one that is promised is not reached."""
    print(f"Pricing: processor ms, load {os.getloadavg()[0]:.1f}")
    times, quotes = basket_times(OFFERS, LINES, BASKETS)
    exact = sum(quote.exact for quote in quotes)
    applied = statistics.mean(len(quote.offers) for quote in quotes)
    off = sum(quote.off for quote in quotes) / sum(quote.subtotal for quote in quotes)
    alone, single = item_times(PRICE_RULES, ITEMS)
    worst, fallen_back = hostile_times()
    rows = [
        (f"{LINES} lines, {OFFERS:,} offers", times),
        (f"1 item, {PRICE_RULES:,} price rules", alone),
        ("  the same as a basket of one line", single),
    ]
    print(f"{'':44}{'median':>9}{'p95':>9}{'most':>9}")
    for name, found in rows:
        print(f"{name:44}{statistics.median(found):>9.3f}{p95(found):>9.3f}{max(found):>9.3f}")
    print(
        f"  of {BASKETS} baskets {exact} exact; {applied:.1f} offers applied, {off:.0%} taken off"
    )
    print(
        f"hostile: 30 lines under 20 overlapping sets{worst:>10.1f} p95; exact: {fallen_back.exact}"
    )
    _beside(statistics.median(times), statistics.median(alone))
    plot(growth())
    return _promises(
        {
            f"basket p95 {p95(times):.1f} ms (at most {BASKET_MAX_MS:g})": p95(times)
            <= BASKET_MAX_MS,
            f"item p95 {p95(alone):.3f} ms (at most {ITEM_MAX_MS:g})": p95(alone) <= ITEM_MAX_MS,
            f"hostile p95 {worst:.0f} ms (at most {HOSTILE_MAX_MS:g})": worst <= HOSTILE_MAX_MS,
        }
    )


def _beside(basket_ms: float, item_ms: float) -> None:
    found = library() | loops()
    print(
        f"beside (these only find what matches; price rules: {PEER_RULES:,}, not {PRICE_RULES:,})"
    )
    for name, ms in found.items():
        ours = basket_ms if name.endswith("basket") else item_ms
        print(f"  {name:42}{ms:>9.2f}   {ms / ours:>8.3g} × ours")


def _promises(kept: dict[str, bool]) -> int:
    for text, holds in kept.items():
        print(f"  {'ok  ' if holds else 'MISS'} {text}")
    return 0 if all(kept.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
