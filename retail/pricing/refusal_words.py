"""Why a rule is refused, in Persian and English, and of which field that is said.

A field is named by its way through the record: ``when.weekly[0].from``.

Source: docs/pricing.md, section 9.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SHOWN_MAX: Final = 200  # characters of what somebody typed or of a list of names
_DIGITS: Final = str.maketrans("0123456789,", "۰۱۲۳۴۵۶۷۸۹٬")
_WORDS: Final = {  # Persian, then English; what stands in braces is put in
    "not_an_object": ("باید چند فیلدِ نام‌دار باشد", "Expected an object with fields"),
    "unknown_field": (
        "این فیلد شناخته نیست؛ فیلدهای ممکن: {names}",
        "Unknown field; possible are: {names}",
    ),
    "missing": ("این فیلد باید پر شود", "This field must be filled in"),
    "not_whole": ("باید عدد صحیح باشد، نه {got}", "Expected a whole number, got {got}"),
    "too_small": ("باید دست‌کم {least} باشد، نه {got}", "Expected {least} or more, got {got}"),
    "too_great": ("باید حداکثر {most} باشد، نه {got}", "Expected at most {most}, got {got}"),
    "not_text": ("باید متنی داشته باشد", "Expected a text, got {got}"),
    "not_yes_or_no": ("باید بله یا خیر باشد، نه {got}", "Expected true or false, got {got}"),
    "not_a_list": ("باید فهرست باشد، نه {got}", "Expected a list, got {got}"),
    "empty_list": ("دست‌کم یکی لازم است", "Expected at least one"),
    "no_choice": ("باید یکی از این‌ها باشد: {names}", "Expected one of {names}, got {got}"),
    "no_gtin": (
        "این عدد GTIN نیست: ۸، ۱۲، ۱۳ یا ۱۴ رقم با رقم کنترل درست، نه {got}",
        "Expected a GTIN of 8, 12, 13 or 14 digits with its check digit, got {got}",
    ),
    "no_instant": (
        "باید تاریخ و ساعت با منطقهٔ زمانی باشد، مانند 2026-11-26T08:30:00Z، نه {got}",
        "Expected an instant with its zone such as 2026-11-26T08:30:00Z, got {got}",
    ),
    "no_time": (
        "باید ساعتی از 00:00 تا 23:59 باشد، نه {got}",
        "Expected a time from 00:00 to 23:59, got {got}",
    ),
    "several": (
        "فقط یکی از این‌ها پر شود: {names}",
        "Expected only one of {names}",
    ),
    "none_of": ("یکی از این‌ها باید پر شود: {names}", "Expected one of {names}"),
    "spaces": ("نباید با فاصله آغاز یا تمام شود", "Expected no spaces around it"),
    "ends_before_start": (
        "پایان باید پس از آغاز باشد",
        "Expected an end that is after the start",
    ),
    "steps_down": (
        "پله‌ها باید یکی پس از دیگری بالا بروند: {got} پس از {before} آمده است",
        "Expected steps that go up, got {got} after {before}",
    ),
    "range_down": (
        "سقف قیمت باید از کف آن کمتر نباشد",
        "Expected a price range that goes up",
    ),
    "price_for_basket": (
        "برای مجموع کالاها قیمت ثابت نمی‌شود؛ درصد یا مبلغ بدهید",
        "Expected a share or an amount off goods together, not a price",
    ),
    "more_than_set": (
        "ارزان‌ترین‌ها باید از ۱ تا {most} تا باشند، به تعداد کالاهای بسته",
        "Expected 1 to {most} of the cheapest pieces, as many as the set has",
    ),
    "only_for_cheapest": (
        "تعداد فقط برای «ارزان‌ترین‌ها» داده می‌شود",
        "Expected a count only for the cheapest pieces",
    ),
    "one_part": (
        "یک بخش برای خرید و یک بخش برای تخفیف لازم است",
        "Expected a part to buy and a part to get",
    ),
    "full_price_here": (
        "قاعدهٔ قیمت نمی‌تواند قیمت کامل بخواهد؛ این فقط برای پیشنهادهاست",
        "Only offers can ask for goods at full price",
    ),
    "no_item": ("کالایی با شناسهٔ {got} نیست", "There is no item {got}"),
    "no_category": ("دسته‌ای با شناسهٔ {got} نیست", "There is no category {got}"),
    "no_store": ("شعبه‌ای با شناسهٔ {got} نیست", "There is no store {got}"),
    "under_floor": (
        "قیمت {got} از کف قیمت کالا، {floor}، کمتر است",
        "The price {got} is below the item's floor of {floor}",
    ),
    "floor_over_list": (
        "کف قیمت، {floor}، از قیمت کالا، {got}، بیشتر است",
        "The floor of {floor} is above the list price of {got}",
    ),
    "no_layout": (
        "الگوی برچسب ترازو نادرست است؛ باید ۱۳ نویسه باشد، مانند 21IIIIIWWWWWC",
        "{told}",
    ),
    "layouts_meet": (
        "دو الگوی برچسب با یک پیش‌شماره آغاز می‌شوند",
        "{told}",
    ),
    "unreadable": ("این قاعده خوانده نمی‌شود", "{told}"),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing that is wrong: in which field, and what, for people."""

    field: str
    fa: str
    en: str


def refusal(field: str, why: str, **put_in: object) -> Refusal:
    """Make a refusal for one of the reasons above."""
    fa, en = _WORDS[why]
    persian = {name: _persian(value) for name, value in put_in.items()}
    english = {name: _english(value) for name, value in put_in.items()}
    return Refusal(field, fa.format(**persian), en.format(**english))


def _persian(value: object) -> str:
    """Write a number in Persian digits; what was typed stays as it was typed."""
    return _english(value).translate(_DIGITS) if type(value) is int else _english(value)


def _english(value: object) -> str:
    if type(value) is int:
        return f"{value:,}"
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= SHOWN_MAX else f"{text[:SHOWN_MAX]}…"
