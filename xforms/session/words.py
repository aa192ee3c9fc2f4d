"""Words as they are drawn: in the language of the moment, outputs said, emphasis as spans.

Markdown's emphasis is read, and the tags that forms are known to have for it; any other tag is
text. Nothing here is ever markup for whoever draws it.
"""

from __future__ import annotations

import re
from typing import Final

from xforms.loading.form import Element, Label, Wording
from xforms.page import Span, Words
from xforms.session.model import Model

_TAGS: Final = re.compile(
    r"</?(?:span|font|p|br|u|small|sub|sup|div|h[1-6]|a)(?:\s[^<>]*)?/?>", re.IGNORECASE
)
_STRONG: Final = re.compile(r"</?(?:b|strong)>", re.IGNORECASE)
_EMPHASISED: Final = re.compile(r"</?(?:i|em)>", re.IGNORECASE)
_LINK: Final = re.compile(r"\[([^\[\]]+)\]\((?:https?://|mailto:|tel:)[^()\s]*\)")
_HEADING: Final = re.compile(r"^#{1,6}\s+", re.MULTILINE)
_MARKS: Final = re.compile(r"(?<!\\)(\*\*|__|(?<!\w)_(?=\S)|(?<=\S)_(?!\w)|\*)")
_LENGTH_MAX: Final = 5_000


class Speaker:
    """Says a form's words in one language, asked at a node."""

    def __init__(self, model: Model, language: str) -> None:
        self._model, self.language = model, language

    def words(self, label: Label | None, node: Element) -> Words:
        """Give the spans of a label."""
        return spans_of(self.plain(label, node))

    def plain(self, label: Label | None, node: Element) -> str:
        """Give the text of a label, marks and all."""
        return self._said(self.wording(label, node), node)

    def picture(self, label: Label | None, node: Element) -> str:
        """Give the file name of the picture beside a label."""
        return self.wording(label, node).picture

    def wording(self, label: Label | None, node: Element) -> Wording:
        """Find what a label stands for; the first language that has words says them."""
        if label is None:
            return Wording()
        if label.own is not None:
            return label.own
        identity = label.itext
        if label.chosen is not None:
            identity = self._model.string(label.chosen, node)
        return self.itext(identity)

    def itext(self, identity: str) -> Wording:
        """Find the words of an id."""
        form = self._model.form
        for language in (self.language, *form.languages):
            found = form.itext.get(language, {}).get(identity)
            if found is not None and (found.parts not in ((), ("-",)) or found.picture):
                return found
        return Wording()

    def said(self, identity: str, node: Element) -> str:
        """Say the words of an id."""
        return self._said(self.itext(identity), node)

    def _said(self, wording: Wording, node: Element) -> str:
        return "".join(
            part if isinstance(part, str) else self._model.string(part, node)
            for part in wording.parts
        )[:_LENGTH_MAX]


def spans_of(text: str) -> Words:
    """Take emphasis out of a text.

    >>> [span.text for span in spans_of("a **b** c")]
    ['a ', 'b', ' c']
    """
    if not text:
        return ()
    text = _TAGS.sub("", _STRONG.sub("**", _EMPHASISED.sub("*", text)))
    text = _HEADING.sub("", _LINK.sub(r"\1", text))
    pieces = _MARKS.split(text)
    spans: list[Span] = []
    strong = emphasised = False
    for at, piece in enumerate(pieces):
        if at % 2 == 0:
            if piece:
                spans.append(
                    Span(piece.replace("\\*", "*").replace("\\_", "_"), strong, emphasised)
                )
        elif piece in ("**", "__") and (strong or piece in pieces[at + 2 :: 2]):
            strong = not strong
        elif piece in ("*", "_") and (emphasised or piece in pieces[at + 2 :: 2]):
            emphasised = not emphasised
        else:
            spans.append(Span(piece, strong, emphasised))
    return _joined(spans)


def _joined(spans: list[Span]) -> Words:
    found: list[Span] = []
    for span in spans:
        last = found[-1] if found else None
        if last and (last.strong, last.emphasised) == (span.strong, span.emphasised):
            found[-1] = Span(last.text + span.text, last.strong, last.emphasised)
        else:
            found.append(span)
    return tuple(found)


def plain_of(words: Words) -> str:
    """Give the text of spans."""
    return "".join(span.text for span in words)
