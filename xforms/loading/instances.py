"""The primary instance without namespaces and templates, and the secondary ones.

Source: ODK XForms specification, "Primary instance", "Secondary instances", "Repeats".
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from xforms.loading.noting import Notes
from xforms.loading.reading_xml import (
    JAVAROSA,
    XFORMS,
    Element,
    attribute,
    elements,
    line_of,
    name,
    parse,
)
from xforms.problems import FormRefusedError
from xforms.xpath import HIDDEN

CHOICES_MAX: Final = 10_000  # of one secondary instance
CHOICES_ALL_MAX: Final = 20_000
_COLUMN: Final = re.compile(r"[^\w.-]")


@dataclass
class Primary:
    """The primary instance: its tree below ``<instance>``, and what was taken out of it."""

    instance: Element
    form_id: str
    version: str
    attributes: dict[str, str]
    namespaces: dict[str, str] = field(default_factory=dict)
    templates: dict[str, Element] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    @property
    def root(self) -> str:
        """Name the root."""
        return str(self.instance[0].tag)


def read_primary(model: Element, notes: Notes) -> Primary | None:
    """Read the first instance of the model; none where there is none."""
    source = next(elements(model, "instance"), None)
    if source is None or len(source) != 1:
        notes.bad("instance", "Expected an instance with one root in the model, got none")
        return None
    told = source[0]
    instance = etree.Element("instance")
    attributes = {str(key): str(value) for key, value in told.attrib.items()}
    primary = Primary(
        instance,
        form_id=attribute(told, "id") or etree.QName(told).namespace or "",
        version=told.get("version", "") or told.get("{http://openrosa.org/xforms}version", ""),
        attributes=attributes,
    )
    for key, value in told.nsmap.items():
        if key and value not in (XFORMS,):
            primary.namespaces[f"xmlns:{key}"] = value
    instance.append(_bare(told, f"/{name(told)}", primary))
    return primary


def _bare(source: Element, path: str, primary: Primary) -> Element:
    """Copy a node without namespaces; templates of repeats go where they are kept."""
    made = etree.Element(name(source))
    made.text = source.text if len(source) == 0 else None
    primary.lines.setdefault(path, line_of(source))
    namespace = etree.QName(source).namespace
    if namespace and namespace != XFORMS:
        primary.namespaces[path] = namespace
    for key, value in source.attrib.items():
        if etree.QName(key).namespace != JAVAROSA and key != HIDDEN:
            made.set(etree.QName(key).localname, value)
    for child in source:
        below = f"{path}/{name(child)}"
        bare = _bare(child, below, primary)
        if child.get(f"{{{JAVAROSA}}}template") is not None:
            primary.templates[below] = bare
        else:
            made.append(bare)
    return made


def read_secondary(model: Element, media: Mapping[str, bytes], notes: Notes) -> dict[str, Element]:
    """Read the other instances of the model, written out or in a file that came along."""
    found: dict[str, Element] = {}
    total = 0
    for source in list(elements(model, "instance"))[1:]:
        identity = source.get("id", "")
        if not identity:
            notes.bad("instance", "Expected an id of each further instance", line_of(source))
            continue
        if (src := source.get("src", "")) and len(source) == 0:
            instance = _from_file(src, media, notes, line_of(source))
        else:
            instance = etree.Element("instance")
            instance.extend(_stripped(child) for child in source)
        size = len(instance[0]) if len(instance) else 0
        total += size
        if size > CHOICES_MAX or total > CHOICES_ALL_MAX:
            most = CHOICES_MAX if size > CHOICES_MAX else CHOICES_ALL_MAX
            notes.limit(
                "limit_size", f"Expected at most {most} choices", line_of(source), "choices"
            )
        found[identity] = instance
    return found


def with_files(xform: bytes, media: Mapping[str, bytes]) -> str:
    """Write what a checked form reads from files into the form itself, so that it needs none."""
    root = parse(xform)
    for source in root.iter("{*}instance"):
        src = source.get("src", "")
        if src.rsplit("/", 1)[-1] in media and len(source) == 0:
            source.extend(list(_from_file(src, media, Notes(), line_of(source))))
            del source.attrib["src"]
    return etree.tostring(root, encoding="unicode")


def _stripped(source: Element) -> Element:
    made = deepcopy(source)
    for node in made.iter("*"):
        node.tag = name(node)
    etree.cleanup_namespaces(made)
    return made


def _from_file(src: str, media: Mapping[str, bytes], notes: Notes, line: int) -> Element:
    empty = etree.Element("instance")
    etree.SubElement(empty, "root")
    file = src.rsplit("/", 1)[-1]
    content = media.get(file)
    if not src.startswith("jr://file") or content is None:
        notes.limit(
            "limit_external_data", f"Expected data that comes with the form, got {src!r:.100}", line
        )
        return empty
    if file.lower().endswith(".csv"):
        return _from_csv(content, notes, line, file)
    if file.lower().endswith(".xml"):
        try:
            root = parse(content)
        except FormRefusedError as error:
            notes.problems += error.problems
            return empty
        instance = etree.Element("instance")
        instance.append(_stripped(root))
        return instance
    notes.limit("limit_external_data", f"Expected CSV or XML, got {file!r:.100}", line)
    return empty


def _from_csv(content: bytes, notes: Notes, line: int, file: str) -> Element:
    instance = etree.Element("instance")
    root = etree.SubElement(instance, "root")
    try:
        text = content.decode("utf-8-sig")
        head = text.split("\n", 1)[0]
        delimiter = ";" if head.count(";") > head.count(",") else ","
        rows = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
        columns = [_COLUMN.sub("_", column.strip()) or "_" for column in next(rows, [])]
        for number, row in enumerate(rows):
            if number > CHOICES_MAX:
                break
            item = etree.SubElement(root, "item")
            for column, cell in zip(columns, row, strict=False):
                etree.SubElement(item, column).text = cell
    except (UnicodeDecodeError, csv.Error, ValueError) as error:
        notes.bad("external_data", f"{file}: expected CSV in UTF-8: {error}", line)
    return instance
