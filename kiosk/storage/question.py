"""A question in steps: what is asked of the index first, and what next if that finds too little.

Each step asks for less agreement than the one before. Words are taken from the shopper's text
by folding; what goes to the index are quoted words alone. Which steps are taken, and with
which reading of the text, is ``search``'s affair.

Source: docs/search.md, section 6.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from kiosk.storage.index import Index, all_of
from kiosk.storage.spelling import slips_forgiven
from kiosk.storage.wanted import NONE, Wanted
from retail.folding import question_words

WORDS_MAX = 10  # of a question; no name is told by more
LETTERS_MAX = 40  # of a word; no word of the catalogue is longer
HALF_LETTERS = (2, 3)  # the least that the two halves of a split word have, in either order

Words = tuple[tuple[str, ...], ...]  # the words of a question, a compound's parts together
Step = list[Wanted]  # what a product must meet, all of it


@dataclass(frozen=True, slots=True)
class Corrected:
    """A step with other words than were asked; a higher ``stage`` changes more.

    ``words`` has for each word of the question what it is taken for, the likeliest first.
    """

    stage: int
    step: Step
    words: tuple[tuple[str, ...], ...]


def words_in(text: str) -> Words:
    """Give the words that count of a text."""
    words = question_words(text)[:WORDS_MAX]
    return tuple(tuple(part[:LETTERS_MAX] for part in word) for word in words)


def steps(index: Index, words: Words) -> Iterator[Step]:
    """Give what to ask for ``words`` as they stand, the closest agreement first.

    There is nothing to ask without words, nor where one before the last is not the catalogue's.
    """
    if not words:  # keys that are all signs on the other layout
        return
    rejoined = _rejoined(index, words)
    exact = [_exactly(index, word) for word in rejoined]
    if len(words) == 1:
        yield [index.leading("".join(words[0]))]
    elif not all(
        found.products or _named(index, word).products
        for word, found in zip(rejoined[:-1], exact[:-1], strict=True)
    ):
        return
    yield exact
    *before, last = words
    typed = exact[:-1] if rejoined[-1] == last else _exactly_all(index, tuple(before))
    yield [*typed, _beginning(index, last)]
    yield [_named(index, word) for word in words]


def loosest_step(index: Index, words: Words) -> Step:
    """Give what to ask where no step found anything: every word may only be a beginning."""
    if not words or not all(
        index.begins(word[-1]) or index.begins("".join(word)) for word in words
    ):
        return [NONE]  # as with most slips; it spares looking up what the other words begin
    return [_beginning(index, word) for word in words]


def corrected(index: Index, words: Words) -> Iterator[Corrected]:
    """Give what to ask where ``words`` as they stand found nothing, the least change first."""
    spellings = [_Spelling(index, word) for word in words]
    unknown = [each for each in spellings if not each.plain.products]
    known = [each for each in spellings if each.plain.products]
    uncommon = [each for each in known if not each.common]
    if unknown:
        yield from _changed(spellings, unknown, begun=False, stage=0)
        if any(each.asked is not each.plain for each in known):
            yield from _changed(spellings, unknown, begun=True, stage=2)
    elif uncommon:
        yield from _one_changed(index, spellings, stage=4)
    if uncommon:
        yield from _changed(spellings, [*unknown, *uncommon], begun=True, stage=6)
    if known and unknown:
        yield Corrected(8, [each.asked for each in known], tuple((e.text,) for e in known))


class _Spelling:
    """One word of the question, and what it may have been where it was misspelt.

    ``plain`` asks for the word, or for what it begins where it is none of the catalogue's.
    """

    def __init__(self, index: Index, word: tuple[str, ...]) -> None:
        self._index, self._word, self.text = index, word, "".join(word)
        self._exact = _exactly(index, word)
        self.common = bool(self._exact.sets)  # a slip hardly ever makes a very common word
        self.plain = self._exact if self._exact.products else self.asked

    @cached_property
    def asked(self) -> Wanted:
        """Ask for the word and for what it begins."""
        if self.common:
            return self._exact
        return self._index.any_of([self._exact, _beginning(self._index, self._word)])

    def near(self, half_slips: int) -> list[str]:
        """Give the words that are at most so far, the likeliest first."""
        slips = min((half_slips + 1) // 2, slips_forgiven(self.text))
        found = self._index.spelling.corrections(self.text, slips) if slips else ()
        return [each.word for each in found if each.half_slips <= half_slips]

    @cached_property
    def apart(self) -> Wanted:
        """Ask for the two words that an unknown one is without its space."""
        return NONE if self.plain.products else _split(self._index, self.text)

    def other(self, half_slips: int) -> Wanted:
        """Ask for the words near it, and for the two it is without its space."""
        near = [self._index.word(word) for word in self.near(half_slips)]
        return self._index.any_of([*near, self.apart])

    def taken_for(self, plain: Wanted, half_slips: int) -> Wanted:
        """Ask for the word, ``plain`` or begun, and for what else it may be."""
        return self._index.any_of([plain, self.other(half_slips)])


def _changed(
    spellings: list[_Spelling], changed: list[_Spelling], *, begun: bool, stage: int
) -> Iterator[Corrected]:
    """Take the words in ``changed`` for others: those that sound alike, one slip away, two.

    The others may be beginnings where ``begun``. What asks for no more than was asked before is
    left out.
    """
    stand = [each.asked if begun else each.plain for each in spellings]
    before: list[list[str]] = []
    for half_slips in (1, 2, 4):
        near = [each.near(half_slips) if each in changed else [] for each in spellings]
        if near == before or (not any(near) and not any(each.apart.products for each in changed)):
            continue
        before = near
        step = [
            each.taken_for(plain, half_slips) if each in changed else plain
            for each, plain in zip(spellings, stand, strict=True)
        ]
        words = tuple((e.text, *other) for e, other in zip(spellings, near, strict=True))
        yield Corrected(stage + half_slips // 4, step, words)


def _one_changed(index: Index, spellings: list[_Spelling], stage: int) -> Iterator[Corrected]:
    """Take any one word for others, likewise, while all others stay as they are.

    What meets all but one is worked out first: most words stand in nobody's way, and what they
    may have been need not be known.
    """
    rests = index.all_but_one([each.plain for each in spellings])
    open_ = [
        not each.common and rest.products > 0 for each, rest in zip(spellings, rests, strict=True)
    ]
    before: list[list[str]] = []
    for half_slips in (1, 2, 4):
        near = [
            each.near(half_slips) if may else [] for each, may in zip(spellings, open_, strict=True)
        ]
        if near == before or not any(near):
            continue
        before = near
        ways = [
            all_of([each.other(half_slips), rest])
            for each, rest, other in zip(spellings, rests, near, strict=True)
            if other
        ]
        words = tuple((e.text, *other) for e, other in zip(spellings, near, strict=True))
        yield Corrected(stage + half_slips // 4, [index.any_of(ways)], words)


def _exactly(index: Index, word: tuple[str, ...]) -> Wanted:
    """Ask for a word, or a compound in its parts or joined."""
    if len(word) == 1:
        return index.word(word[0])
    return index.any_of([all_of([index.word(part) for part in word]), index.word("".join(word))])


def _exactly_all(index: Index, words: Words) -> Step:
    return [_exactly(index, word) for word in _rejoined(index, words)]


def _beginning(index: Index, word: tuple[str, ...]) -> Wanted:
    """Ask for a word that begins so; of a compound, the last part or the whole."""
    *before, last = word
    if not before:
        return index.beginning(last)
    parts = all_of([*(index.word(part) for part in before), index.beginning(last)])
    return index.any_of([parts, index.beginning("".join(word))])


def _named(index: Index, word: tuple[str, ...]) -> Wanted:
    """Ask for a word, or for what is below a category which is called so."""
    return index.any_of([_exactly(index, word), index.categories_called("".join(word))])


def _rejoined(index: Index, words: Words) -> Words:
    """Take neighbours for a compound where the catalogue has them as one word."""
    joined: list[tuple[str, ...]] = []
    for word in words:
        if joined and index.count("".join((*joined[-1], *word))):
            joined[-1] = (*joined[-1], *word)
        else:
            joined.append(word)
    return tuple(joined)


def _split(index: Index, text: str) -> Wanted:
    """Ask for the two words that a text is without its space, the more frequent ones."""
    halves = [
        (text[:i], text[i:])
        for i in range(min(HALF_LETTERS), len(text) - min(HALF_LETTERS) + 1)
        if max(i, len(text) - i) >= max(HALF_LETTERS)
    ]
    if not halves:
        return NONE
    pair = max(halves, key=lambda pair: min(map(index.count, pair)))
    return all_of([index.word(half) for half in pair])
