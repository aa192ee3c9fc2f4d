"""Every state of a survey, and every kind of question, for the gallery and the tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from kiosk.survey.state import Answering, Choosing, Inviting, Leaving, Opened, State, Thanking
from retail.catalogue import Text
from retail.survey import Survey
from xforms.page import Choice, Fault, Kind, Page, Question, Row, Scale, Span, Words

VISIT = Survey("visit", 1, Text("بازدید امروز شما", "Your visit today"), "<h:html/>")
_TODAY: Final = date(2026, 11, 26)
_LONGEST = (
    "اگر به گذشته نگاه کنید، از پاکیزگی راهروها، دسترسی به قفسه‌ها و برخورد همکاران ما در "
    "شش ماه گذشته چقدر راضی بوده‌اید؟ (Overall satisfaction, last 6 months)"
)


def _label(text: str) -> Words:
    return (Span(text),) if text else ()


def _choices(*texts: str, chosen: Iterable[int] = ()) -> tuple[Choice, ...]:
    there = set(chosen)
    return tuple(
        Choice(str(place + 1), _label(text), chosen=place in there)
        for place, text in enumerate(texts)
    )


def _asked(kind: Kind, label: str, hint: str = "", **more: Any) -> Question:
    return Question(f"/data/{kind}", kind, _label(label), _label(hint), **more)


def page(*questions: Question, **more: Any) -> Page:
    """Make a page in the middle of a form."""
    about: dict[str, Any] = {"headings": (), "progress": 0.4, "first": False, "last": False}
    return Page(questions[0].path, questions=questions, **{**about, **more})


def answering(*questions: Question, opened: Opened | None = None, **more: Any) -> Answering:
    """Make a page with these questions that is being answered."""
    return Answering(VISIT, "sitting", page(*questions, **more), _TODAY, opened or Opened())


SATISFACTION: Final = ("خیلی ناراضی", "ناراضی", "نه راضی نه ناراضی", "راضی", "خیلی راضی")
CITIES: Final = (
    *("تهران", "تبریز", "تنکابن", "تربت حیدریه", "تاکستان", "اصفهان", "شیراز", "مشهد", "کرج"),
    *("قم", "اهواز", "کرمانشاه", "ارومیه", "رشت", "زاهدان", "همدان", "کرمان", "یزد", "اردبیل"),
)
SMILEYS = _asked(
    "smileys",
    "امروز خرید چطور بود؟",
    choices=_choices("خیلی بد", "بد", "معمولی", "خوب", "عالی", chosen=[3]),
)
_SINGLE: Mapping[str, Answering] = {
    "survey, note": answering(
        _asked(
            "note",
            "چند پرسش کوتاه دربارهٔ بازدید امروز",
            "پاسخ‌ها بی‌نام می‌مانند و کمتر از دو دقیقه وقت می‌گیرند.",
        ),
        first=True,
        progress=0.0,
    ),
    "survey, one of several": answering(
        _asked(
            "select_one",
            "بیشتر برای خرید چه چیزی آمده‌اید؟",
            "یک گزینه را انتخاب کنید.",
            choices=_choices(
                "خواربار و لبنیات", "میوه و سبزی", "شوینده و بهداشت خانه", "چیز دیگر", chosen=[1]
            ),
        ),
        first=True,
    ),
    "survey, several of several": answering(
        _asked(
            "select_many",
            "کدام بخش‌ها را امروز دیدید؟",
            "هر چند تا که خواستید.",
            choices=_choices(
                *("لبنیات", "نان", "گوشت", "میوه", "خشکبار", "نوشیدنی", "شوینده", "کودک"),
                chosen=[0, 3],
            ),
            style="grid",
            columns=2,
        )
    ),
    "survey, likert": answering(
        _asked(
            "select_one",
            "از پاکیزگی فروشگاه چقدر راضی هستید؟",
            choices=_choices(*SATISFACTION, chosen=[3]),
            style="likert",
        )
    ),
    "survey, pictures": answering(
        _asked(
            "select_one",
            "کدام برنج را بیشتر می‌خرید؟",
            choices=tuple(
                replace(choice, picture=name)
                for choice, name in zip(
                    _choices("هاشمی", "دم‌سیاه", "فجر", "باسماتی", chosen=[0]),
                    ("rice", "rice2", "rice3", ""),
                    strict=True,
                )
            ),
            style="pictures",
            columns=2,
        )
    ),
    "survey, search": answering(
        _asked(
            "select_one", "در کدام شهر زندگی می‌کنید؟", choices=_choices(*CITIES), style="search"
        ),
        opened=Opened("/data/select_one", "ت"),
    ),
    "survey, yes or no": answering(
        _asked(
            "yes_no",
            "هر چه می‌خواستید پیدا کردید؟",
            choices=(
                Choice("yes", _label("بله"), chosen=True),
                Choice("no", _label("نه")),
            ),
            value="yes",
        )
    ),
    "survey, smileys": answering(replace(SMILEYS, value="4")),
    "survey, stars": answering(
        _asked(
            "rating",
            "به برخورد همکاران ما چند ستاره می‌دهید؟",
            scale=Scale("1", "5", "1"),
            value="4",
        )
    ),
    "survey, nps": answering(
        _asked(
            "nps",
            "چقدر احتمال دارد ما را به دوستانتان پیشنهاد کنید؟",
            scale=Scale("0", "10", "1"),
            value="9",
        )
    ),
    "survey, range": answering(
        _asked(
            "range",
            "چند دقیقه در صف صندوق ماندید؟",
            "تقریبی هم کافی است.",
            scale=Scale("0", "10", "0.5"),
            value="3.5",
        )
    ),
    "survey, integer": answering(
        _asked("integer", "خانوادهٔ شما چند نفر است؟", value="4", required=True),
        opened=Opened("/data/integer", "4"),
    ),
    "survey, decimal": answering(
        _asked("decimal", "چند کیلو سیب خریدید؟", value="2.5"),
        opened=Opened("/data/decimal", "2.5"),
    ),
    "survey, phone": answering(
        _asked("phone", "اگر بخواهید با شما تماس بگیریم، شماره‌تان چیست؟"),
        opened=Opened("/data/phone", "0912345"),
    ),
    "survey, text": answering(
        _asked("text", "اسم همکاری که کمکتان کرد یادتان هست؟", value="خانم رضایی"),
        opened=Opened("/data/text", "خانم رضایی"),
    ),
    "survey, long text": answering(
        _asked(
            "text",
            "چه چیزی را بهتر کنیم؟",
            style="multiline",
            value="راهروی لبنیات شلوغ بود و سبدها جای رد شدن نداشتند، کاش قفسهٔ وسط را بردارید.",
        ),
        opened=Opened("/data/text"),
    ),
    "survey, code": answering(
        _asked("barcode", "کالایی را که مشکل داشت نشان دهید", "بارکد آن را جلوی اسکنر بگیرید.")
    ),
    "survey, rank": answering(
        _asked(
            "rank",
            "کدام برایتان مهم‌تر است؟",
            "مهم‌ترین را بالا ببرید.",
            choices=_choices("قیمت", "تازگی", "نزدیکی به خانه", "برخورد همکاران", "صف کوتاه"),
        )
    ),
    "survey, matrix": answering(
        _asked(
            "matrix",
            "به هر بخش چه نمره‌ای می‌دهید؟",
            choices=_choices("ضعیف", "معمولی", "خوب", "عالی"),
            rows=(
                Row("/data/a", _label("میوه و سبزی"), "3"),
                Row("/data/b", _label("نان و شیرینی"), "4"),
                Row("/data/c", _label("گوشت، مرغ و ماهی"), "", True, Fault("required")),
                Row("/data/d", _label("لبنیات"), "2"),
            ),
        )
    ),
    "survey, date": answering(
        _asked("date", "آخرین خرید شما از ما چه روزی بود؟", value="2026-11-20")
    ),
    "survey, month": answering(
        _asked("date", "از چه ماهی مشتری ما هستید؟", value="2026-04-21", unit="month")
    ),
    "survey, time": answering(
        _asked("time", "معمولاً چه ساعتی خرید می‌کنید؟", value="18:30:00.000+03:30")
    ),
    "survey, date and time": answering(
        _asked(
            "datetime",
            "این اتفاق کِی افتاد؟",
            value="2026-11-25T17:05:00.000+03:30",
        )
    ),
    "survey, signature": answering(_asked("signature", "برای شرکت در قرعه‌کشی امضا کنید")),
    "survey, acknowledge": answering(
        _asked(
            "acknowledge",
            "شرایط قرعه‌کشی",
            "برنده با پیامک باخبر می‌شود و جایزه تا یک ماه در همین شعبه می‌ماند.",
            required=True,
        )
    ),
    "survey, another": answering(
        _asked("another", "عضو دیگری از خانواده هم خرید می‌کند؟"), repetition=(2, 2)
    ),
    "survey, fault": answering(
        _asked(
            "integer",
            "چند سال دارید؟",
            value="4",
            fault=Fault("constraint", "سن باید میان ۱۵ و ۱۲۰ باشد."),
        ),
        opened=Opened("/data/integer", "4"),
    ),
}
_SEVERAL = answering(
    replace(SMILEYS, value="4", path="/data/v/mood"),
    replace(
        _asked(
            "select_one",
            "چند بار در ماه می‌آیید؟",
            choices=_choices("یک بار", "دو یا سه بار", "هر هفته", "هر روز", chosen=[2]),
            required=True,
        ),
        path="/data/v/often",
    ),
    replace(_asked("text", "پیشنهادی دارید؟", "هر چه به ذهنتان می‌رسد."), path="/data/v/idea"),
    replace(_asked("date", "آخرین بار چه روزی آمدید؟"), path="/data/v/day"),
    replace(
        _asked("integer", "چند نفرید؟", required=True, fault=Fault("required")),
        path="/data/v/people",
    ),
    headings=(_label("دربارهٔ شما"),),
)
_LONG = answering(
    _asked(
        "select_one",
        _LONGEST,
        "اگر چند شعبه را می‌شناسید، شعبه‌ای را در نظر بگیرید که بیشتر به آن می‌روید؛ پاسخ شما "
        "بی‌نام می‌ماند و تنها با پاسخ دیگران شمرده می‌شود.",
        choices=_choices(
            "خیلی راضی بوده‌ام و به دیگران هم می‌گویم که از همین شعبه خرید کنند، هر بار",
            "راضی بوده‌ام، هرچند بعضی وقت‌ها صف صندوق طولانی و راهروها شلوغ بوده است",
            "فرقی با فروشگاه‌های دیگر نداشته است (about the same as others)",
            "راضی نبوده‌ام",
            chosen=[1],
        ),
        required=True,
        fault=Fault("constraint", "این گزینه با پاسخ پرسش سوم دربارهٔ شعبهٔ همیشگی نمی‌خواند."),
    ),
    headings=(_label("بخش دوم: فروشگاه"), _label("راهروها")),
    last=True,
    progress=1.0,
)
EXAMPLES: Mapping[str, State] = {
    "survey, longest texts": _LONG,
    **_SINGLE,
    "survey, several questions": _SEVERAL,
    "survey, several, typing": replace(_SEVERAL, opened=Opened("/data/v/idea")),
    "survey, several, pad": replace(_SEVERAL, opened=Opened("/data/v/people")),
    "survey, not written": replace(
        _SINGLE["survey, stars"],
        page=replace(_SINGLE["survey, stars"].page, last=True, progress=1.0),
        unwritten=True,
    ),
    "surveys, to choose": Choosing(
        (
            VISIT,
            replace(VISIT, survey_id="bread", title=Text("نان تازهٔ ما", "Our fresh bread")),
            replace(
                VISIT,
                survey_id="neighbourhood",
                title=Text(
                    "پیشنهادهای شما برای شعبهٔ تازهٔ محله و ساعت‌های کار آن",
                    "Your ideas for the new store in the neighbourhood and its opening hours",
                ),
            ),
        )
    ),
    "survey, invitation": Inviting(VISIT),
    "survey, leaving": Leaving(_SINGLE["survey, stars"]),
    "survey, thanks": Thanking(VISIT),
    "survey, thanks at once": Thanking(VISIT, at_once=True),
}


def big(count: int, chosen: Sequence[int] = ()) -> Answering:
    """Make a page of so many questions on one sheet, for measuring."""
    kinds: tuple[Question, ...] = tuple(
        replace(
            _asked(
                "select_one",
                f"پرسش شمارهٔ {number}",
                choices=_choices(*SATISFACTION, chosen=[2] if number in chosen else []),
                style=("likert", "list", "grid")[number % 3],
            ),
            path=f"/data/q{number}",
        )
        for number in range(count)
    )
    return answering(*kinds)
