"""The instance as it is sent: hidden answers dropped, names and namespaces as in the form.

Source: docs/surveys.md, sections 3 and 6; OpenRosa Metadata.
"""

from __future__ import annotations

from lxml import etree

from xforms.loading import Form
from xforms.loading.reading_xml import OPENROSA
from xforms.session.tree import Element, Tree
from xforms.xpath import HIDDEN


def write(form: Form, tree: Tree, instance_id: str) -> str:
    """Write the XML; an id of these answers is put in where the form has no place for one."""
    prefixes = {
        key.removeprefix("xmlns:"): value
        for key, value in form.namespaces.items()
        if key.startswith("xmlns:")
    }
    prefixes.setdefault("orx", OPENROSA)
    source = tree.root[0]
    root = etree.Element(source.tag, nsmap=prefixes)
    for key, value in form.attributes.items():
        root.set(key, value)
    _copy(form, source, root, f"/{form.root}")
    if not any(True for _ in root.iter("{*}instanceID")):
        meta = root.find("{*}meta")
        if meta is None:
            meta = etree.SubElement(root, f"{{{OPENROSA}}}meta")
        etree.SubElement(meta, f"{{{OPENROSA}}}instanceID").text = f"uuid:{instance_id}"
    return etree.tostring(root, encoding="unicode")


def _copy(form: Form, source: Element, made: Element, path: str) -> None:
    made.text = source.text
    for child in source:
        if child.get(HIDDEN) is not None and not form.keeps_hidden:
            continue
        tag = str(child.tag)
        below = f"{path}/{tag}"
        namespace = form.namespaces.get(below)
        name = f"{{{namespace}}}{tag}" if namespace else tag
        copy = etree.SubElement(made, name)
        for key, value in child.attrib.items():
            if key != HIDDEN:
                copy.set(key, value)
        _copy(form, child, copy, below)
