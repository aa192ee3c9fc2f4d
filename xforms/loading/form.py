"""A form, loaded: what there is to answer, in which order it is worked out, what it says.

Frozen and shared: one person's answers are in ``xforms.session``. Paths are absolute, without
positions and prefixes (``/data/child/name``).

Source: docs/surveys.md, sections 1 to 4; ODK XForms specification.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from lxml import etree

from xforms.problems import Problem
from xforms.xpath import Expression, Scope

Element = etree._Element
Event = Literal["odk-instance-first-load", "odk-new-repeat", "xforms-value-changed"]
Part = str | Expression  # of a text: words, or what an output says


@dataclass(frozen=True, slots=True)
class Wording:
    """A text as it stands in one language, and the file name of the picture beside it."""

    parts: tuple[Part, ...] = ()
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """What a control is called: words of its own, or those of an id in every language.

    ``chosen`` gives the id where it is worked out.
    """

    own: Wording | None = None
    itext: str = ""
    chosen: Expression | None = None


@dataclass(frozen=True, slots=True)
class Bind:
    """What holds for a node; ``type`` as in the form, without a prefix."""

    path: str
    type: str = ""
    calculate: Expression | None = None
    relevant: Expression | None = None
    required: Expression | None = None
    readonly: Expression | None = None
    constraint: Expression | None = None
    required_message: Label | None = None
    constraint_message: Label | None = None
    preload: tuple[str, str] = ("", "")
    line: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """A choice that is written out."""

    value: str
    label: Label


@dataclass(frozen=True, slots=True)
class Itemset:
    """Choices that are looked up: nodes, and below each its value and its label.

    ``itext``: the label is an id of words. ``shuffled`` with a seed, or one that is drawn.
    """

    nodes: Expression
    value: str
    label: str
    itext: bool = False
    shuffled: bool = False
    seed: Expression | None = None


@dataclass(frozen=True, slots=True)
class Control:
    """A question of the body; ``tag`` is ``input``, ``select1``, ``select``, ``rank`` and so on."""

    tag: str
    path: str
    label: Label | None
    hint: Label | None
    appearance: frozenset[str]
    items: tuple[Item, ...] = ()
    itemset: Itemset | None = None
    scale: tuple[str, str, str] | None = None  # start, end, step
    mediatype: str = ""
    length_max: int = 0
    line: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """A group of the body; ``path`` is empty where it only stands around questions."""

    path: str
    label: Label | None
    appearance: frozenset[str]
    children: tuple[Body, ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Repeat:
    """What is asked again and again; ``fixed``: nobody adds one or takes one away."""

    path: str
    label: Label | None
    appearance: frozenset[str]
    children: tuple[Body, ...]
    count: Expression | None = None
    fixed: bool = False
    line: int = 0


Body = Control | Group | Repeat


@dataclass(frozen=True, slots=True)
class Action:
    """A value that is set when something happens; ``source`` is the control or repeat of it.

    ``target`` is asked at the source, ``value`` at each target; none: the ``text``.
    """

    event: Event
    source: str
    target: Expression
    value: Expression | None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Computation:
    """Something that is worked out again when what it depends on changes, for each node at a path.

    ``choices``: an answer that is no longer among its choices is taken back.
    """

    kind: Literal["calculate", "relevant", "count", "choices"]
    path: str
    expression: Expression


@dataclass(frozen=True)
class Form:
    """The whole of it. ``order`` has each computation behind what it depends on."""

    form_id: str
    version: str
    title: str
    root: str  # name of the primary instance's root
    attributes: Mapping[str, str]  # of that root, as they are sent
    namespaces: Mapping[str, str]  # of nodes below it that have one, by path
    instance: Element  # <instance> with the root, without templates, namespaces stripped
    templates: Mapping[str, Element]  # of repeats, by path
    instances: Mapping[str, Element]  # secondary ones, each the parent of its root
    binds: Mapping[str, Bind]
    body: tuple[Body, ...]
    controls: Mapping[str, Control]
    repeats: Mapping[str, Repeat]
    languages: tuple[str, ...]
    itext: Mapping[str, Mapping[str, Wording]]  # by language, then id
    actions: tuple[Action, ...]
    order: tuple[Computation, ...]
    dependents: Mapping[str, tuple[int, ...]]  # places in ``order``, by the path depended on
    scope: Scope  # with no path: what all expressions of the form know
    keeps_hidden: bool = False
    warnings: tuple[Problem, ...] = ()
    by_question: Mapping[str, tuple[Action, ...]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many questions it has."""
        return len(self.controls)

    @property
    def pictures(self) -> frozenset[str]:
        """Give the file names of the pictures that its words name, in any language."""
        words = (wording for told in self.itext.values() for wording in told.values())
        return frozenset(each.picture for each in words if each.picture)
