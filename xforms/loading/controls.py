"""The body: questions, groups around them, and repeats.

Source: ODK XForms specification, "Body", "Appearances", "Groups", "Repeats".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from xforms.loading.binds import path_of
from xforms.loading.form import Body, Control, Group, Item, Itemset, Label, Repeat
from xforms.loading.limits import check_control
from xforms.loading.noting import Notes
from xforms.loading.reading_xml import Element, attribute, elements, first, line_of, name
from xforms.loading.wording import label_of, reference_of

QUESTIONS_MAX: Final = 2_000
ITEMS_MAX: Final = 10_000
_TAGS: Final = frozenset(
    {"input", "select", "select1", "rank", "range", "upload", "trigger", "secret", "textarea"}
)
_PLAIN: Final = frozenset({"label", "hint", "value", "help", "alert", "item", "itemset", "copy"})
_RANDOMIZE: Final = re.compile(r"\s*randomize\((.*)\)\s*", re.DOTALL)


@dataclass
class BodyReader:
    """Reads the body once; what it finds is in its fields."""

    root: str
    notes: Notes
    controls: dict[str, Control] = field(default_factory=dict)
    repeats: dict[str, Repeat] = field(default_factory=dict)
    sources: list[tuple[str, Element]] = field(default_factory=list)  # with actions in them

    def read(self, body: Element, around: str) -> tuple[Body, ...]:
        """Read what stands in an element, in order."""
        found = []
        for source in body:
            told = self._read(source, around)
            if told is not None:
                found.append(told)
        return tuple(found)

    def _read(self, source: Element, around: str) -> Body | None:
        tag = name(source)
        if tag == "group":
            return self._group(source, around)
        if tag == "repeat":
            return self._repeat(source, around, None)
        if tag in _TAGS:
            return self._control(source, around)
        if tag not in _PLAIN and tag not in ("setvalue", "setgeopoint", "recordaudio"):
            self.notes.warn("body", f"Expected a question, got {tag!r:.60}: it is read over",
                            line_of(source))  # fmt: skip
        return None

    def _ref(self, source: Element, around: str) -> str:
        told = source.get("ref") or source.get("nodeset") or source.get("bind") or ""
        return path_of(told, self.root, around) if told else ""

    def _known(self, source: Element, path: str) -> bool:
        if path in self.notes.scope.types:
            return True
        self.notes.bad(
            "ref", f"Expected a node of the instance, got {path!r:.200}", line_of(source)
        )
        return False

    def _group(self, source: Element, around: str) -> Body | None:
        path = self._ref(source, around)
        if path and not self._known(source, path):
            return None
        inner = path or around
        label = label_of(source, "label", inner, self.notes)
        appearance = _appearance(source)
        repeats = [child for child in source if name(child) == "repeat"]
        if len(repeats) == 1 and not any(
            name(child) in _TAGS or name(child) == "group" for child in source
        ):
            return self._repeat(repeats[0], inner, label, appearance)
        return Group(path, label, appearance, self.read(source, inner), line_of(source))

    def _repeat(
        self,
        source: Element,
        around: str,
        label: Label | None,
        appearance: frozenset[str] = frozenset(),
    ) -> Body | None:
        path = self._ref(source, around)
        if not self._known(source, path):
            return None
        line = line_of(source)
        count = self.notes.expression(attribute(source, "count"), path, line, "repeat_count")
        self.sources.append((path, source))
        made = Repeat(
            path,
            label or label_of(source, "label", path, self.notes),
            appearance | _appearance(source),
            self.read(source, path),
            count,
            fixed=attribute(source, "noAddRemove") in ("true()", "true"),
            line=line,
        )
        self.repeats[path] = made
        return made

    def _control(self, source: Element, around: str) -> Body | None:
        path = self._ref(source, around)
        if not self._known(source, path):
            return None
        line, tag = line_of(source), name(source)
        items = tuple(self._item(each, path) for each in elements(source, "item"))
        if len(items) > ITEMS_MAX:
            self.notes.limit("limit_size", f"{path}: expected at most {ITEMS_MAX} choices", line,
                             "choices")  # fmt: skip
        control = Control(
            tag=tag,
            path=path,
            label=label_of(source, "label", path, self.notes),
            hint=label_of(source, "hint", path, self.notes),
            appearance=_appearance(source) | ({"masked"} if tag == "secret" else frozenset()),
            items=items,
            itemset=self._itemset(source, path),
            scale=_scale(source) if tag == "range" else None,
            mediatype=source.get("mediatype", ""),
            line=line,
        )
        if path in self.controls:
            self.notes.warn("twice", f"{path}: expected each question once, got it again", line)
        self.controls[path] = control
        if len(self.controls) == QUESTIONS_MAX + 1:
            self.notes.limit("limit_size", f"Expected at most {QUESTIONS_MAX} questions", line)
        self.sources.append((path, source))
        check_control(control, self.notes)
        return control

    def _item(self, source: Element, path: str) -> Item:
        value = first(source, "value")
        label = label_of(source, "label", path, self.notes)
        told = "" if value is None else (value.text or "").strip()
        return Item(told, label or Label())

    def _itemset(self, source: Element, path: str) -> Itemset | None:
        told = first(source, "itemset")
        if told is None:
            return None
        line = line_of(told)
        nodeset, shuffled, seed = _unshuffled(told.get("nodeset", ""))
        nodes = self.notes.expression(nodeset, path, line, "choice_filter")
        if nodes is None:
            return None
        label, value = first(told, "label"), first(told, "value")
        label_ref = "" if label is None else label.get("ref", "")
        itext = reference_of(label_ref, "", self.notes, line) if "jr:itext(" in label_ref else None
        chosen = label_ref.strip().removeprefix("jr:itext(").removesuffix(")").strip()
        return Itemset(
            nodes=nodes,
            value=_child(value.get("ref", "") if value is not None else ""),
            label=_child(chosen if itext is not None else label_ref),
            itext=itext is not None,
            shuffled=shuffled,
            seed=self.notes.expression(seed, path, line, "parameters") if seed else None,
        )


def _child(ref: str) -> str:
    """Give the way from an item to its value, without prefixes."""
    return "/".join(step.rpartition(":")[2] for step in ref.strip().split("/")) or "name"


def _unshuffled(nodeset: str) -> tuple[str, bool, str]:
    """Take ``randomize(nodes, seed)`` apart; the comma that counts is outside of brackets."""
    match = _RANDOMIZE.fullmatch(nodeset)
    if match is None:
        return nodeset, False, ""
    depth, quote = 0, ""
    for at, sign in enumerate(match[1]):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign in "([":
            depth += 1
        elif sign in ")]":
            depth -= 1
        elif sign == "," and depth == 0:
            return match[1][:at].strip(), True, match[1][at + 1 :].strip()
    return match[1].strip(), True, ""


def _appearance(source: Element) -> frozenset[str]:
    return frozenset(source.get("appearance", "").lower().split())


def _scale(source: Element) -> tuple[str, str, str]:
    told = (source.get("start", ""), source.get("end", ""), source.get("step", "") or "1")
    return told
