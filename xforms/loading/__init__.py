"""From an XForm's XML to a ``Form``: read, checked, put in order; or every problem at once.

``reading_xml`` parses, ``instances`` and ``binds`` read the model, ``controls`` the body,
``order`` finds in which order it is worked out, ``limits`` what is left out here.

Source: docs/surveys.md, sections 1 to 3 and 7.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from xforms.loading.actions import read_actions
from xforms.loading.binds import hideable_of, path_of, read_binds, types_of
from xforms.loading.controls import BodyReader
from xforms.loading.form import Action, Bind, Computation
from xforms.loading.form import Form as Form
from xforms.loading.instances import Primary, read_primary, read_secondary
from xforms.loading.noting import Notes
from xforms.loading.order import Graph, computations_of, dependents_of
from xforms.loading.reading_xml import Element, first, line_of, name, parse
from xforms.loading.wording import read_itext
from xforms.problems import FormRefusedError
from xforms.xpath import Scope


@dataclass
class _Source:
    title: str
    model: Element
    body: Element


def load(xml: bytes, media: Mapping[str, bytes] | None = None) -> Form:
    """Load a form; raises ``FormRefusedError`` with all that is wrong.

    ``media`` are the files that come with it, by name; choices in them are read, pictures not.
    """
    notes = Notes()
    source = _source(parse(xml), notes)
    if source is None:
        raise FormRefusedError(notes.problems)
    primary = read_primary(source.model, notes)
    if primary is None:
        raise FormRefusedError(notes.problems)
    form = _form(source, primary, media or {}, notes)
    if wrong := [each for each in notes.problems if each.kind != "warning"]:
        raise FormRefusedError(wrong)
    return form


def _source(root: Element, notes: Notes) -> _Source | None:
    head, body = first(root, "head"), first(root, "body")
    model = first(head, "model")
    if model is None or body is None:
        notes.bad("xform", f"Expected a model and a body, got {name(root)!r:.60}", line_of(root))
        return None
    title = first(head, "title")
    return _Source((title.text or "").strip() if title is not None else "", model, body)


def _form(source: _Source, primary: Primary, media: Mapping[str, bytes], notes: Notes) -> Form:
    model, root = source.model, primary.root
    instances = read_secondary(model, media, notes)
    notes.scope = Scope(
        repeats=_repeat_paths(source.body, root),
        types=types_of(model, primary.lines, root),
        hideable=hideable_of(model, root),
        instances=frozenset(instances),
        primary=primary.form_id,
    )
    languages, itext = read_itext(model, notes)
    binds = read_binds(model, root, notes)
    reader = BodyReader(root, notes)
    body = reader.read(source.body, f"/{root}")
    actions = read_actions(model, reader.sources, root, notes)
    order = _order(computations_of(binds, reader.controls, reader.repeats), binds, notes)
    _check_model(model, notes)
    return Form(
        form_id=primary.form_id,
        version=primary.version,
        title=source.title,
        root=root,
        attributes=primary.attributes,
        namespaces=primary.namespaces,
        instance=primary.instance,
        templates=primary.templates,
        instances=instances,
        binds=binds,
        body=body,
        controls=reader.controls,
        repeats=reader.repeats,
        languages=languages,
        itext=itext,
        actions=actions,
        order=tuple(order),
        dependents=dependents_of(order),
        scope=notes.scope,
        keeps_hidden=primary.attributes.get("hidden_answers") == "keep",
        warnings=tuple(each for each in notes.problems if each.kind == "warning"),
        by_question=_by_question(actions),
    )


def _repeat_paths(body: Element, root: str) -> frozenset[str]:
    """Find the repeats before anything is read: every expression must know of them."""
    found = set()
    for node in body.iter("{*}repeat"):
        told = node.get("nodeset") or node.get("ref") or ""
        around = next(
            (up.get("ref", "") for up in node.iterancestors() if up.get("ref", "").startswith("/")),
            "",
        )
        found.add(path_of(told, root, around))
    return frozenset(found)


def _order(
    computations: list[Computation], binds: Mapping[str, Bind], notes: Notes
) -> list[Computation]:
    graph = Graph(computations)
    order, left = graph.ordered()
    for circle in graph.cycles(left):
        named = " → ".join(path.rpartition("/")[2] for path in circle)
        bind = binds.get(circle[0])
        notes.bad(
            "cycle", f"Expected no circle, got {named}", bind.line if bind else 0, "calculation"
        )
    return [computations[at] for at in order]


def _check_model(model: Element, notes: Notes) -> None:
    for node in model:
        if name(node) == "submission" and node.get("base64RsaPublicKey"):
            notes.limit("limit_encryption", "Expected a form without a public key, got one",
                        line_of(node), "public_key")  # fmt: skip
    for node in model.iter("{*}entity"):
        notes.warn("limit_entities", "Expected no entity: answers are taken, none is made",
                   line_of(node))  # fmt: skip
        break
    for node in model.iter("{*}audit"):
        notes.warn("limit_audit", "Expected no audit: none is kept", line_of(node))
        break


def _by_question(actions: tuple[Action, ...]) -> dict[str, tuple[Action, ...]]:
    changed = sorted(
        (each for each in actions if each.event == "xforms-value-changed"),
        key=lambda each: each.source,
    )
    return {path: tuple(of) for path, of in groupby(changed, key=lambda each: each.source)}
