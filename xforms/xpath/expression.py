"""An expression, ready to be evaluated as often as is wanted.

>>> from datetime import datetime, UTC
>>> from lxml import etree
>>> root = etree.fromstring("<instance><data><a>3</a><b/></data></instance>")
>>> scope = Scope("/data/b", types={"/data": "", "/data/a": "int", "/data/b": ""})
>>> doubled = compile("../a * 2", scope)
>>> sorted(doubled.depends)
['/data/a']
>>> world = World(now=lambda: datetime.now(UTC), random=lambda: 0.5, root=root)
>>> doubled.string(root[0][1], world)
'6'

Source: docs/surveys.md, section 2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from lxml import etree

from xforms.xpath import values
from xforms.xpath.functions import register
from xforms.xpath.functions.texts import PatternError, pattern
from xforms.xpath.syntax import Call, Literal, Node, XPathError, children, parse
from xforms.xpath.world import CURRENT, Element, World
from xforms.xpath.writing import Scope, Writer

register()


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression of one form, at one node of it.

    ``depends`` are the paths of the nodes that it looks at, without positions; ``constant`` tells
    that it looks at none and asks nothing of the world.
    """

    text: str
    written: str
    depends: frozenset[str]
    looks_at_itself: bool
    volatile: bool
    _compiled: etree.XPath
    _instances: tuple[tuple[str, str], ...]
    _uses: tuple[bool, bool]

    @property
    def instances(self) -> tuple[str, ...]:
        """Name the secondary instances that it looks at, in the order in which it does."""
        return tuple(name for name, _variable in self._instances)

    @property
    def constant(self) -> bool:
        """Whether it always gives the same."""
        return not (self.depends or self.volatile or self._instances or "(" in self.written)

    def value(self, node: Element, world: World) -> Any:
        """Evaluate it at a node: a text, a float, a truth or a list; raises ``XPathError``."""
        CURRENT.set(world)
        given: dict[str, Any] = {}
        if self._uses[0]:
            given["h"] = node
        if self._uses[1]:
            given["r"] = world.root
        for name, variable in self._instances:
            instance = world.instances.get(name)
            given[variable] = instance if instance is not None else []
        try:
            return self._compiled(node, **given)
        except (etree.XPathError, ArithmeticError, LookupError, ValueError) as error:
            raise XPathError("evaluation", f"{self.text}: {error}") from None

    def string(self, node: Element, world: World) -> str:
        """Give a text; what is no number is an empty one, as ODK's calculations give it."""
        told = self.value(node, world)
        if isinstance(told, float) and math.isnan(told):
            return ""
        return values.text(told)

    def number(self, node: Element, world: World) -> float:
        """Give a number, a date as its days."""
        told = self.value(node, world)
        return values.number(told)

    def truth(self, node: Element, world: World) -> bool:
        """Give a truth."""
        return values.truth(self.value(node, world))

    def nodes(self, node: Element, world: World) -> list[Element]:
        """Give nodes; none where it gives something else."""
        told = self.value(node, world)
        return (
            [each for each in told if not isinstance(each, str)] if isinstance(told, list) else []
        )


def compile(text: str, scope: Scope) -> Expression:  # noqa: A001
    """Make an expression ready; raises ``XPathError``."""
    if odd := values.NOT_XML.search(text):
        raise XPathError("syntax", f"Expected signs that XML can hold, got U+{ord(odd[0]):04X}")
    tree = parse(text.strip())
    _check_patterns(tree)
    writer = Writer(scope)
    written = writer.write(tree).text
    try:
        compiled = etree.XPath(written, smart_strings=False, regexp=False)
    except etree.XPathSyntaxError as error:
        raise XPathError("syntax", f"Expected an expression, got {text!r}: {error}") from None
    return Expression(
        text=text,
        written=written,
        depends=frozenset(writer.depends),
        looks_at_itself=scope.path in writer.depends,
        volatile=writer.volatile,
        _compiled=compiled,
        _instances=tuple(writer.instances.items()),
        _uses=("$h" in written, "$r" in written),
    )


def _check_patterns(tree: Node) -> None:
    """Refuse a pattern that is written out and is none."""
    match tree:
        case Call("regex", (_, Literal(told))):
            try:
                pattern(told)
            except PatternError as error:
                raise XPathError("pattern", str(error)) from None
    for child in children(tree):
        _check_patterns(child)
