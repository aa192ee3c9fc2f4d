"""Which screens are kept while they are out of sight, and that the others are really gone."""

from __future__ import annotations

from typing import Any
from weakref import ref

from kiosk.screens.shell import KEPT_MAX

PRICE = "product, member price"


def test_the_price_and_the_screen_before_are_kept(drawn: Any) -> None:
    drawn.show(PRICE)
    price = drawn.shell.screen
    for name in ("help", "browse, all categories", "search, hits", "unknown code"):
        drawn.show(name)
        before = drawn.shell.screen
        assert len(drawn.shell._screens) <= KEPT_MAX
    drawn.show(PRICE)
    assert drawn.shell.screen is price
    drawn.show("unknown code")
    assert drawn.shell.screen is before


def test_behind_the_poster_screens_leave_nothing_in_memory(drawn: Any) -> None:
    drawn.show(PRICE)
    price = drawn.shell.screen
    drawn.show("search, hits")
    gone = ref(drawn.shell.screen)
    drawn.show("attract, camera ready")
    drawn.shell._give_back()
    drawn.settle()
    drawn.shell._give_back()
    assert gone() is None
    drawn.show(PRICE)
    assert drawn.shell.screen is price


def test_a_scan_before_the_poster_rests_keeps_the_screens(drawn: Any) -> None:
    drawn.show("search, hits")
    search = drawn.shell.screen
    drawn.show("attract, camera ready")
    assert drawn.shell._tidy.is_triggered
    drawn.show("search, hits")
    assert not drawn.shell._tidy.is_triggered
    assert drawn.shell.screen is search
