"""Answers as they were sent, read with their form: for whoever keeps and counts them.

What was sent is trusted in nothing: another root, a document type, more nodes than any answer
has are refused; a node that the form does not have is read over.

Source: docs/surveys.md, section 6.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from xforms.loading import Form
from xforms.loading.form import Control, Element, Label
from xforms.page import Choice, Kind
from xforms.session.kinds import kind_of
from xforms.session.words import spans_of

BYTES_MAX: Final = 1024 * 1024
NODES_MAX: Final = 20_000
VALUE_MAX: Final = 10_000
_META: Final = frozenset({"instanceID", "deprecatedID", "instanceName"})


class AnswersError(ValueError):
    """What was sent are no answers to this form; the text says what was expected."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; ``kind`` is that of its question, or ``calculated`` where nobody was asked.

    ``path`` is without places; ``positions`` are those of the repetitions around it.
    """

    path: str
    positions: tuple[int, ...]
    name: str
    kind: Kind | str
    value: str


def flatten(form: Form, xml: str) -> tuple[Answer, ...]:
    """Read answers; raises ``AnswersError``. Those that are empty are left out."""
    root = _parsed(xml)
    if etree.QName(root).localname != form.root:
        raise AnswersError(f"Expected the root {form.root}, got {etree.QName(root).localname:.60}")
    return tuple(_below(form, root, f"/{form.root}", ()))


def _parsed(xml: str) -> Element:
    content = xml.encode("utf-8")
    if len(content) > BYTES_MAX:
        raise AnswersError(f"Expected at most {BYTES_MAX} bytes, got {len(content)}")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True,
        remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise AnswersError(f"Expected XML: {error}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise AnswersError("Expected XML without a document type or entities")
    if sum(1 for _ in root.iter()) > NODES_MAX:
        raise AnswersError(f"Expected at most {NODES_MAX} nodes")
    return root


def _below(form: Form, node: Element, path: str, positions: tuple[int, ...]) -> Iterator[Answer]:
    places: dict[str, int] = {}
    for child in node:
        name = etree.QName(child).localname
        below = f"{path}/{name}"
        if below not in form.scope.types or name in _META:
            continue
        places[name] = places.get(name, 0) + 1
        if below not in form.repeats and places[name] > 1:
            continue  # twice where there can be one
        inner = (*positions, places[name]) if below in form.repeats else positions
        yield from _below(form, child, below, inner)
        if len(child) == 0 and (value := (child.text or "").strip()):
            yield Answer(below, inner, name, kind_at(form, below), value[:VALUE_MAX])


def kind_at(form: Form, path: str) -> Kind | str:
    """Tell the kind of the question at a path, whoever answers it."""
    control = form.controls.get(path)
    if control is None:
        return "calculated"
    type_name = form.scope.types.get(path, "")
    return kind_of(control, type_name, False, choices_of(form, control))


def choices_of(form: Form, control: Control) -> tuple[Choice, ...]:
    """List all values that a question may have, whatever its filter says, without words."""
    found = [item.value for item in control.items]
    if control.itemset is not None:
        found += [value for value, _label in _listed(form, control)]
    return tuple(Choice(value, ()) for value in dict.fromkeys(found))


def labelled_choices(form: Form, control: Control, language: str) -> tuple[tuple[str, str], ...]:
    """List all values with their words in a language, or in the form's own first."""
    if control.tag not in ("select", "select1", "rank"):
        return ()
    found = [(item.value, _words(form, item.label, language)) for item in control.items]
    if control.itemset is not None:
        for value, told in _listed(form, control):
            named = _words(form, Label(itext=told), language) if control.itemset.itext else told
            found.append((value, named))
    return tuple((value, told or value) for value, told in dict(found).items())


def _words(form: Form, label: Label, language: str) -> str:
    wordings = [label.own] if label.own else [
        form.itext.get(each, {}).get(label.itext) for each in (language, *form.languages)
    ]  # fmt: skip
    for wording in wordings:
        if wording is not None and wording.parts:
            told = "".join(part if isinstance(part, str) else "…" for part in wording.parts)
            return "".join(span.text for span in spans_of(told))
    return ""


def _listed(form: Form, control: Control) -> list[tuple[str, str]]:
    """Give value and label of each item of an itemset's whole list."""
    itemset = control.itemset
    assert itemset is not None
    listed = itemset.nodes.instances
    if not listed:
        return []
    instance = form.instances.get(listed[0])
    if instance is None or len(instance) == 0:
        return []
    return [
        (item.findtext(itemset.value, "").strip(), item.findtext(itemset.label, "").strip())
        for item in instance[0]
        if item.find(itemset.value) is not None
    ]
