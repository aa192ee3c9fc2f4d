"""How a form behaves while it is answered: each test is a small form and what a person does."""

from __future__ import annotations

import pytest

from tests.surveys.asking import begin, form_of, questions, value
from xforms.page import Span
from xforms.problems import FormRefusedError
from xforms.session import UnknownPathError

SHOWN = """survey
 | type | name | label | relevant | calculation
 | integer | age | Age | |
 | text | work | Work? | ${age} > 17 |
 | calculate | both | | | ${age} * 2
 | note | bye | Bye | |
"""


def test_a_hidden_answer_is_kept_while_answering_seen_by_nothing_and_dropped_at_the_end() -> None:
    session = begin(
        """survey
         | type | name | label | relevant | calculation
         | integer | age | Age | |
         | text | work | Work? | ${age} > 17 |
         | calculate | told | | | concat('[', ${work}, ']')
        """
    )
    session.answer("age", "20")
    session.answer("work", "baker")
    assert value(session, "told") == "[baker]"
    session.answer("age", "10")
    assert value(session, "told") == "[]"
    assert value(session, "work") == "(none)"
    assert "baker" not in session.xml()
    session.answer("age", "30")
    assert value(session, "work") == "baker"
    assert value(session, "told") == "[baker]"


def test_a_form_may_keep_hidden_answers_in_what_is_sent() -> None:
    session = begin(
        """survey
         | type | name | label | relevant
         | integer | age | Age |
         | text | work | Work? | ${age} > 17
        settings
         | attribute::hidden_answers
         | keep
        """
    )
    session.answer("age", "20")
    session.answer("work", "baker")
    session.answer("age", "10")
    assert "baker" in session.xml()
    assert questions(session) == ["age"]


def test_a_group_hides_all_that_is_in_it_and_what_hangs_on_that() -> None:
    session = begin(
        """survey
         | type | name | label | relevant
         | select_one yn | more | More? |
         | begin group | g | G | ${more} = 'y'
         | text | a | A |
         | text | b | B | ${a} != ''
         | end group | | |
         | text | c | C | ${b} != ''
        choices
         | list_name | name | label
         | yn | y | Yes
         | yn | n | No
        """
    )
    session.answer("more", "y")
    session.answer("a", "1")
    session.answer("b", "2")
    assert questions(session) == ["more", "g/a", "g/b", "c"]
    session.answer("more", "n")
    assert questions(session) == ["more"]
    with pytest.raises(UnknownPathError, match="hidden"):
        session.answer("a", "3")
    session.answer("more", "y")
    assert questions(session) == ["more", "g/a", "g/b", "c"]


CASCADE = """survey
 | type | name | label | choice_filter
 | select_one country | country | Country |
 | select_one city | city | City | country = ${country}
 | select_multiple area | area | Areas | city = ${city}
 | text | why | Why |
choices
 | list_name | name | label | country | city
 | country | ir | Iran | |
 | country | tr | Türkiye | |
 | city | teh | Tehran | ir |
 | city | shz | Shiraz | ir |
 | city | ist | Istanbul | tr |
 | area | n | North | | teh
 | area | s | South | | teh
 | area | e | Europe | | ist
"""


def test_a_cascade_takes_back_what_is_no_longer_among_the_choices() -> None:
    session = begin(CASCADE)
    session.answer("country", "ir")
    session.forward()
    assert [choice.value for choice in session.page.questions[0].choices] == ["teh", "shz"]
    session.answer("city", "teh")
    session.answer("area", "n s")
    session.answer("country", "tr")
    assert (value(session, "city"), value(session, "area")) == ("", "")
    assert [choice.value for choice in session.page.questions[0].choices] == ["ist"]
    session.answer("city", "ist")
    assert value(session, "country") == "tr"


def test_a_choice_that_is_not_there_is_a_fault() -> None:
    session = begin(CASCADE)
    session.answer("country", "xx")
    assert session.faults()[0][1].code == "type"
    assert session.forward() is False


REPEATED = """survey
 | type | name | label | relevant | calculation | repeat_count
 | integer | n | How many? | | |
 | begin repeat | kid | Child | | | ${n}
 | text | name | Name | | |
 | integer | age | Age of ${name} | | |
 | calculate | place | | | position(..) |
 | text | school | School | ${age} > 6 | |
 | end repeat | | | | |
 | calculate | total | | | sum(${age}) |
 | calculate | first | | | indexed-repeat(${name}, ${kid}, 1) |
"""


def test_repetitions_follow_their_count_and_keep_the_answers_of_those_that_stay() -> None:
    session = begin(REPEATED)
    session.answer("n", "2")
    session.answer("/data/kid[1]/name", "Sara")
    session.answer("/data/kid[1]/age", "8")
    session.answer("/data/kid[2]/age", "4")
    assert value(session, "total") == "12"
    assert value(session, "first") == "Sara"
    assert value(session, "kid[2]/place") == "2"
    assert "kid[1]/school" in questions(session)
    assert "kid[2]/school" not in questions(session)
    session.answer("n", "3")
    assert value(session, "kid[1]/name") == "Sara"
    session.answer("n", "1")
    assert value(session, "total") == "8"
    session.answer("n", "0")
    assert (value(session, "total"), value(session, "first")) == ("0", "")
    session.answer("n", "-4")
    assert questions(session) == ["n"]


