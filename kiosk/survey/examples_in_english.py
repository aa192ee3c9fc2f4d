"""The examples' questions in English, for the gallery: forms speak the language of the screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from kiosk.language import Language
from kiosk.survey.state import Answering, Leaving, State
from xforms.page import Choice, Fault, Page, Question, Row, Span, Words

ENGLISH: Final[Mapping[str, str]] = {
    "چند پرسش کوتاه دربارهٔ بازدید امروز": "A few short questions about your visit today",
    "پاسخ‌ها بی‌نام می‌مانند و کمتر از دو دقیقه وقت می‌گیرند.": (
        "Answers stay without a name and take less than two minutes."
    ),
    "بیشتر برای خرید چه چیزی آمده‌اید؟": "What did you mainly come for?",
    "یک گزینه را انتخاب کنید.": "Choose one.",
    "خواربار و لبنیات": "Groceries and dairy",
    "میوه و سبزی": "Fruit and vegetables",
    "شوینده و بهداشت خانه": "Cleaning and household",
    "چیز دیگر": "Something else",
    "کدام بخش‌ها را امروز دیدید؟": "Which departments did you see today?",
    "هر چند تا که خواستید.": "As many as you like.",
    "لبنیات": "Dairy",
    "نان": "Bread",
    "گوشت": "Meat",
    "میوه": "Fruit",
    "خشکبار": "Dried fruit",
    "نوشیدنی": "Drinks",
    "شوینده": "Cleaning",
    "کودک": "Baby",
    "از پاکیزگی فروشگاه چقدر راضی هستید؟": "How content are you with how clean the store is?",
    "خیلی ناراضی": "Very unhappy",
    "ناراضی": "Unhappy",
    "نه راضی نه ناراضی": "Neither",
    "راضی": "Happy",
    "خیلی راضی": "Very happy",
    "کدام برنج را بیشتر می‌خرید؟": "Which rice do you buy most?",
    "هاشمی": "Hashemi",
    "دم‌سیاه": "Domsiah",
    "فجر": "Fajr",
    "باسماتی": "Basmati",
    "در کدام شهر زندگی می‌کنید؟": "In which city do you live?",
    "هر چه می‌خواستید پیدا کردید؟": "Did you find all that you wanted?",
    "بله": "Yes",
    "نه": "No",
    "امروز خرید چطور بود؟": "How was shopping today?",
    "خیلی بد": "Very bad",
    "بد": "Bad",
    "معمولی": "So-so",
    "خوب": "Good",
    "عالی": "Great",
    "ضعیف": "Poor",
    "به برخورد همکاران ما چند ستاره می‌دهید؟": "How many stars for our staff?",
    "چقدر احتمال دارد ما را به دوستانتان پیشنهاد کنید؟": (
        "How likely are you to recommend us to a friend?"
    ),
    "چند دقیقه در صف صندوق ماندید؟": "How many minutes did you wait at the till?",
    "تقریبی هم کافی است.": "Roughly will do.",
    "خانوادهٔ شما چند نفر است؟": "How many are you at home?",
    "چند کیلو سیب خریدید؟": "How many kilos of apples did you buy?",
    "اگر بخواهید با شما تماس بگیریم، شماره‌تان چیست؟": (
        "If you would like us to call, what is your number?"
    ),
    "اسم همکاری که کمکتان کرد یادتان هست؟": "Do you remember who helped you?",
    "خانم رضایی": "Ms Rezaei",
    "چه چیزی را بهتر کنیم؟": "What should we do better?",
    "راهروی لبنیات شلوغ بود و سبدها جای رد شدن نداشتند، کاش قفسهٔ وسط را بردارید.": (
        "The dairy aisle was crowded and trolleys could not pass; please move the middle shelf."
    ),
    "کالایی را که مشکل داشت نشان دهید": "Show us the item that was not right",
    "بارکد آن را جلوی اسکنر بگیرید.": "Hold its barcode in front of the scanner.",
    "کدام برایتان مهم‌تر است؟": "What matters most to you?",
    "مهم‌ترین را بالا ببرید.": "Move the most important up.",
    "قیمت": "Price",
    "تازگی": "Freshness",
    "نزدیکی به خانه": "Close to home",
    "برخورد همکاران": "Friendly staff",
    "صف کوتاه": "Short queues",
    "به هر بخش چه نمره‌ای می‌دهید؟": "How good is each department?",
    "نان و شیرینی": "Bread and pastry",
    "گوشت، مرغ و ماهی": "Meat, poultry and fish",
    "آخرین خرید شما از ما چه روزی بود؟": "On which day did you last shop with us?",
    "از چه ماهی مشتری ما هستید؟": "Since which month have you been our customer?",
    "معمولاً چه ساعتی خرید می‌کنید؟": "At what time do you usually shop?",
    "این اتفاق کِی افتاد؟": "When did it happen?",
    "برای شرکت در قرعه‌کشی امضا کنید": "Please sign to take part in the draw",
    "شرایط قرعه‌کشی": "Terms of the draw",
    "برنده با پیامک باخبر می‌شود و جایزه تا یک ماه در همین شعبه می‌ماند.": (
        "The winner is told by text message, and the prize waits in this store for a month."
    ),
    "عضو دیگری از خانواده هم خرید می‌کند؟": "Does somebody else at home shop too?",
    "چند سال دارید؟": "How old are you?",
    "سن باید میان ۱۵ و ۱۲۰ باشد.": "An age is between 15 and 120.",
    "چند بار در ماه می‌آیید؟": "How often do you come in a month?",
    "یک بار": "Once",
    "دو یا سه بار": "Two or three times",
    "هر هفته": "Every week",
    "هر روز": "Every day",
    "پیشنهادی دارید؟": "Any ideas for us?",
    "هر چه به ذهنتان می‌رسد.": "Whatever comes to mind.",
    "آخرین بار چه روزی آمدید؟": "When were you last here?",
    "چند نفرید؟": "How many are you?",
    "دربارهٔ شما": "About you",
}


def spoken(state: State, language: Language) -> State:
    """Give an example as a form in that language would have it; what has no English stays."""
    if language is Language.FA:
        return state
    match state:
        case Answering(page=page, opened=opened):
            typed = ENGLISH.get(opened.typed, opened.typed)
            return replace(state, page=_page(page), opened=replace(opened, typed=typed))
        case Leaving(Answering() as answering):
            return replace(state, answering=replace(answering, page=_page(answering.page)))
        case _:
            return state


def _page(page: Page) -> Page:
    headings = tuple(_words(each) for each in page.headings)
    return replace(
        page, headings=headings, questions=tuple(_question(each) for each in page.questions)
    )


def _question(question: Question) -> Question:
    return replace(
        question,
        label=_words(question.label),
        hint=_words(question.hint),
        value=ENGLISH.get(question.value, question.value),
        choices=tuple(_choice(each) for each in question.choices),
        rows=tuple(_row(each) for each in question.rows),
        fault=_fault(question.fault),
    )


def _choice(choice: Choice) -> Choice:
    return replace(choice, label=_words(choice.label))


def _row(row: Row) -> Row:
    return replace(row, label=_words(row.label))


def _fault(fault: Fault | None) -> Fault | None:
    return fault and replace(fault, message=ENGLISH.get(fault.message, fault.message))


def _words(words: Words) -> Words:
    return tuple(Span(ENGLISH.get(span.text, span.text)) for span in words)
