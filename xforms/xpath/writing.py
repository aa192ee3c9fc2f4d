"""An expression written anew for libxml2: what ODK means by it, in XPath 1.0 and our functions.

What is changed, and why, is docs/surveys.md, section 2. Variables: ``$h`` is the node that the
expression belongs to, ``$r`` the parent of the primary instance's root, ``$i0`` … the parents of
the roots of secondary instances.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from xforms.xpath.functions import FUNCTIONS, MANY, PREFIX, Kind, name_of
from xforms.xpath.syntax import (
    Binary,
    Call,
    Literal,
    Negated,
    Node,
    Number,
    Path,
    Step,
    XPathError,
)

HIDDEN: Final = f"{PREFIX}off"  # attribute of a node that is not relevant, and of all below it
_SHOWN: Final = f"[not(@{HIDDEN})]"
_DATES: Final = frozenset({"date", "dateTime", "time"})
_RELATIONS: Final = frozenset({"<", "<=", ">", ">="})
_SUMS: Final = frozenset({"+", "-", "*", "div", "mod"})
_OF_TEXTS: Final = frozenset(
    {
        *("starts-with", "contains", "substring-before", "substring-after", "substring"),
        *("string-length", "normalize-space", "translate"),
    }
)  # libxml2 writes a number from 1,000,000,000 on with an exponent: they get texts alone
Names = tuple[str, ...]  # of a node: the steps from the root, without prefixes


@dataclass(frozen=True)
class Scope:
    """What an expression is written in.

    ``path`` is that of the node it belongs to, empty for none; ``repeats`` those of all repeats;
    ``types`` the bind's type of every node of the primary instance, empty where it has none;
    ``hideable`` the nodes with a ``relevant`` of their own; ``instances`` the ids of secondary
    instances, ``primary`` that of the primary one.
    """

    path: str = ""
    repeats: frozenset[str] = frozenset()
    types: Mapping[str, str] = field(default_factory=dict)
    hideable: frozenset[str] = frozenset()
    instances: frozenset[str] = frozenset()
    primary: str = ""

    @cached_property
    def names(self) -> Names:
        """Give the path as steps."""
        return names_of(self.path)


def names_of(path: str) -> Names:
    """Take a path apart."""
    return tuple(path.strip("/").split("/")) if path else ()


def path_of(names: Sequence[str]) -> str:
    """Put a path together."""
    return "/" + "/".join(names)


def local(name: str) -> str:
    """Give a name without its prefix: instances are kept without namespaces."""
    return name.rpartition(":")[2]


@dataclass(frozen=True, slots=True)
class Written:
    """A part as it is written; ``where`` are the nodes that it may give, by their paths."""

    text: str
    kind: Kind
    where: frozenset[Names] | None = None  # none: nodes of another instance, or none at all


class Writer:
    """Writes one expression, and notes what it depends on."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._known = frozenset(map(names_of, scope.types))
        self._hideable = frozenset(map(names_of, scope.hideable))
        self.depends: set[str] = set()
        self.instances: dict[str, str] = {}
        self.volatile = False
        self._here: frozenset[Names] | None = frozenset({scope.names} if scope.path else ())
        self._inside = False  # of a predicate, where here is another node

    def write(self, node: Node) -> Written:
        """Write an expression."""
        match node:
            case Literal(text):
                quote = "'" if '"' in text else '"'
                return Written(f"{quote}{text}{quote}", "string")
            case Number(text):
                return Written(text, "number")
            case Negated(of):
                return Written(f"-({self._as_number(self.write(of))})", "number")
            case Binary():
                return self._binary(node)
            case Call():
                return self._call(node)
            case Path():
                return self._path(node)

    def _as_number(self, part: Written) -> str:
        return f"{PREFIX}-days({part.text})" if part.kind == "date" else part.text

    def _binary(self, node: Binary) -> Written:
        left, right = self.write(node.left), self.write(node.right)
        sign = node.sign
        if sign == "|":
            where = (left.where or frozenset()) | (right.where or frozenset())
            return Written(f"({left.text} | {right.text})", "nodes", where)
        kinds = {left.kind, right.kind}
        if "date" in kinds and (
            sign in _RELATIONS or sign in _SUMS or (sign in ("=", "!=") and "number" in kinds)
        ):
            sides = [f"{PREFIX}-days({part.text})" for part in (left, right)]
        else:
            sides = [left.text, right.text]
        kind: Kind = "number" if sign in _SUMS else "boolean"
        return Written(f"({sides[0]} {sign} {sides[1]})", kind)

    # functions

    def _call(self, call: Call) -> Written:
        match call:
            case Call("current", ()):
                return Written(
                    "$h", self._kind({self._scope.names}), frozenset({self._scope.names})
                )
            case Call("instance", (Literal(name),)):
                return self._instance(name)
            case Call("indexed-repeat", arguments):
                return self._indexed(arguments)
            case Call("position", ()):
                return Written("position()", "number")
            case Call("once", (of,)):
                inner = self.write(of)
                return Written(f"{PREFIX}once($h, {inner.text})", inner.kind)
            case Call("jr:choice-name", (value, Literal(path))):
                return self._choice_name(value, path)
        return self._function(call)

    def _function(self, call: Call) -> Written:
        function = FUNCTIONS.get(call.name)
        if function is None:
            raise XPathError("unknown_function", f"Expected a known function, got {call.name}()")
        self._check_count(call, function.least, function.most)
        self.volatile |= function.volatile
        parts = [self.write(each) for each in call.arguments]
        texts = [part.text for part in parts]
        if function.done is None:
            name = call.name
            if name in _OF_TEXTS:
                texts = [_as_text(part) for part in parts]
        else:
            name = name_of(call.name)
        kind = function.gives
        if kind == "any":
            kind = "date" if any(part.kind == "date" for part in parts) else "any"
        where = parts[0].where if kind == "nodes" and parts else None
        return Written(f"{name}({', '.join(texts)})", kind, where)

    def _check_count(self, call: Call, least: int, most: int) -> None:
        count = len(call.arguments)
        if not least <= count <= most:
            wanted = (
                str(least) if least == most
                else f"{least} or more" if most == MANY else f"{least} to {most}"
            )  # fmt: skip
            raise XPathError(
                "arguments", f"Expected {wanted} arguments of {call.name}(), got {count}"
            )

    def _instance(self, name: str) -> Written:
        if name == self._scope.primary and name not in self._scope.instances:
            return Written("$r", "nodes", frozenset({()}))
        if name not in self._scope.instances:
            raise XPathError("instance", f"Expected an instance of the form, got {name!r}")
        variable = self.instances.setdefault(name, f"i{len(self.instances)}")
        return Written(f"${variable}", "nodes")

    def _choice_name(self, value: Node, path: str) -> Written:
        from xforms.xpath.syntax import parse

        target = self.write(parse(path)) if path else Written("", "nodes", frozenset())
        found = sorted(target.where or ())
        told = path_of(found[0]) if found else path
        inner = self.write(value)
        return Written(f"{PREFIX}jr-choice-name({inner.text}, '{told}')", "string")

    def _indexed(self, arguments: tuple[Node, ...]) -> Written:
        """Write ``indexed-repeat(node, repeat, at, …)``: each repetition by its place."""
        if len(arguments) < 3 or len(arguments) % 2 == 0:
            raise XPathError(
                "arguments",
                f"Expected 3, 5 or 7 arguments of indexed-repeat(), got {len(arguments)}",
            )
        target = self._single(arguments[0])
        text = ""
        before: Names = ()
        for repeat, at in zip(arguments[1::2], arguments[2::2], strict=True):
            names = self._single(repeat)
            if names[: len(before)] != before or target[: len(names)] != names:
                raise XPathError("arguments", "Expected repeats around the node, from the outside")
            steps = "/".join(names[len(before) :])
            start = f"{text}/{steps}" if text else self._from_root(names)
            text = f"{PREFIX}-nth({start}, {self._as_number(self.write(at))})"
            before = names
        rest = target[len(before) :]
        where = frozenset({target})
        self.depends.add(path_of(target))
        text = f"{text}/{'/'.join(rest)}" if rest else text
        return Written(text + self._shown(where), self._kind(where), where)

    def _single(self, node: Node) -> Names:
        before = set(self.depends)
        where = sorted(self.write(node).where or ())
        self.depends = before
        if len(where) != 1:
            raise XPathError("arguments", "Expected a single node in indexed-repeat()")
        return where[0]

    def _from_root(self, names: Names) -> str:
        start, _where, rest = self._absolute(tuple(Step("/", "child", name) for name in names))
        return "/".join((start, *(step.test for step in rest)))

    # paths

    def _path(self, path: Path) -> Written:
        if path.start == ".":
            return self._steps("", self._here, path.steps)
        if path.start == "/":
            start, where, steps = self._absolute(path.steps)
            return self._steps(start, where, steps) if steps else self._ended(start, where)
        assert path.of is not None
        base = self.write(path.of)
        text = f"({base.text})" if path.predicates else base.text
        text += "".join(self._predicate(each, base.where) for each in path.predicates)
        if not path.steps:
            return Written(text, base.kind, base.where)
        return self._steps(text, base.where, path.steps)

    def _absolute(self, steps: tuple[Step, ...]) -> tuple[str, frozenset[Names], tuple[Step, ...]]:
        """Begin an absolute path: at this repetition where it shares one, else at the root.

        Gives the text to begin with, where that is, and the steps that are left.
        """
        here = self._scope.names
        shared = 0
        for at, step in enumerate(steps[: len(here)]):
            if not step.plain or local(step.test) != here[at]:
                break
            if at + 1 < len(steps) and path_of(here[: at + 1]) in self._scope.repeats:
                shared = at + 1
        if shared:
            start = "$h" + "/.." * (len(here) - shared)
            return start, frozenset({here[:shared]}), steps[shared:]
        return "$r", frozenset({()}), steps

    def _ended(self, text: str, where: frozenset[Names]) -> Written:
        self._note(where)
        return Written(text, self._kind(where), where)

    def _steps(self, text: str, where: frozenset[Names] | None, steps: tuple[Step, ...]) -> Written:
        for step in steps:
            where = self._to(where, step)
            text += (step.slash if text else ("" if step.slash == "/" else ".//")) + _named(step)
            text += "".join(self._predicate(each, where) for each in step.predicates)
        if steps[-1].axis not in ("parent", "self", "attribute") and steps[-1].test != "text()":
            text += self._shown(where)
        self._note(where)
        return Written(text, self._kind(where or ()), where)

    def _predicate(self, node: Node, where: frozenset[Names] | None) -> str:
        outer, self._here = self._here, where
        was_inside, self._inside = self._inside, True
        try:
            part = self.write(node)
        finally:
            self._here, self._inside = outer, was_inside
        return f"[{self._as_number(part) if part.kind == 'date' else part.text}]"

    def _to(self, where: frozenset[Names] | None, step: Step) -> frozenset[Names] | None:
        """Follow a step over the nodes that the form has."""
        if where is None:
            return None
        if step.slash == "//":
            where = where | frozenset(
                names for names in self._known if any(_below(names, each) for each in where)
            )
        match step.axis:
            case "child":
                found = _children(self._known, where)
            case "parent":
                found = frozenset(each[:-1] for each in where if each)
            case "self":
                found = where
            case "attribute":
                return where
            case _:
                found = self._known
        if step.test == "node()" or step.test.endswith("*"):
            return found
        if step.test.endswith(")"):
            return where
        return frozenset(each for each in found if each and each[-1] == local(step.test))

    def _note(self, where: frozenset[Names] | None) -> None:
        if where:
            self.depends |= {path_of(names) for names in where if names}

    def _kind(self, where: frozenset[Names] | set[Names] | tuple[()]) -> Kind:
        types = self._scope.types
        return "date" if any(types.get(path_of(each)) in _DATES for each in where) else "nodes"

    def _shown(self, where: frozenset[Names] | None) -> str:
        if not where or not self._hideable:
            return ""
        can = any(each[: n + 1] in self._hideable for each in where for n in range(len(each)))
        return _SHOWN if can else ""


def _children(known: frozenset[Names], where: frozenset[Names]) -> frozenset[Names]:
    if len(where) == 1:
        (only,) = where
        size = len(only)
        return frozenset(n for n in known if len(n) == size + 1 and n[:size] == only)
    return frozenset(names for names in known if names and names[:-1] in where)


def _below(names: Names, above: Names) -> bool:
    return len(names) > len(above) and names[: len(above)] == above


def _named(step: Step) -> str:
    test = local(step.test)
    match step.axis, test:
        case "child", _:
            return test
        case "parent", "node()":
            return ".."
        case "self", "node()":
            return "."
        case "attribute", _:
            return f"@{test}"
        case axis, _:
            return f"{axis}::{test}"


def _as_text(part: Written) -> str:
    if part.kind in ("number", "any", "boolean"):
        return f"{PREFIX}string({part.text})"
    return part.text
