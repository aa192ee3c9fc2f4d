"""An expression as a tree: what it says, before anything is decided about it.

Source: XML Path Language 1.0 (W3C, 1999), sections 2 and 3; the grammar beside this file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any, Final

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedInput

LENGTH_MAX: Final = 8_000  # characters of an expression
DEPTH_MAX: Final = 64  # of brackets, and of operators one within another
TREE_DEPTH_MAX: Final = 300  # of the tree: a chain of ``a + b + c …`` leans to one side
_KEPT: Final = 4_096  # forms repeat their expressions


class XPathError(ValueError):
    """The expression is none; ``code`` is for programs, the text says what was expected where."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Literal:
    """A text in quote marks."""

    text: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is written."""

    text: str


@dataclass(frozen=True, slots=True)
class Negated:
    """Minus something."""

    of: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """Two sides and what is between them; ``|`` too."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A function of arguments."""

    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: ``slash`` before it is ``/`` or ``//``; ``test`` a name, ``*`` or ``text()``."""

    slash: str
    axis: str
    test: str
    predicates: tuple[Node, ...] = ()

    @property
    def plain(self) -> bool:
        """Whether it goes to a child by its name, nothing else."""
        return (
            self.slash == "/" and self.axis == "child" and self.test[-1] not in "*)"
            and not self.predicates
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Path:
    """Steps from the root, from here (``start`` is ``.``), or from what an expression gives."""

    start: str  # "/", "." or ""
    steps: tuple[Step, ...]
    of: Node | None = None
    predicates: tuple[Node, ...] = ()  # of ``of``


Node = Literal | Number | Negated | Binary | Call | Path
_AXES: Final = frozenset(
    {
        *("child", "parent", "self", "ancestor", "ancestor-or-self", "descendant"),
        *("descendant-or-self", "attribute", "following", "following-sibling", "preceding"),
        *("preceding-sibling",),
    }
)


@v_args(inline=True)
class _Tree(Transformer[Token, Node]):
    """Makes our nodes of the grammar's rules, from below."""

    def literal(self, token: Token) -> Node:
        return Literal(str(token)[1:-1])

    def number(self, token: Token) -> Node:
        return Number(str(token))

    def inner(self, of: Node) -> Node:
        return of

    def binary(self, left: Node, sign: Token, right: Node) -> Node:
        return Binary(str(sign), left, right)

    def union(self, left: Node, right: Node) -> Node:
        return Binary("|", left, right)

    def negated(self, sign: Token, of: Node) -> Node:
        if sign == "+":
            raise XPathError("syntax", "Expected no plus before a value, got one")
        return Negated(of)

    def call(self, name: Token, *arguments: Node | None) -> Node:
        return Call(str(name), tuple(each for each in arguments if each is not None))

    def nodetest(self, token: Token) -> str:
        return f"{token}()" if token.type == "NODETYPE" else str(token)

    def predicate(self, of: Node) -> Node:
        return of

    def child_step(self, test: str, *predicates: Node) -> Step:
        return Step("/", "child", test, predicates)

    def axis_step(self, axis: Token, test: str, *predicates: Node) -> Step:
        if axis not in _AXES:
            raise XPathError("axis", f"Expected an axis of XPath 1.0, got {str(axis)!r}")
        return Step("/", str(axis), test, predicates)

    def attribute_step(self, test: str, *predicates: Node) -> Step:
        return Step("/", "attribute", test, predicates)

    def parent_step(self, _dots: Token, *predicates: Node) -> Step:
        return Step("/", "parent", "node()", predicates)

    def self_step(self, _dot: Token, *predicates: Node) -> Step:
        return Step("/", "self", "node()", predicates)

    def relative(self, first: Step, *rest: Any) -> tuple[Step, ...]:
        return first, *_slashed(rest)

    def from_here(self, steps: tuple[Step, ...]) -> Node:
        return Path(".", steps)

    def from_root(self, slash: Token, steps: tuple[Step, ...]) -> Node:
        return Path("/", _with_slash(str(slash), steps))

    def from_filter(self, of: Node, slash: Token, steps: tuple[Step, ...]) -> Node:
        if isinstance(of, Path) and of.start == "" and not of.steps:
            return Path("", _with_slash(str(slash), steps), of.of, of.predicates)
        return Path("", _with_slash(str(slash), steps), of)

    def filtered(self, of: Node, *predicates: Node) -> Node:
        return Path("", (), of, predicates)


def _slashed(rest: Sequence[Any]) -> tuple[Step, ...]:
    pairs = zip(rest[::2], rest[1::2], strict=True)
    return tuple(Step(str(slash), step.axis, step.test, step.predicates) for slash, step in pairs)


def _with_slash(slash: str, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    first = steps[0]
    return Step(slash, first.axis, first.test, first.predicates), *steps[1:]


_GRAMMAR: Final = Lark(
    (FilePath(__file__).parent / "grammar.lark").read_text("utf-8"),
    parser="lalr",
    lexer="contextual",
    transformer=_Tree(),
    maybe_placeholders=False,
)


@lru_cache(maxsize=_KEPT)
def parse(text: str) -> Node:
    """Read an expression; raises ``XPathError``."""
    if len(text) > LENGTH_MAX:
        raise XPathError("too_long", f"Expected at most {LENGTH_MAX} characters, got {len(text)}")
    if _brackets(text) > DEPTH_MAX:
        raise XPathError("too_long", f"Expected at most {DEPTH_MAX} brackets within one another")
    try:
        tree: Node = _GRAMMAR.parse(text)  # type: ignore[assignment]
    except UnexpectedInput as error:
        raise XPathError("syntax", _said(text, error)) from None
    except Exception as error:
        if isinstance(cause := getattr(error, "orig_exc", error), XPathError):
            raise cause from None
        raise
    if _depth(tree) > TREE_DEPTH_MAX:
        raise XPathError("too_long", f"Expected at most {TREE_DEPTH_MAX} operators in a row")
    return tree


def _said(text: str, error: UnexpectedInput) -> str:
    at: int = error.pos_in_stream if error.pos_in_stream is not None else -1
    if at < 0 or at >= len(text):
        return "Expected the expression to go on, got its end"
    where = f"at character {at + 1}"
    if isinstance(error, UnexpectedCharacters) and text[at] in "'\"":
        return f"Expected a text to end with the quote mark that it begins with, {where}"
    return f"Expected another sign than {text[at]!r} {where}"


def _brackets(text: str) -> int:
    depth = most = 0
    quote = ""
    for sign in text:
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign in "([":
            depth += 1
            most = max(most, depth)
        elif sign in ")]":
            depth -= 1
    return most


def _depth(tree: Node) -> int:
    """Measure a tree without recursion: it may be as deep as its text is long."""
    most, open_nodes = 0, [(tree, 1)]
    while open_nodes:
        node, depth = open_nodes.pop()
        most = max(most, depth)
        open_nodes += [(child, depth + 1) for child in children(node)]
    return most


def children(node: Node) -> tuple[Node, ...]:
    """Give the expressions that an expression is made of."""
    match node:
        case Negated(of):
            return (of,)
        case Binary(_, left, right):
            return left, right
        case Call(_, arguments):
            return arguments
        case Path(_, steps, of, predicates):
            inner = tuple(each for step in steps for each in step.predicates)
            return (*((of,) if of is not None else ()), *predicates, *inner)
        case _:
            return ()
