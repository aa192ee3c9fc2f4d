"""Labels, hints and messages: words with outputs in them, in each language.

Source: ODK XForms specification, "Languages", "Labels", "Media".
"""

from __future__ import annotations

import re
from typing import Final

from xforms.loading.form import Label, Part, Wording
from xforms.loading.noting import Notes
from xforms.loading.reading_xml import Element, elements, first, line_of, name

_ITEXT: Final = re.compile(r"\s*jr:itext\(\s*(['\"])(?P<id>.*)\1\s*\)\s*")
_CHOSEN: Final = re.compile(r"\s*jr:itext\((?P<of>.+)\)\s*", re.DOTALL)
_SPACES: Final = re.compile(r"[ \t\r\f\v]+")


def parts_of(node: Element, path: str, notes: Notes) -> tuple[Part, ...]:
    """Give the words of a node, with expressions where it has outputs."""
    parts: list[Part] = [node.text or ""]
    for child in node:
        if name(child) == "output":
            told = child.get("value") or child.get("ref") or ""
            made = notes.expression(told, path, line_of(child), "label")
            parts.append(made if made is not None else "")
        else:  # markup in words: its text is what is read
            parts.append("".join(str(text) for text in child.itertext()))
        parts.append(child.tail or "")
    return tuple(_tidied(parts))


def _tidied(parts: list[Part]) -> list[Part]:
    found: list[Part] = []
    for part in parts:
        if isinstance(part, str):
            text = _SPACES.sub(" ", part)
            if found and isinstance(found[-1], str):
                found[-1] += text
            elif text:
                found.append(text)
        else:
            found.append(part)
    if found and isinstance(found[0], str):
        found[0] = found[0].lstrip()
    if found and isinstance(found[-1], str):
        found[-1] = found[-1].rstrip()
    return [part for part in found if part != ""]


def label_of(control: Element, key: str, path: str, notes: Notes) -> Label | None:
    """Give a control's label or hint."""
    node = first(control, key)
    if node is None:
        return None
    return reference_of(node.get("ref", ""), path, notes, line_of(node)) or Label(
        Wording(parts_of(node, path, notes))
    )


def reference_of(ref: str, path: str, notes: Notes, line: int) -> Label | None:
    """Give the label that a reference stands for; none where there is no reference."""
    if not ref.strip():
        return None
    if match := _ITEXT.fullmatch(ref):
        return Label(itext=match["id"])
    if match := _CHOSEN.fullmatch(ref):
        return Label(chosen=notes.expression(match["of"], path, line, "label"))
    made = notes.expression(ref, path, line, "label")
    return Label(Wording((made,))) if made is not None else None


def message_of(told: str, path: str, notes: Notes, line: int) -> Label | None:
    """Give the message of a constraint: words, or a reference to them."""
    if _ITEXT.fullmatch(told):
        return reference_of(told, path, notes, line)
    return Label(Wording((told,))) if told.strip() else None


def read_itext(
    model: Element, notes: Notes
) -> tuple[tuple[str, ...], dict[str, dict[str, Wording]]]:
    """Give the languages, the one to begin with first, and the words by language and id."""
    itext = first(model, "itext")
    if itext is None:
        return (), {}
    words: dict[str, dict[str, Wording]] = {}
    default = ""
    for translation in elements(itext, "translation"):
        language = translation.get("lang", "")
        if language in words:
            notes.bad("language", f"Expected each language once, got {language!r} again",
                      line_of(translation))  # fmt: skip
        if "default" in translation.attrib and translation.get("default") != "false()":
            default = default or language
        words[language] = {
            text.get("id", ""): _wording(text, notes) for text in elements(translation, "text")
        }
    ordered = sorted(words, key=lambda language: language != (default or next(iter(words))))
    return tuple(ordered), words


def _wording(text: Element, notes: Notes) -> Wording:
    """Give one id's words; those of it that are for print, sound or film are read over."""
    path = text.get("id", "").rpartition(":")[0]
    parts: tuple[Part, ...] = ()
    picture = ""
    for value in elements(text, "value"):
        form = value.get("form", "")
        if form in ("", "long"):
            parts = parts or parts_of(value, path if path.startswith("/") else "", notes)
        elif form in ("image", "big-image"):
            picture = picture or (value.text or "").strip().rsplit("/", 1)[-1]
        elif form in ("audio", "video"):
            notes.warn("media", f"Expected no {form} with a label: it is not played",
                       line_of(value), "media")  # fmt: skip
    return Wording(parts, picture)
