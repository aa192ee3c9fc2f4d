"""What holds for each node: binds, read after the nodes and before the questions.

Source: ODK XForms specification, "Bindings", "Preloads".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from xforms.loading.form import Bind
from xforms.loading.noting import Notes
from xforms.loading.reading_xml import Element, attribute, elements, line_of
from xforms.loading.wording import message_of

_LOCATIONS: Final = frozenset({"geopoint", "geotrace", "geoshape"})
_WORDS: Final = {"true": "true()", "yes": "true()", "false": "false()", "no": "false()"}
_USUAL: Final = {"relevant": "true()"}  # what says nothing; for all others that is false()


def types_of(model: Element, known: Mapping[str, int], root: str) -> dict[str, str]:
    """Give the type of every node, empty where no bind says one."""
    types = dict.fromkeys(known, "")
    for bind in elements(model, "bind"):
        path = path_of(bind.get("nodeset", ""), root)
        if path in types:
            types[path] = bind.get("type", "").rpartition(":")[2]
    return types


def hideable_of(model: Element, root: str) -> frozenset[str]:
    """Give the nodes that have a ``relevant`` of their own."""
    return frozenset(
        path_of(bind.get("nodeset", ""), root)
        for bind in elements(model, "bind")
        if bind.get("relevant", "").strip() not in ("", "true()")
    )


def path_of(told: str, root: str, around: str = "") -> str:
    """Make a path of a reference: absolute, without prefixes and spaces."""
    steps = [step.strip().rpartition(":")[2] for step in told.strip().split("/")]
    if told.strip().startswith("/"):
        return "/" + "/".join(steps[1:])
    base = around.strip("/").split("/") if around else [root]
    for step in steps:
        if step == "..":
            base = base[:-1]
        elif step not in ("", ".", "current()"):
            base.append(step)
    return "/" + "/".join(base)


def read_binds(model: Element, root: str, notes: Notes) -> dict[str, Bind]:
    """Read all binds; one of a node that is not there is noted."""
    found: dict[str, Bind] = {}
    for source in elements(model, "bind"):
        path = path_of(source.get("nodeset", ""), root)
        if path not in notes.scope.types:
            notes.warn("bind", f"Expected a bind of a node of the instance, got {path!r:.200}",
                       line_of(source))  # fmt: skip
            continue
        bind = _bind(source, path, notes)
        found[path] = _joined(found[path], bind) if path in found else bind
        if bind.type in _LOCATIONS:
            notes.limit("limit_location", f"{path}: expected no place on a map, got {bind.type}",
                        bind.line, "type")  # fmt: skip
    return found


def _joined(old: Bind, new: Bind) -> Bind:
    """Put two binds of one node together; what the first says holds."""
    fields = ("calculate", "relevant", "required", "readonly", "constraint")
    told = {name: getattr(old, name) or getattr(new, name) for name in fields}
    return replace(old, type=old.type or new.type, **told)


def _bind(source: Element, path: str, notes: Notes) -> Bind:
    line = line_of(source)

    def expression(key: str) -> str:
        told = source.get(key, "").strip()
        told = _WORDS.get(told, told)
        return "" if told == _USUAL.get(key, "false()") else told

    made = {
        key: notes.expression(expression(key), path, line, key)
        for key in ("calculate", "relevant", "required", "readonly", "constraint")
    }
    return Bind(
        path=path,
        type=source.get("type", "").rpartition(":")[2],
        calculate=made["calculate"],
        relevant=made["relevant"],
        required=made["required"],
        readonly=made["readonly"],
        constraint=made["constraint"],
        required_message=message_of(attribute(source, "requiredMsg"), path, notes, line),
        constraint_message=message_of(attribute(source, "constraintMsg"), path, notes, line),
        preload=(attribute(source, "preload"), attribute(source, "preloadParams")),
        line=line,
    )
