"""A form as it is built in the browser: questions one below the other, and the XLSForm of it.

What is kept is the XLSForm's sheets, so a form that was built here is checked, asked and
reported on like any that was uploaded; the questions are read back from the sheets for editing.
A form that has more than the browser can show (groups, repeats …) is edited in a spreadsheet.

Source: docs/surveys.md, sections 1 and 10; xlsform.org.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

Cells = Mapping[str, str]
Sheets = Mapping[str, Sequence[Cells]]

FA, EN = "Persian (fa)", "English (en)"
QUESTIONS_MAX, CHOICES_MAX = 100, 200
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")
_CONDITION: Final = re.compile(
    r"\$\{(?P<name>\w+)\} (?P<sign>=|!=|>=|<=) (?P<value>'[^']*'|-?\d+(?:\.\d+)?)"
    r"|selected\(\$\{(?P<many>\w+)\}, (?P<chosen>'[^']*')\)"
)
_SPAN: Final = re.compile(r"start=(\S+) end=(\S+) step=(\S+)")


class DesignError(ValueError):
    """A question cannot be made as it was typed; the text names it and says what was expected."""


@dataclass(frozen=True, slots=True)
class Sort:
    """A kind of question of the browser, as it stands in an XLSForm.

    ``listed``: it has choices of its own. ``span`` is the scale that it has, or begins with;
    ``fixed`` tells that it stays so.
    """

    name: str
    type: str
    appearance: str = ""
    listed: bool = False
    span: tuple[str, str, str] | None = None
    fixed: bool = False


SORTS: Final = (
    Sort("smileys", "range", "smileys", span=("1", "5", "1"), fixed=True),
    Sort("nps", "range", "nps", span=("0", "10", "1"), fixed=True),
    Sort("rating", "range", "rating", span=("1", "5", "1")),
    Sort("yes_no", "select_one", "yes-no"),
    Sort("select_one", "select_one", listed=True),
    Sort("select_many", "select_multiple", listed=True),
    Sort("likert", "select_one", "likert", listed=True),
    Sort("rank", "rank", listed=True),
    Sort("range", "range", span=("0", "10", "1")),
    Sort("integer", "integer"),
    Sort("decimal", "decimal"),
    Sort("text", "text"),
    Sort("multiline", "text", "multiline"),
    Sort("phone", "text", "phone"),
    Sort("date", "date"),
    Sort("time", "time"),
    Sort("barcode", "barcode"),
    Sort("signature", "image", "signature"),
    Sort("acknowledge", "acknowledge"),
    Sort("note", "note"),
)
SORT_OF: Final = {sort.name: sort for sort in SORTS}
_YES_NO: Final = (("yes", "بله", "Yes"), ("no", "خیر", "No"))


@dataclass(frozen=True, slots=True)
class DesignChoice:
    """A choice with its words in both languages."""

    value: str
    fa: str
    en: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """The question is asked where another has this answer; ``sign`` as in XPath, or ``has``."""

    name: str
    sign: str
    value: str


@dataclass(frozen=True, slots=True)
class DesignQuestion:
    """One question as it was typed."""

    name: str
    sort: str
    fa: str
    en: str = ""
    hint_fa: str = ""
    hint_en: str = ""
    required: bool = False
    choices: tuple[DesignChoice, ...] = ()
    span: tuple[str, str, str] | None = None
    condition: Condition | None = None


def sheets_of(questions: Sequence[DesignQuestion], form_id: str, title: str) -> Sheets:
    """Write the XLSForm; raises ``DesignError``."""
    if not 1 <= len(questions) <= QUESTIONS_MAX:
        raise DesignError(f"Expected 1 to {QUESTIONS_MAX} questions, got {len(questions)}")
    _check_names(questions)
    known: dict[str, DesignQuestion] = {}
    survey: list[Cells] = []
    choices: list[Cells] = []
    for question in questions:
        survey.append(_row(question, known))
        choices += _choice_rows(question)
        known[question.name] = question
    settings = {"form_title": title, "form_id": form_id, "default_language": FA}
    return {"survey": survey, "choices": choices, "settings": [settings]}


def _check_names(questions: Sequence[DesignQuestion]) -> None:
    seen: set[str] = set()
    for question in questions:
        if not _NAME.fullmatch(question.name):
            raise DesignError(
                f"{question.name!r}: expected a name of up to 40 Latin letters, digits and _"
            )
        if question.name.lower() in seen:
            raise DesignError(f"{question.name!r}: expected another name for each question")
        seen.add(question.name.lower())


def _row(question: DesignQuestion, before: Mapping[str, DesignQuestion]) -> Cells:
    sort = SORT_OF.get(question.sort)
    if sort is None:
        raise DesignError(f"{question.name}: expected a kind of question, got {question.sort!r}")
    if not question.fa.strip():
        raise DesignError(f"{question.name}: expected the question in Persian, got none")
    listed = sort.listed or sort.name == "yes_no"
    row = {
        "type": f"{sort.type} {_list_of(question)}" if listed else sort.type,
        "name": question.name,
        f"label::{FA}": question.fa,
        f"label::{EN}": question.en or question.fa,
        f"hint::{FA}": question.hint_fa,
        f"hint::{EN}": question.hint_en or question.hint_fa,
        "required": "yes" if question.required else "",
        "appearance": sort.appearance,
        "parameters": _span(question, sort),
        "relevant": _relevant(question, before),
    }
    return {name: cell for name, cell in row.items() if cell}


def _list_of(question: DesignQuestion) -> str:
    return "yes_no" if question.sort == "yes_no" else f"{question.name}_choices"


def _span(question: DesignQuestion, sort: Sort) -> str:
    if sort.span is None:
        return ""
    start, end, step = sort.span if sort.fixed else (question.span or sort.span)
    try:
        low, high, by = float(start), float(end), float(step)
    except ValueError:
        raise DesignError(
            f"{question.name}: expected numbers as a scale, got {start}, {end}, {step}"
        ) from None
    if not (low < high and 0 < by <= high - low):
        raise DesignError(f"{question.name}: expected a scale that goes up, got {start} to {end}")
    return f"start={start} end={end} step={step}"


def _relevant(question: DesignQuestion, before: Mapping[str, DesignQuestion]) -> str:
    condition = question.condition
    if condition is None:
        return ""
    other = before.get(condition.name)
    if other is None:
        raise DesignError(
            f"{question.name}: expected a condition on a question above it, got {condition.name!r}"
        )
    if condition.sign not in ("=", "!=", ">=", "<=", "has"):
        raise DesignError(f"{question.name}: expected =, !=, >=, <= or has, got {condition.sign!r}")
    if "'" in condition.value:
        raise DesignError(f"{question.name}: expected an answer without a quote mark")
    if condition.sign == "has":
        return f"selected(${{{other.name}}}, '{condition.value}')"
    number = re.fullmatch(r"-?\d+(\.\d+)?", condition.value)
    value = condition.value if number else f"'{condition.value}'"
    return f"${{{other.name}}} {condition.sign} {value}"


def _choice_rows(question: DesignQuestion) -> list[Cells]:
    sort = SORT_OF[question.sort]
    if sort.name == "yes_no":
        return [_choice_row("yes_no", DesignChoice(*each)) for each in _YES_NO]
    if not sort.listed:
        return []
    if not 2 <= len(question.choices) <= CHOICES_MAX:
        raise DesignError(
            f"{question.name}: expected 2 to {CHOICES_MAX} choices, got {len(question.choices)}"
        )
    return [_choice_row(_list_of(question), each) for each in question.choices]


def _choice_row(list_name: str, choice: DesignChoice) -> Cells:
    return {
        "list_name": list_name,
        "name": choice.value,
        f"label::{FA}": choice.fa,
        f"label::{EN}": choice.en or choice.fa,
    }


def design_of(sheets: Sheets) -> tuple[DesignQuestion, ...] | None:
    """Read the questions back; none where the sheets have more than the browser can show."""
    lists: dict[str, list[DesignChoice]] = {}
    for row in sheets.get("choices", ()):
        label = row.get(f"label::{FA}", "")
        english = row.get(f"label::{EN}", "")
        choice = DesignChoice(row.get("name", ""), label, "" if english == label else english)
        lists.setdefault(row.get("list_name", ""), []).append(choice)
    found = []
    for row in sheets.get("survey", ()):
        question = _question(row, lists)
        if question is None:
            return None
        found.append(question)
    return _if_the_same(tuple(found), sheets)


def _if_the_same(
    found: tuple[DesignQuestion, ...], sheets: Sheets
) -> tuple[DesignQuestion, ...] | None:
    """Give the questions where writing them gives these very sheets again."""
    try:
        again = sheets_of(found, "", "")
    except DesignError:
        return None
    same = [dict(row) for row in again["survey"]] == [dict(row) for row in sheets["survey"]]
    return found if same else None


def _question(row: Cells, lists: Mapping[str, Sequence[DesignChoice]]) -> DesignQuestion | None:
    kind, _space, list_name = row.get("type", "").partition(" ")
    sort = _sort(kind, row.get("appearance", ""), list_name)
    if sort is None:
        return None
    fa, hint = row.get(f"label::{FA}", ""), row.get(f"hint::{FA}", "")
    en, hint_en = row.get(f"label::{EN}", ""), row.get(f"hint::{EN}", "")
    span = _SPAN.fullmatch(row.get("parameters", ""))
    question = DesignQuestion(
        name=row.get("name", ""),
        sort=sort.name,
        fa=fa,
        en="" if en == fa else en,
        hint_fa=hint,
        hint_en="" if hint_en == hint else hint_en,
        required=row.get("required") == "yes",
        choices=tuple(lists.get(list_name, ())) if sort.listed else (),
        condition=_condition(row.get("relevant", "")),
    )
    if span and not sort.fixed:
        return replace(question, span=(span[1], span[2], span[3]))
    return question


def _sort(kind: str, appearance: str, list_name: str) -> Sort | None:
    for sort in SORTS:
        if (sort.type, sort.appearance) == (kind, appearance):
            if (list_name == "yes_no") != (sort.name == "yes_no"):
                continue
            return sort
    return None


def _condition(relevant: str) -> Condition | None:
    match = _CONDITION.fullmatch(relevant)
    if match is None:
        return None
    if match["many"]:
        return Condition(match["many"], "has", match["chosen"].strip("'"))
    return Condition(match["name"], match["sign"], match["value"].strip("'"))
