"""The forms that a question is typed in, one each; what they make is ``designing``'s affair."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from server.surveys.designing import (
    QUESTIONS_MAX,
    SORT_OF,
    Condition,
    DesignChoice,
    DesignQuestion,
)

SORT_NAMES: Final = (
    ("smileys", lazy("smileys")),
    ("nps", lazy("would recommend, 0 to 10")),
    ("rating", lazy("stars")),
    ("yes_no", lazy("yes or no")),
    ("select_one", lazy("one of several")),
    ("select_many", lazy("several of several")),
    ("likert", lazy("how far one agrees")),
    ("rank", lazy("in order")),
    ("range", lazy("slider")),
    ("integer", lazy("whole number")),
    ("decimal", lazy("number")),
    ("text", lazy("short text")),
    ("multiline", lazy("long text")),
    ("phone", lazy("phone number")),
    ("date", lazy("date")),
    ("time", lazy("time")),
    ("barcode", lazy("barcode")),
    ("signature", lazy("signature")),
    ("acknowledge", lazy("agreement")),
    ("note", lazy("words without an answer")),
)
assert {name for name, _text in SORT_NAMES} == set(SORT_OF)
_SIGNS: Final = (("=", "="), ("!=", "≠"), (">=", "≥"), ("<=", "≤"), ("has", lazy("has")))
_LISTED: Final = " ".join(name for name, sort in SORT_OF.items() if sort.listed)
_SCALED: Final = " ".join(
    name for name, sort in SORT_OF.items() if sort.span is not None and not sort.fixed
)
_LTR: Final = {"dir": "ltr", "autocomplete": "off"}


def _optional(label: Any) -> forms.CharField:
    words = forms.TextInput(attrs={"dir": "auto"})
    return forms.CharField(label=label, max_length=500, required=False, widget=words)


class QuestionForm(forms.Form):
    """One question; choices are lines of ``value | Persian | English``."""

    name = forms.CharField(label=lazy("name"), max_length=40, widget=forms.TextInput(attrs=_LTR))
    sort = forms.ChoiceField(
        label=lazy("kind"),
        choices=SORT_NAMES,
        widget=forms.Select(attrs={"data-listed": _LISTED, "data-scaled": _SCALED}),
    )
    required = forms.BooleanField(label=lazy("must be answered"), required=False)
    fa = forms.CharField(label=lazy("question"), max_length=500)
    en = _optional(lazy("in English"))
    hint_fa = _optional(lazy("hint"))
    hint_en = _optional(lazy("hint in English"))
    choices = forms.CharField(
        label=lazy("choices"),
        required=False,
        max_length=40_000,
        widget=forms.Textarea(
            attrs={"rows": 4, "dir": "auto", "placeholder": "bread | نان | Bread"}
        ),
        help_text=lazy("A line each: value | Persian | English"),
    )
    start = forms.CharField(
        label=lazy("from"), max_length=12, required=False, widget=forms.TextInput(attrs=_LTR)
    )
    end = forms.CharField(
        label=lazy("to"), max_length=12, required=False, widget=forms.TextInput(attrs=_LTR)
    )
    step = forms.CharField(
        label=lazy("in steps of"), max_length=12, required=False, widget=forms.TextInput(attrs=_LTR)
    )
    when = forms.CharField(
        label=lazy("only if"), max_length=40, required=False, widget=forms.TextInput(attrs=_LTR)
    )
    sign = forms.ChoiceField(label="", choices=_SIGNS, required=False)
    value = forms.CharField(
        label=lazy("answer"), max_length=200, required=False, widget=forms.TextInput(attrs=_LTR)
    )

    def clean_choices(self) -> tuple[DesignChoice, ...]:
        """Read the lines; raises ``ValidationError`` that names the line."""
        found = []
        for number, line in enumerate(self.cleaned_data["choices"].splitlines(), start=1):
            if not line.strip():
                continue
            value, *words = (part.strip() for part in line.split("|"))
            if not value or len(words) not in (1, 2) or not words[0] or " " in value:
                raise ValidationError(
                    _("Line %(number)s: expected value | Persian | English."),
                    params={"number": number},
                )
            found.append(DesignChoice(value, words[0], words[1] if len(words) == 2 else ""))
        return tuple(found)

    def question(self) -> DesignQuestion:
        """Give what was typed; raises ``DesignError`` later, where it makes no question."""
        told = self.cleaned_data
        span = (told["start"], told["end"], told["step"])
        condition = None
        if told["when"]:
            condition = Condition(told["when"], told["sign"] or "=", told["value"])
        return DesignQuestion(
            **{name: told[name] for name in ("name", "sort", "fa", "en", "hint_fa", "hint_en")},
            required=told["required"],
            choices=told["choices"] if SORT_OF[told["sort"]].listed else (),
            span=span if all(span) else None,
            condition=condition,
        )


QuestionSet = forms.formset_factory(
    QuestionForm,
    extra=0,
    min_num=1,
    validate_min=True,
    max_num=QUESTIONS_MAX,
    validate_max=True,
    can_delete=True,
    can_order=True,
)


def questions_of(typed: Any) -> list[DesignQuestion]:
    """Give the questions of a valid ``QuestionSet`` in the order that was asked for."""
    return [form.question() for form in typed.ordered_forms]


def initial_of(questions: Sequence[DesignQuestion]) -> list[dict[str, Any]]:
    """Give questions as they are typed."""
    return [_initial(each) for each in questions]


def _initial(question: DesignQuestion) -> dict[str, Any]:
    start, end, step = question.span or ("", "", "")
    condition = question.condition or Condition("", "=", "")
    lines = (" | ".join(filter(None, (c.value, c.fa, c.en))) for c in question.choices)
    return {
        **{n: getattr(question, n) for n in ("name", "sort", "fa", "en", "hint_fa", "hint_en")},
        "required": question.required,
        "choices": "\n".join(lines),
        "start": start,
        "end": end,
        "step": step,
        "when": condition.name,
        "sign": condition.sign,
        "value": condition.value,
    }
