"""An XForm's XML made a tree without DTD, entities or network, and its nodes told apart.

Source: docs/surveys.md, section 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal

from lxml import etree

from xforms.problems import FormRefusedError, Place, Problem

Element = etree._Element
XFORMS: Final = "http://www.w3.org/2002/xforms"
XHTML: Final = "http://www.w3.org/1999/xhtml"
JAVAROSA: Final = "http://openrosa.org/javarosa"
ODK: Final = "http://www.opendatakit.org/xforms"
OPENROSA: Final = "http://openrosa.org/xforms"
BYTES_MAX: Final = 4 * 1024 * 1024
DEPTH_MAX: Final = 64
NODES_MAX: Final = 400_000
_DOCTYPE: Final = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


def parse(xml: bytes) -> Element:
    """Parse an XForm; raises ``FormRefusedError``."""
    if len(xml) > BYTES_MAX:
        raise refused("hostile", "limit_size", f"Expected at most {BYTES_MAX} bytes of XForm")
    if _DOCTYPE.search(xml):  # before a parser unfolds anything
        raise refused("hostile", "entity", "Expected XML without a document type or entities")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", 0) or 0
        raise refused("bad_form", "xml", f"Expected XML: {error}", line) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise refused("hostile", "entity", "Expected XML without a document type or entities")
    _check_size(root)
    return root


def _check_size(root: Element) -> None:
    depth = count = 0
    for event, _node in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        count += event == "start"
        if depth > DEPTH_MAX + 8:
            raise refused("hostile", "limit_size", f"Expected at most {DEPTH_MAX} levels")
        if count > NODES_MAX:
            raise refused("hostile", "limit_size", f"Expected at most {NODES_MAX} elements")


def refused(
    kind: Literal["bad_form", "hostile"], code: str, message: str, line: int = 0
) -> FormRefusedError:
    """Make a refusal of one problem."""
    return FormRefusedError([Problem(kind, code, message, Place(row=line))])


def name(node: Element) -> str:
    """Give an element's name without its namespace."""
    return etree.QName(node).localname


def attribute(node: Element, key: str, namespace: str = JAVAROSA) -> str:
    """Give an attribute, with its namespace or without it."""
    return node.get(f"{{{namespace}}}{key}", node.get(key, "")).strip()


def elements(node: Element, *names: str) -> Iterator[Element]:
    """Give children by their names, whatever their namespace."""
    for child in node:
        if not names or name(child) in names:
            yield child


def first(node: Element | None, key: str) -> Element | None:
    """Give the first child of a name."""
    return None if node is None else next(elements(node, key), None)


def line_of(node: Element) -> int:
    """Give the line on which an element begins."""
    return node.sourceline or 0