def test_repetitions_without_a_count_are_asked_for_added_and_taken_away() -> None:
    session = begin(
        """survey
         | type | name | label
         | begin repeat | item | Item
         | text | what | What?
         | end repeat | |
         | note | end | Thanks
        """
    )
    session.answer("what", "tea")
    assert session.forward()
    assert session.page.questions[0].kind == "another"
    session.answer(session.page.key, "yes")
    assert session.forward()
    assert session.page.key == "/data/item[2]/what"
    assert session.page.repetition == (2, 2)
    session.answer("/data/item[2]/what", "bread")
    session.forward()
    session.answer(session.page.key, "no")
    session.forward()
    assert session.page.questions[0].kind == "note"
    session.remove("/data/item[1]")
    assert value(session, "item[1]/what") == "bread"
    assert session.add("/data/item") == "/data/item[2]"
    with pytest.raises(UnknownPathError):
        session.remove("/data/item[9]")


def test_an_answer_that_is_missing_wrong_or_refused_keeps_its_page_and_back_never_does() -> None:
    session = begin(
        """survey
         | type | name | label | required | required_message | constraint | constraint_message
         | text | name | Name | yes | Please say | |
         | integer | age | Age | ${name} = 'x' | | . < 120 | Too old
         | date | born | Born | | | . <= today() |
        """
    )
    assert session.page.questions[0].fault is None
    assert session.forward() is False
    fault = session.page.questions[0].fault
    assert fault is not None
    assert (fault.code, fault.message) == ("required", "Please say")
    session.answer("name", "Ali")
    assert session.forward()
    session.answer("age", "130")
    fault = session.page.questions[0].fault
    assert fault is not None
    assert (fault.code, fault.message) == ("constraint", "Too old")
    assert session.forward() is False
    assert session.back()
    assert session.forward()
    session.answer("age", "12.5")
    assert [each.code for _, each in session.faults()] == ["type"]
    session.answer("age", "۱۲")
    assert value(session, "age") == "12"
    session.answer("born", "2030-01-01")
    assert session.finish() is False
    assert session.page.key == "/data/born"
    session.answer("born", "2020-02-29")
    assert session.finish()
    assert session.complete


def test_a_value_is_set_by_a_default_at_the_start_and_by_a_trigger() -> None:
    session = begin(
        """survey
         | type | name | label | default | trigger | calculation
         | integer | a | A | 5 | |
         | date | d | D | today() | |
         | integer | b | B | | ${a} | ${a} * 2
         | text | c | C | x | |
        """
    )
    assert (value(session, "a"), value(session, "d"), value(session, "b")) == (
        "5",
        "2026-11-26",
        "",
    )
    session.answer("a", "7")
    assert value(session, "b") == "14"
    session.answer("b", "1")
    session.answer("a", "7")
    assert value(session, "b") == "1"
    session.answer("a", "8")
    assert value(session, "b") == "16"


def test_the_language_changes_in_the_middle_and_no_answer_is_lost() -> None:
    form = form_of(
        """survey
         | type | name | label::Persian (fa) | label::English (en)
         | text | name | نام | Name
         | note | hello | سلام ${name} | Hello **${name}**
        settings
         | default_language
         | Persian (fa)
        """
    )
    session = begin(form)
    assert session.language == "Persian (fa)"
    session.answer("name", "سارا")
    session.forward()
    assert session.page.questions[0].label == (Span("سلام سارا"),)
    session.speak("en")
    assert session.page.key == "/data/hello"
    assert session.page.questions[0].label == (Span("Hello "), Span("سارا", strong=True))
    session.speak("xx")
    assert session.language == "English (en)"
    assert begin(form, "en").page.questions[0].label == (Span("Name"),)


def test_back_change_forward_finds_the_path_anew() -> None:
    session = begin(
        CASCADE.replace("| text | why | Why |", "| text | why | Why |\n | text | z | Z |")
    )
    session.answer("country", "ir")
    session.forward()
    session.answer("city", "shz")
    session.forward()
    assert session.page.key == "/data/area"
    session.back()
    session.back()
    assert session.page.first
    session.answer("country", "tr")
    session.forward()
    assert session.page.questions[0].value == ""


