"""What is said above the lines: the newest thing that happened to the basket, in one sentence."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.basket.rows import Note, names_of
from kiosk.basket.state import Open, Remark, Sort
from kiosk.frame import Tone
from kiosk.words import Words
from retail.pricing.quoted import Reason
from retail.values import Money

_LOOKS: Mapping[Sort, tuple[str, Tone]] = {
    Sort.ADDED: ("cart-check", Tone.GOOD),
    Sort.UNKNOWN_CODE: ("barcode-off", Tone.LOW),
    Sort.EXPIRED: ("calendar-remove", Tone.BAD),
    Sort.LEFT_CATALOGUE: ("package-variant-remove", Tone.BAD),
    Sort.NO_ITEM: ("barcode-off", Tone.LOW),
    Sort.MEMBER_CARD: ("card-account-details-star", Tone.PLAIN),
    Sort.LINES_FULL: ("cart-off", Tone.LOW),
    Sort.QUANTITY_FULL: ("cart-off", Tone.LOW),
    Sort.VOUCHER_TAKEN: ("ticket-percent-outline", Tone.GOOD),
    Sort.VOUCHER_WAITS: ("ticket-percent-outline", Tone.LOW),
    Sort.GIFT_TAKEN: ("gift-outline", Tone.GOOD),
    Sort.GIFT_GONE: ("gift-off-outline", Tone.LOW),
    Sort.GIFT_SOLD_OUT: ("gift-off-outline", Tone.LOW),
    Sort.OFFER_REACHED: ("party-popper", Tone.GOOD),
    Sort.PRICES_CHANGED: ("swap-vertical-bold", Tone.LOW),
    Sort.TOTAL_CHANGED: ("swap-vertical-bold", Tone.LOW),
    Sort.APPROVED: ("check-decagram-outline", Tone.GOOD),
    Sort.REFUSED: ("card-account-details-outline", Tone.LOW),
    Sort.NOT_WRITTEN: ("harddisk", Tone.BAD),
}
_WAITS: Mapping[Reason | None, str] = {
    None: "Your voucher is kept; nothing here earns it yet",
    Reason.NOT_REACHED: "Your voucher is kept; nothing here earns it yet",
    Reason.UNKNOWN: "Your voucher is kept; nothing here earns it yet",
    Reason.NOT_NOW: "Your voucher does not count now; it is kept in case it does later",
    Reason.NOT_FOR_SHOPPER: "Your voucher is for members of the club",
    Reason.USED_UP: "Your voucher is for members of the club, or it is used up",
    Reason.OTHERS: "Other offers save you more than your voucher; it is kept",
}


def _reason(voucher: str, open_: Open) -> Reason | None:
    shown = open_.quote.vouchers
    return next((each.reason for each in shown if each.voucher == voucher), None)


def note_of(remark: Remark, open_: Open, words: Words) -> Note:
    """Write a remark."""
    icon, tone = _LOOKS[remark.sort]
    return Note(icon, _said(remark, open_, words), tone)


def _said(remark: Remark, open_: Open, words: Words) -> str:  # noqa: C901  (a line each)
    item = words.of(remark.item.name) if remark.item else ""
    money = words.money(Money(remark.money, open_.currency))
    match remark.sort:
        case Sort.ADDED:
            return words.say("{item} is in your basket", item=item)
        case Sort.UNKNOWN_CODE:
            return words.say("We do not know this code yet: please ask our staff")
        case Sort.EXPIRED:
            return words.say("{item}: its date has passed, it was not put in", item=item)
        case Sort.LEFT_CATALOGUE:
            return words.say("{item} has just left our list", item=item)
        case Sort.NO_ITEM:
            return words.say("That code is not one of an item")
        case Sort.MEMBER_CARD:
            return words.say("Your club card was read; member prices cannot be given here yet")
        case Sort.LINES_FULL:
            return words.say("The basket holds {count} different items", count=remark.number)
        case Sort.QUANTITY_FULL:
            return words.say("At most {count} of one item go in", count=remark.number)
        case Sort.VOUCHER_TAKEN if remark.money:
            return words.say("Your voucher saves {money}", money=money)
        case Sort.VOUCHER_TAKEN:
            return words.say("Your voucher counts")
        case Sort.VOUCHER_WAITS:
            return words.say(_WAITS[_reason(remark.text, open_)])
        case Sort.GIFT_TAKEN:
            return words.say("{item} is your gift", item=item)
        case Sort.GIFT_GONE:
            return words.say("The gift {item} is no longer earned and was taken out", item=item)
        case Sort.GIFT_SOLD_OUT:
            return words.say("This gift has just been sold out")
        case Sort.OFFER_REACHED:
            name = names_of(open_, words).get(remark.text, "") or words.say("Offer")
            return words.say("“{offer}” counts now: you save {money}", offer=name, money=money)
        case Sort.PRICES_CHANGED if remark.number == 1:
            return words.say("A price has changed; it is marked below")
        case Sort.PRICES_CHANGED:
            return words.say("{count} prices have changed; they are marked", count=remark.number)
        case Sort.TOTAL_CHANGED:
            return words.say("An offer has begun or ended: the total is {money} now", money=money)
        case Sort.APPROVED:
            return words.say("Thank you: our staff have approved it")
        case Sort.REFUSED:
            return words.say("Our staff have taken out what may not be sold to you")
        case Sort.NOT_WRITTEN:
            return words.say("That could not be written down here; please go to the till")
