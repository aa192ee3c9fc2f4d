"""Choices as they are drawn: looked up, shuffled, named, and which are chosen."""

from __future__ import annotations

from xforms.loading.form import Control, Element, Itemset
from xforms.page import Choice
from xforms.session.model import Model, value_of
from xforms.session.shuffling import seed_of, shuffled
from xforms.session.words import Speaker, spans_of
from xforms.xpath import XPathError


class Chooser:
    """Lists the choices of questions; ``seed`` is for those that are shuffled without one."""

    def __init__(self, model: Model, seed: int) -> None:
        self._model, self._seed = model, seed

    def choices(self, control: Control, node: Element, speaker: Speaker) -> tuple[Choice, ...]:
        """Give the choices of a question, in the order in which they are shown."""
        value = self._model.text(node)
        one = control.tag == "select1"
        chosen = {value} if one else set(value.split())
        found = []
        for told, label, picture in self._listed(control, node, speaker):
            found.append(Choice(told, spans_of(label), picture, told in chosen and bool(told)))
        return tuple(found)

    def label(self, path: str, value: str, here: Element | None, speaker: Speaker) -> str:
        """Give what a value is called among the choices of the question at a path."""
        control = self._model.form.controls.get(path)
        node = nearest(self._model, path, here)
        if control is None or node is None:
            return ""
        wanted = [value] if control.tag == "select1" else value.split()
        names = {told: label for told, label, _ in self._listed(control, node, speaker)}
        return ", ".join(names[each] for each in wanted if each in names)

    def _listed(
        self, control: Control, node: Element, speaker: Speaker
    ) -> list[tuple[str, str, str]]:
        found = [
            (item.value, speaker.plain(item.label, node), speaker.picture(item.label, node))
            for item in control.items
        ]
        if control.itemset is not None:
            found += self._looked_up(control.itemset, node, speaker)
        return found

    def _looked_up(
        self, itemset: Itemset, node: Element, speaker: Speaker
    ) -> list[tuple[str, str, str]]:
        try:
            items = itemset.nodes.nodes(node, self._model.world)
        except XPathError:
            return []
        if itemset.shuffled:
            seed = self._seed
            if itemset.seed is not None:
                seed = seed_of(self._model.string(itemset.seed, node))
            items = shuffled(items, seed)
        return [self._named(itemset, item, node, speaker) for item in items]

    def _named(
        self, itemset: Itemset, item: Element, node: Element, speaker: Speaker
    ) -> tuple[str, str, str]:
        value, label = value_of(item, itemset.value), value_of(item, itemset.label)
        if not itemset.itext:
            return value, label or value, ""
        wording = speaker.itext(label)
        return (
            value,
            speaker.said(label, node) or ("" if wording.picture else value),
            wording.picture,
        )


def nearest(model: Model, path: str, here: Element | None) -> Element | None:
    """Give the node at a path that shares most of what is around it with another."""
    nodes = model.tree.at(path)
    if len(nodes) <= 1 or here is None:
        return nodes[0] if nodes else None
    around = [here, *here.iterancestors()]
    places = {node: at for at, node in enumerate(around)}

    def distance(node: Element) -> int:
        return min((places[up] for up in (node, *node.iterancestors()) if up in places), default=99)

    return min(nodes, key=distance)