def test_shuffled_choices_stay_as_they_are_back_and_forth() -> None:
    table = """survey
     | type | name | label | parameters
     | select_one l | a | A | randomize=true
     | select_one l | b | B | randomize=true, seed=42
     | note | n | N |
    choices
     | list_name | name | label
     | l | 1 | One
     | l | 2 | Two
     | l | 3 | Three
     | l | 4 | Four
     | l | 5 | Five
    """
    form = form_of(table)

    def order(seed: int, pages: int) -> list[str]:
        session = begin(form, seed=seed)
        for _ in range(pages):
            session.forward()
        first = [choice.value for choice in session.page.questions[0].choices]
        session.forward()
        session.back()
        assert [choice.value for choice in session.page.questions[0].choices] == first
        return first

    assert sorted(order(1, 0)) == ["1", "2", "3", "4", "5"]
    assert len({tuple(order(seed, 0)) for seed in range(1, 12)}) > 5
    assert order(1, 1) == order(99, 1)


KINDS = [
    ("note", "", "", "note"),
    ("text", "", "", "text"),
    ("text", "phone", "", "phone"),
    ("integer", "", "", "integer"),
    ("integer", "nps", "", "nps"),
    ("decimal", "", "", "decimal"),
    ("range", "", "start=0 end=10 step=2", "range"),
    ("range", "rating", "start=1 end=5 step=1", "rating"),
    ("range", "nps", "start=0 end=10 step=1", "nps"),
    ("range", "smileys", "start=1 end=5 step=1", "smileys"),
    ("select_one yn", "", "", "yes_no"),
    ("select_one l", "", "", "select_one"),
    ("select_one l", "smileys", "", "smileys"),
    ("select_multiple l", "", "", "select_many"),
    ("rank l", "", "", "rank"),
    ("date", "", "", "date"),
    ("time", "", "", "time"),
    ("dateTime", "", "", "datetime"),
    ("barcode", "", "", "barcode"),
    ("image", "signature", "", "signature"),
    ("acknowledge", "", "", "acknowledge"),
]


@pytest.mark.parametrize(("told", "look", "parameters", "kind"), KINDS)
def test_each_kind_of_question_is_known(told: str, look: str, parameters: str, kind: str) -> None:
    session = begin(
        f"""survey
         | type | name | label | appearance | parameters
         | {told} | q | Question | {look} | {parameters}
        choices
         | list_name | name | label
         | yn | yes | Yes
         | yn | no | No
         | l | a | A
         | l | b | B
         | l | c | C
        """
    )
    assert session.page.questions[0].kind == kind


def test_a_table_of_questions_is_one_matrix() -> None:
    session = begin(
        """survey
         | type | name | label | appearance | required
         | begin group | t | How were we? | table-list |
         | select_one l | clean | Clean | | yes
         | select_one l | fast | Fast | |
         | end group | | | |
        choices
         | list_name | name | label
         | l | good | Good
         | l | bad | Bad
        """
    )
    (matrix,) = [each for each in session.page.questions if each.kind == "matrix"]
    assert [row.path for row in matrix.rows] == ["/data/t/clean", "/data/t/fast"]
    assert [choice.value for choice in matrix.choices] == ["good", "bad"]
    assert session.forward() is False
    session.answer("clean", "good")
    assert session.finish()


CIRCLES = {
    "a → b → a": " | calculate | a | | ${b} + 1 |\n | calculate | b | | ${a} |",
    "a → a": " | calculate | a | | ${a} + 1 |",
    "a → b → c → a": (
        " | calculate | a | | ${c} |\n | calculate | b | | ${a} |\n | calculate | c | | ${b} |"
    ),
    "x → y → x": " | text | x | X | | ${y} = 1\n | text | y | Y | | ${x} = 1",
    "g → g": " | begin group | g | G | | ${x} = 1\n | text | x | X | |\n | end group | | | |",
}


@pytest.mark.parametrize(("told", "rows"), CIRCLES.items(), ids=CIRCLES)
def test_a_circle_is_refused_and_named(told: str, rows: str) -> None:
    with pytest.raises(FormRefusedError) as refused:
        form_of(f"survey\n | type | name | label | calculation | relevant\n{rows}\n")
    (problem,) = refused.value.problems
    assert problem.code == "cycle"
    assert problem.message.endswith(told)
    assert problem.place.row == 2


def test_what_looks_at_itself_and_is_no_circle_is_taken() -> None:
    session = begin(
        """survey
         | type | name | label | constraint | calculation
         | integer | a | A | . > 1 and ${a} < 9 |
         | calculate | kept | | | once(random())
         | text | b | B | |
        """
    )
    kept = value(session, "kept")
    session.answer("a", "5")
    session.answer("b", "x")
    assert value(session, "kept") == kept
    assert session.faults() == ()


def test_what_is_sent_has_the_form_s_own_names_and_an_id() -> None:
    session = begin(SHOWN)
    session.answer("age", "20")
    session.answer("work", "<b>&'\"")
    xml = session.xml()
    assert 'id="data"' in xml
    assert "uuid:11111111-1111-4111-8111-111111111111" in xml
    assert "&lt;b&gt;&amp;" in xml


def test_questions_that_there_are_not_are_named() -> None:
    session = begin(SHOWN)
    for path in ("nope", "/data/nope", "/data/age[2]", "/", "/data/both", "/data/age[x]"):
        with pytest.raises(UnknownPathError, match="Expected"):
            session.answer(path, "1")
