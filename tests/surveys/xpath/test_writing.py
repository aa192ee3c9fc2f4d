"""What an expression depends on, and what ODK means by a path: repeats, hidden nodes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from xforms.xpath import HIDDEN, Scope, World, XPathError
from xforms.xpath import compile as compiled

TYPES = {
    "/d": "", "/d/a": "", "/d/g": "", "/d/g/b": "", "/d/r": "", "/d/r/x": "", "/d/r/y": "",
    "/d/r/in": "", "/d/r/in/z": "",
}  # fmt: skip
REPEATS = frozenset({"/d/r", "/d/r/in"})
ALL = Scope("/d/a", repeats=REPEATS, types=TYPES, hideable=frozenset({"/d/g", "/d/r/x"}))
IN = Scope("/d/r/y", repeats=REPEATS, types=TYPES, hideable=frozenset({"/d/r/x"}))

DEPENDS = [
    (ALL, "1 + 1", set()),
    (ALL, "/d/g/b", {"/d/g/b"}),
    (ALL, "../g/b = 'x'", {"/d/g/b"}),
    (ALL, ".", {"/d/a"}),
    (ALL, "count(/d/r)", {"/d/r"}),
    (ALL, "sum(/d/r/x)", {"/d/r/x"}),
    (ALL, "/d/r[x = /d/a]/y", {"/d/r/y", "/d/r/x", "/d/a"}),
    (ALL, "/d/g/*", {"/d/g/b"}),
    (ALL, "//z", {"/d/r/in/z"}),
    (ALL, "/d//y", {"/d/r/y"}),
    (IN, "../x", {"/d/r/x"}),
    (IN, "current()/../x", {"/d/r/x"}),
    (IN, "indexed-repeat(/d/r/in/z, /d/r, 1, /d/r/in, 2)", {"/d/r/in/z"}),
    (IN, "jr:choice-name(../x, '/d/r/x')", {"/d/r/x"}),
    (IN, "../in[z = current()/../x]", {"/d/r/in", "/d/r/in/z", "/d/r/x"}),
]


@pytest.mark.parametrize(("scope", "text", "paths"), DEPENDS, ids=[each[1] for each in DEPENDS])
def test_what_an_expression_depends_on(scope: Scope, text: str, paths: set[str]) -> None:
    assert compiled(text, scope).depends == paths


TREE = etree.fromstring(
    "<instance><d><a>0</a><g><b>5</b></g>"
    "<r><x>1</x><y/><in><z>a</z></in><in><z>b</z></in></r>"
    "<r><x>2</x><y/><in><z>c</z></in></r></d></instance>"
)
WORLD = World(now=lambda: datetime.now(UTC), random=lambda: 0.0, root=TREE)
SECOND_Y = TREE[0][3][1]

IN_A_REPEAT = [
    ("/d/r/x", "2"),  # this repetition's
    ("count(/d/r)", "2"),  # all of them
    ("count(/d/r/in)", "1"),
    ("sum(/d/r/x)", "2"),
    ("/d/r[1]/x", "1"),
    ("/d/r[position() = 1]/x", "1"),
    ("sum(/d/r[true()]/x)", "3"),
    ("/d/r/in/z", "c"),
    ("../../a", "0"),
    ("position(..)", "2"),
    ("indexed-repeat(/d/r/in/z, /d/r, 1, /d/r/in, 2)", "b"),
    ("indexed-repeat(/d/r/x, /d/r, position(..) - 1)", "1"),
    ("count(/d/r[x < current()/../x])", "1"),
]


@pytest.mark.parametrize(("text", "says"), IN_A_REPEAT, ids=[each[0] for each in IN_A_REPEAT])
def test_a_path_in_a_repeat_is_about_this_repetition(text: str, says: str) -> None:
    assert compiled(text, IN).string(SECOND_Y, WORLD) == says


def test_hidden_nodes_are_seen_by_no_expression() -> None:
    tree = etree.fromstring(etree.tostring(TREE))
    world = World(now=lambda: datetime.now(UTC), random=lambda: 0.0, root=tree)
    node = tree[0][0]
    for below in tree[0][1].iter():
        below.set(HIDDEN, "")
    tree[0][2][0].set(HIDDEN, "")
    assert compiled("/d/g/b", ALL).string(node, world) == ""
    assert compiled("count(/d/g)", ALL).string(node, world) == "0"
    assert compiled("sum(/d/r/x)", ALL).string(node, world) == "2"
    assert compiled("/d/a", ALL).string(node, world) == "0"


ATOMS = st.sampled_from(
    ["1", "2.5", "'x'", "''", "/d/a", "../g/b", "/d/r/x", "true()", "count(/d/r)"]
)
EXPRESSIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "div", "=", "!=", "<", ">", "and", "or"]), inner)
        .map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        inner.map(lambda text: f"not({text})"),
        inner.map(lambda text: f"string-length(string({text}))"),
        st.tuples(inner, inner).map(lambda t: f"concat(string({t[0]}), string({t[1]}))"),
    ),
    max_leaves=8,
)  # fmt: skip


@given(EXPRESSIONS)
def test_plain_xpath_is_as_libxml2_has_it(text: str) -> None:
    plain = Scope("/d/a", types=TYPES)
    try:
        ours = compiled(text, plain).value(TREE[0][0], WORLD)
    except XPathError as error:
        assert error.code == "evaluation"  # noqa: PT017
        return
    theirs = TREE[0][0].xpath(text.replace("/d/", "/instance/d/"))
    if isinstance(theirs, list):
        assert [node.text for node in ours] == [node.text for node in theirs]
    elif isinstance(theirs, float):
        assert ours == pytest.approx(theirs, nan_ok=True)
    else:
        assert ours == theirs


@given(st.text("()[]'/.@:*=<>+-|$ ab1,\"و", max_size=40))
def test_whatever_is_typed_is_an_expression_or_refused(text: str) -> None:
    try:
        compiled(text, ALL)
    except XPathError as error:
        assert str(error)  # noqa: PT017
