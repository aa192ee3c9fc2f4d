"""A quote as lines of text, Persian first with English beside, as its JSON record tells it.

Source: docs/formats/quote.schema.json.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

Record = dict[str, Any]
_WHY: Final = {
    "fixed_price": ("قیمت ثابت", "fixed price"),
    "adjustment": ("تغییر قیمت", "adjustment"),
    "floor": ("کف قیمت", "floor"),
}
_REASONS: Final = {
    "unknown": ("شناخته نیست", "unknown"),
    "not_now": ("اکنون معتبر نیست", "not now"),
    "not_for_shopper": ("برای این خریدار نیست", "not for this shopper"),
    "used_up": ("تمام شده است", "used up"),
    "not_reached": ("هنوز به حد نصاب نرسیده است", "not reached yet"),
    "others": ("تخفیف‌های دیگر بیشترند", "others take off more"),
}


def table_of(quote: Record) -> Iterator[str]:
    """Write a quote's record, line by line."""
    groups = ", ".join(quote["groups"]) or "-"
    yield f"قیمت سبد / Quote   {quote['at']} ({quote['zone']})"
    yield f"شعبه / store: {quote['store'] or '-'}   گروه‌ها / groups: {groups}"
    yield ""
    names = {each["rule"]: _name(each["name"], each["rule"]) for each in quote["offers"]}
    for line in quote["lines"]:
        yield from _line(line, names)
    yield ""
    yield from _sums(quote)
    yield from _beside(quote)


def _line(line: Record, names: dict[str, str]) -> Iterator[str]:
    weighed = line["grams"] is not None and not line["printed"]
    how_many = f"{line['grams']:,} g × " if weighed else f"{line['quantity']:,} × "
    per = "/kg" if weighed else ""
    gift = "   هدیه / gift" if line["gift_of"] else ""
    name = _name(line["name"], line["sku"])
    yield f"{line['line']:>3}. {name}{gift}"
    yield f"     {how_many}{line['price']:,}{per} = {line['amount']:,}"
    for step in line["steps"]:
        fa, en = _WHY[step["kind"]]
        rule = f" {_name(step['name'], step['rule'])}" if step["rule"] else ""
        yield f"       {fa} / {en}{rule}: {step['before']:,} → {step['after']:,}{_until(step)}"
    for share in line["shares"]:
        rule = names.get(share["rule"], share["rule"])
        yield f"       پیشنهاد / offer {rule}: −{share['off']:,}"
    if line["shares"]:
        yield f"     = {line['paid']:,}"


def _sums(quote: Record) -> Iterator[str]:
    included = "در قیمت‌ها / included" if quote["vat_included"] else "افزوده / on top"
    currency = quote["currency"]
    yield f"جمع / subtotal: {quote['subtotal']:,}"
    yield f"تخفیف / off: {quote['off']:,}"
    yield f"مالیات / VAT ({included}): {quote['vat']:,}"
    yield f"مبلغ قابل پرداخت / total: {quote['total']:,} {currency}"
    if quote["as_member"] and quote["as_member"]["saves"] > 0:
        yield f"صرفهٔ عضو / a member saves: {quote['as_member']['saves']:,}"
    if not quote["exact"]:
        yield "جست‌وجوی بهترین جمع کوتاه شد / the search for the best total was cut short"
    if quote["changes_at"]:
        yield f"تغییر بعدی / next change: {quote['changes_at']}"


def _beside(quote: Record) -> Iterator[str]:
    """Write offers, gifts, what is nearly earned and vouchers, where there are any."""
    for offer in quote["offers"]:
        name = _name(offer["name"], offer["rule"])
        yield f"پیشنهاد / offer {name}: {offer['times']:,} × → −{offer['off']:,}{_until(offer)}"
    for gift in quote["gifts"]:
        there = ", ".join(gift["in_stock"]) or "ناموجود / out of stock"
        taken = f"{gift['taken']:,}/{gift['quantity']:,}"
        yield f"هدیه / gift {_name(gift['name'], gift['rule'])}: {there} ({taken})"
    for near in quote["nearly"]:
        missing = f"{near['pieces']:,} ×" if near["pieces"] else f"{near['money']:,}"
        saves = f"، صرفه / saves {near['saves']:,}" if near["saves"] else ""
        yield f"کم دارد / missing {missing} → {_name(near['name'], near['rule'])}{saves}"
    for voucher in quote["vouchers"]:
        fa, en = _REASONS.get(voucher["reason"], ("پذیرفته شد", "accepted"))
        yield f"کد تخفیف / voucher {voucher['voucher']}: {fa} / {en}"


def _name(name: dict[str, str], otherwise: str) -> str:
    return " / ".join(filter(None, (name["fa"], name["en"]))) or otherwise


def _until(told: Record) -> str:
    return f"   تا / until {told['until']}" if told["until"] else ""
