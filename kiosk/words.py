"""How the kiosk speaks to the shopper: texts, numbers, money and dates in one language.

English source texts are the keys; kiosk/languages/fa.json holds the Persian ones, and a
further language is a further file. Numbers come out in the language's digits, instants as
Jalali dates in Persian and Gregorian ones in English, in the store's zone. Codes and other
left-to-right pieces are isolated, so a Persian line around them keeps its order.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from importlib import resources
from zoneinfo import ZoneInfo

from persiantools.jdatetime import JalaliDate

from kiosk.config import MoneyStyle
from kiosk.errors import DataError
from kiosk.messages import Language
from retail.catalogue import Text
from retail.values import Money

RIALS_IN_A_TOMAN = 10
_PERSIAN_DIGITS = str.maketrans("0123456789,.", "۰۱۲۳۴۵۶۷۸۹٬٫")
_SHELF_LETTERS = ("الف", "ب", "پ", "ت", "ث", "ج", "چ", "ح")
ENDLESS_YEAR = 2_100  # an offer that ends then was meant to have no end
MIDNIGHT = time(0)
_LONG_VOWELS = ("ا", "و", "ی")
_HAMZA_ABOVE = "\u0654"
_LTR_ISOLATE, _OWN_WAY_ISOLATE, _END_ISOLATE = "\u2066", "\u2068", "\u2069"
_SPANS = (  # from so many seconds on: the unit, one of it, several
    (86_400 * 2, 86_400, "a day", "{count} days"),
    (5_400, 3_600, "an hour", "{count} hours"),
    (60, 60, "a minute", "{count} minutes"),
    (0, 1, "a second", "{count} seconds"),
)
_JUST_NOW = timedelta(seconds=5)
_SIZES = ((30, "{size} GB"), (20, "{size} MB"), (10, "{size} KB"))


@dataclass(frozen=True, slots=True)
class Words:
    """One language, the store's zone and the way of writing money."""

    language: Language
    zone: ZoneInfo
    money_style: MoneyStyle = MoneyStyle.TOMAN
    texts: Mapping[str, str] = field(default_factory=dict)

    def say(self, text: str, /, **values: int | str) -> str:
        """Translate one of our English texts; numbers among ``values`` get our digits.

        A text that the language lacks is said in English: the shopper can still act.
        """
        said = self.texts.get(text, text)
        if not values:
            return said
        return said.format_map({key: self._written(value) for key, value in values.items()})

    def of(self, text: Text) -> str:
        """Choose the wording of a catalogue text; English falls back to Persian."""
        return text.fa if self.language is Language.FA else text.en or text.fa

    def joined(self, text: Text) -> str:
        """Choose the wording of a noun that an attribute follows: ``کیسه`` gives ``کیسهٔ``.

        Persian writes the joining vowel only behind a silent he (as a hamza) and behind a
        long vowel (as a ye). Source: Academy of Persian Language, Dastur-e Khat, ezafe.
        """
        wording = self.of(text)
        if self.language is not Language.FA:
            return wording
        if wording.endswith("ه") and wording[-2:-1] not in _LONG_VOWELS:  # کلاه ends in a sound
            return wording + _HAMZA_ABOVE
        long = wording.endswith("ا") or (wording.endswith("و") and wording[-2:-1] != "ا")  # گاو
        return wording + "ی" if long else wording

    def number(self, value: int) -> str:
        """Write a whole number with its thousands apart: ``۱٬۲۱۱٬۲۵۰``."""
        return self.digits(f"{value:,}")

    def digits(self, text: str) -> str:
        """Give the digits, points and commas of ``text`` the language's own form."""
        return text.translate(_PERSIAN_DIGITS) if self.language is Language.FA else text

    def letter(self, code: str) -> str:
        """Write the number or letter of an aisle, bay or shelf as signs in the store have it.

        Planograms count shelves A, B, C; on Persian signs these are الف, ب, پ.
        """
        if self.language is Language.FA and len(code) == 1 and "A" <= code <= "H":
            return _SHELF_LETTERS[ord(code) - ord("A")]
        return self.digits(code)

    def amount(self, money: Money) -> str:
        """Write an amount without its currency; ``14_250_000`` Rial is ``1,425,000`` Toman."""
        minus, minor = ("-" if money.minor < 0 else ""), abs(money.minor)
        if self.money_style is MoneyStyle.RIAL:
            return self._isolated_if(minus, self.number(minor))
        whole, rest = divmod(minor, RIALS_IN_A_TOMAN)
        return self._isolated_if(minus, self.digits(f"{whole:,}" + (f".{rest}" if rest else "")))

    def change(self, money: Money) -> str:
        """Write by how much an amount changes, always with its sign."""
        amount = self.amount(money)
        return self._isolated_if("+", amount) if money.minor > 0 else amount

    @property
    def unit(self) -> int:
        """How many of the smallest units are one of those that people say: 10 Rial, a Toman."""
        return 1 if self.money_style is MoneyStyle.RIAL else RIALS_IN_A_TOMAN

    @property
    def currency(self) -> str:
        """Name the currency as the store says it."""
        return self.say("Toman" if self.money_style is MoneyStyle.TOMAN else "Rial")

    def money(self, money: Money) -> str:
        """Write an amount with its currency."""
        return f"{self.amount(money)} {self.currency}"

    def percent(self, basis_points: int) -> str:
        """Write a share given in basis points: 1,250 is ``٪۱۲٫۵``."""
        whole, rest = divmod(basis_points, 100)
        share = self.digits(f"{whole}" + (f".{rest:02}".rstrip("0") if rest else ""))
        return f"٪{share}" if self.language is Language.FA else f"{share}%"

    def code(self, code: str) -> str:
        """Write a code or a phone number: left to right, whatever stands around it."""
        return f"{_LTR_ISOLATE}{self.digits(code)}{_END_ISOLATE}"

    def day(self, on: datetime | date) -> str:
        """Write a date as people read it: ``۲ آذر ۱۴۰۵`` or ``23 November 2026``."""
        local = on.astimezone(self.zone).date() if isinstance(on, datetime) else on
        if self.language is Language.FA:
            jalali = JalaliDate(local)
            return self.digits(f"{jalali.day} {jalali.strftime('%B %Y', locale='fa')}")
        return f"{local.day} {local:%B %Y}"

    def other_day(self, on: date) -> str:
        """Write a date in the calendar that ``day`` does not use, in this language's digits."""
        if self.language is Language.FA:
            return self.code(f"{on:%Y/%m/%d}")
        jalali = JalaliDate(on)
        return f"{jalali.day} {jalali.strftime('%B %Y', locale='en')}"

    def time(self, at: datetime) -> str:
        """Write the time of day in the store: ``۱۷:۳۰``."""
        return self.digits(f"{at.astimezone(self.zone):%H:%M}")

    def last_day(self, ends_at: datetime) -> str:
        """Write the last day on which something holds that ends at, and not after, an instant.

        What ends at midnight held until the day before. An end that is decades away is meant
        to be none: then the text is empty.
        """
        if ends_at.year >= ENDLESS_YEAR:
            return ""
        return self.day(ends_at - timedelta(microseconds=1))

    def time_unless_midnight(self, at: datetime) -> str:
        """Write the time of day, or nothing where the day itself says it."""
        if (
            at.year >= ENDLESS_YEAR
            or at.astimezone(self.zone).timetz().replace(tzinfo=None) == MIDNIGHT
        ):
            return ""
        return self.time(at)

    def moment(self, at: datetime, now: datetime) -> str:
        """Write an instant: today's by its time alone, another day's with its date."""
        if at.astimezone(self.zone).date() == now.astimezone(self.zone).date():
            return self.say("today at {time}", time=self.time(at))
        return self.say("{day} at {time}", day=self.day(at), time=self.time(at))

    def span(self, length: timedelta) -> str:
        """Say how long something is, as people do: ``۳ ساعت``; always as if it were ahead."""
        seconds = int(abs(length).total_seconds())
        _, unit, one, several = next(each for each in _SPANS if seconds >= each[0])
        count = seconds // unit
        return self.say(one) if count == 1 else self.say(several, count=count)

    def ago(self, at: datetime, now: datetime) -> str:
        """Say how long ago an instant was: ``۳ ساعت پیش``; one that is ahead, by itself."""
        if at - now > _JUST_NOW:  # a clock was wrong then, or is now
            return self.moment(at, now)
        if now - at < _JUST_NOW:
            return self.say("just now")
        return self.say("{span} ago", span=self.span(now - at))

    def seconds(self, milliseconds: int) -> str:
        """Write some seconds to the tenth, rounded up: an error is never told too small."""
        tenths = -(-abs(milliseconds) // 100)
        return self.say("{seconds} s", seconds=self.digits(f"{tenths // 10}.{tenths % 10}"))

    def size(self, count: int) -> str:
        """Write a number of bytes: ``۱٫۲ گیگابایت``, rounded down to the tenth, by 1,024."""
        # from ten on, whole ones
        power, text = next((each for each in _SIZES if count >= 1 << each[0]), _SIZES[-1])
        tenths = count * 10 >> power
        tenth = f".{tenths % 10}" if tenths < 100 else ""
        return self.say(text, size=self.digits(f"{tenths // 10:,}{tenth}"))

    def foreign(self, text: str) -> str:
        """Put a text from elsewhere on one line that runs its own way, whatever stands around."""
        return f"{_OWN_WAY_ISOLATE}{' '.join(text.split())}{_END_ISOLATE}" if text.strip() else ""

    def _written(self, value: int | str) -> str:
        return self.number(value) if isinstance(value, int) else value

    def _isolated_if(self, minus: str, number: str) -> str:
        # a minus sign before Persian digits would be drawn behind them
        return f"{_LTR_ISOLATE}{minus}{number}{_END_ISOLATE}" if minus else number


def read_texts(language: Language) -> Mapping[str, str]:
    """Read the texts of a language; English needs none. ``DataError`` for a broken file."""
    if language is Language.EN:
        return {}
    file = resources.files("kiosk").joinpath("languages", f"{language.value}.json")
    texts = json.loads(file.read_text("utf-8"))
    if not all(isinstance(text, str) for text in texts.values()):
        raise DataError(f"{language.value}.json: expected texts for texts, got something else")
    return dict(texts)
