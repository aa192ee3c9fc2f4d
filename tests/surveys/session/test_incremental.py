"""Working out what changed is the same as working everything out anew, whatever is answered."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.surveys.asking import begin, form_of
from xforms.loading import Form
from xforms.session import Session, UnknownPathError

NAMES = ("a", "b", "c", "d")
TERMS = st.sampled_from(["${a}", "${b}", "${c}", "1", "2"])
CONDITIONS = st.tuples(TERMS, st.sampled_from(["=", "!=", ">", "<"]), TERMS).map(" ".join)


@st.composite
def forms(draw: st.DrawFn) -> str:
    """Make a form whose later questions hang on earlier ones, with a group and a repeat."""
    rows = [" | integer | a | A | |", " | integer | b | B | |"]
    relevant = draw(st.just("") | CONDITIONS.filter(lambda told: "${c}" not in told))
    rows.append(f" | integer | c | C | {relevant} |")
    rows.append(f" | begin group | g | G | {draw(st.just('') | CONDITIONS)} |")
    rows.append(f" | integer | d | D | {draw(st.just('') | CONDITIONS)} |")
    rows.append(f" | calculate | sum | | | {draw(TERMS)} + coalesce({draw(TERMS)}, 0)")
    rows.append(" | end group | | | |")
    rows.append(" | begin repeat | r | R | | | ${a} mod 4")
    rows.append(" | integer | x | X | |")
    rows.append(f" | integer | y | Y | ${{x}} > {draw(TERMS)} |")
    rows.append(" | calculate | z | | | coalesce(${x}, 0) + coalesce(${d}, 0)")
    rows.append(" | end repeat | | | |")
    rows.append(" | calculate | all | | | sum(${z}) + count(${r})")
    head = " | type | name | label | relevant | calculation | repeat_count"
    return "\n".join(["survey", head, *rows])


ANSWERS = st.lists(
    st.tuples(
        st.sampled_from(["/data/a", "/data/b", "/data/c", "/data/g/d", "/data/r[1]/x", "/data/r[2]/x", "/data/r[2]/y"]),
        st.sampled_from(["", "0", "1", "2", "3", "7"]),
    ),
    max_size=12,
)  # fmt: skip


def anew(form: Form, session: Session) -> Session:
    """Put all that is kept, hidden or not, into fresh answers, and work everything out at once."""
    fresh = begin(form)
    ours, theirs = session._model, fresh._model
    for _ in range(3):  # counts first, then what is in the repetitions
        for path in form.controls:
            for old, new in zip(ours.tree.at(path), theirs.tree.at(path), strict=False):
                new.text = old.text
        theirs._mark_all()
        theirs._run()
    return fresh


@settings(max_examples=120, deadline=None)
@given(forms(), ANSWERS)
def test_what_changed_is_enough(table: str, answers: list[tuple[str, str]]) -> None:
    form = form_of(table)
    session = begin(form)
    for path, value in answers:
        try:
            session.answer(path, value)
        except UnknownPathError:
            continue
    fresh = anew(form, session)
    assert fresh.data() == session.data()
    assert fresh.visible() == session.visible()
