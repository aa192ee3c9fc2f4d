r"""How a text is folded so that two ways of writing one thing are the same words.

The catalogue's names and what a shopper types go through the same functions, on the server
and on the kiosk. Folding loses information on purpose: it is for finding, never for showing.
Whether a word exists, and what was meant where it does not, is the search's affair.

>>> fold("شير كم‌چرب ۱٫۵ Liter")
'شیر کم\u200cچرب 1.5 liter'
>>> index_words("كم‌چرب")
('کم', 'چرب', 'کمچرب')

Source: docs/search.md, sections 1 (folding), 2 (compounds) and 3 (wrong layout).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

JOINT = "\u200c"  # ZWNJ: between the parts of a compound, in folded text too
TEXT_LENGTH_MAX = 1_000  # characters; no name and no question is longer, the rest is cut off
_PIECES_KEPT = 16_384  # names are made of few words: most have been folded before
PARTS_MAX = 4  # of a compound that is joined in every way; a longer one is only words

# what NFKD leaves alone, or takes apart in a way that does not help: docs/search.md, 1.2
_LETTERS = {
    **dict.fromkeys("يىېۍێےۓ", "ی"),
    **dict.fromkeys("كڪ", "ک"),
    **dict.fromkeys("ةهۀۂھہۃەۿ", "ه"),
    **dict.fromkeys("ۆۇۈۋ", "و"),
    **dict.fromkeys("ٱ", "ا"),
    **dict.fromkeys("øØ", "o"),
    **dict.fromkeys("łŁ", "l"),
    **dict.fromkeys("đĐðÐ", "d"),
    **dict.fromkeys("æÆ", "ae"),
    **dict.fromkeys("œŒ", "oe"),
    "ı": "i",
}
_DROPPED = "ءـ™®©℠" + "".join(map(chr, range(0xFE70, 0xFE80)))  # the last: a space and a mark
_JOINTS = "-\u00ad\u2010\u2011\u2012\u2013'’‘`´&"  # «کم-چرب», Coca-Cola, Lay's, M&M
_BEFORE = str.maketrans({**dict.fromkeys(_DROPPED, ""), **dict.fromkeys(_JOINTS, JOINT)})
_AFTER = str.maketrans(_LETTERS)

_THOUSANDS = re.compile(r"(?<=[0-9])[,٬،](?=[0-9]{3}(?![0-9]))")
_DECIMAL = re.compile(r"(?<=[0-9])[.٫,،/](?=[0-9])")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)*")
_NOT_A_WORD = re.compile(rf"[^\w.{JOINT}]|_|(?<![0-9])\.|\.(?![0-9])")


def fold(text: str) -> str:
    """Write ``text`` as folded words with one space between; folding again changes nothing.

    A word consists of letters, or is a number in ASCII digits with an optional ``.``; the
    parts of a compound have ``JOINT`` between them.
    """
    return " ".join(JOINT.join(parts) for parts in question_words(text))


def index_words(text: str) -> tuple[str, ...]:
    """Give the different words that ``text`` is found by, in order, compounds both ways."""
    found: dict[str, None] = {}
    for piece in text[:TEXT_LENGTH_MAX].split():
        for word in _index_words(piece):
            found[word] = None
    return tuple(found)


def question_words(text: str) -> tuple[tuple[str, ...], ...]:
    """Give the words of ``text`` in order; each has one part, or a compound's several."""
    return tuple(word for piece in text[:TEXT_LENGTH_MAX].split() for word in _fold(piece))


@lru_cache(maxsize=_PIECES_KEPT)
def _index_words(piece: str) -> tuple[str, ...]:
    return tuple(word for parts in _fold(piece) for word in (*parts, *_joined(parts)))


@lru_cache(maxsize=_PIECES_KEPT)
def _fold(piece: str) -> tuple[tuple[str, ...], ...]:
    """Fold what stands between two spaces, which may turn out to be several words."""
    text = _plain_letters(piece.translate(_BEFORE))
    text = _DECIMAL.sub(".", _THOUSANDS.sub("", text))
    text = _NOT_A_WORD.sub(" ", text)
    text = _NUMBER.sub(r" \g<0> ", text)  # «500گرم» and «500 گرم» are the same two words
    compounds = (filter(None, word.split(JOINT)) for word in text.split())
    return tuple(parts for parts in map(tuple, compounds) if parts)


def _joined(parts: tuple[str, ...]) -> list[str]:
    """Join each run of two or more neighbours: a, b, c give ab, abc, bc."""
    count = len(parts) if len(parts) <= PARTS_MAX else 0
    return ["".join(parts[i:j]) for i in range(count) for j in range(i + 2, count + 1)]


def _plain_letters(text: str) -> str:
    """Take marks away, put one letter for its variants, and ASCII digits for all digits."""
    if text.isascii():
        return text.lower()
    # case first: a capital may fold into letters that NFKD still has to take apart
    spread = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(map(_plain, spread)).translate(_AFTER).translate(_BEFORE)


def _plain(character: str) -> str:
    if character.isascii() or character == JOINT:
        return character
    match unicodedata.category(character):
        case "Nd":
            return str(unicodedata.decimal(character))
        case "Mn" | "Mc" | "Me" | "Cf":
            return ""
        case _:
            return character
