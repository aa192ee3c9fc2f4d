"""A question in steps: what is asked of the index first, and what next if that finds too little.

Each step asks for less agreement than the one before. Words are taken from the shopper's text
by folding; what goes to the index are quoted words alone. Which steps are taken, and with
which reading of the text, is ``search``'s affair.

Source: docs/search.md, section 6.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.storage.index import NONE, Index, Wanted, all_of, any_of
from kiosk.storage.spelling import Correction, corrections, slips_forgiven
from retail.folding import question_words

WORDS_MAX = 10  # of a question; no name is told by more
LETTERS_MAX = 40  # of a word; no word of the catalogue is longer
HALF_LETTERS = (2, 3)  # the least that the two halves of a split word have, in either order

Words = tuple[tuple[str, ...], ...]  # the words of a question, a compound's parts together
Step = list[Wanted]  # what a product must meet, all of it


@dataclass(frozen=True, slots=True)
class Corrected:
    """A step with other words than were asked, and those words."""

    step: Step
    words: tuple[str, ...]


def words_in(text: str) -> Words:
    """Give the words that count of a text."""
    words = question_words(text)[:WORDS_MAX]
    return tuple(tuple(part[:LETTERS_MAX] for part in word) for word in words)


def steps(index: Index, words: Words) -> Iterator[Step]:
    """Give what to ask for ``words`` as they stand, the closest agreement first."""
    exact = [_exactly(index, word) for word in _rejoined(index, words)]
    if len(words) == 1:
        yield [index.leading("".join(words[0]))]
    yield exact
    *before, last = words
    typed = _exactly_all(index, tuple(before))
    ending = _beginning(index, last)
    yield [*typed, ending]
    yield [_named(index, word) for word in words]
    if before:
        yield [*(_beginning(index, word) for word in before), ending]


def corrected(index: Index, words: Words) -> Iterator[Corrected]:
    """Give what to ask where ``words`` as they stand found nothing, the least change first."""
    found = [_Spelling(index, word) for word in words]
    unknown = [each for each in found if not each.known]
    if unknown:
        yield from _with_changes(unknown, found)
    if len(unknown) < len(found):
        yield from _with_changes(found, found)
    rest = [each for each in found if each.known]
    if rest and unknown:
        yield Corrected([each.asked for each in rest], tuple(each.text for each in rest))


class _Spelling:
    """One word of the question with what it may have been, looked up when it is needed."""

    def __init__(self, index: Index, word: tuple[str, ...]) -> None:
        self._index, self.text = index, "".join(word)
        self.asked = any_of([_exactly(index, word), _beginning(index, word)])
        self.known = bool(self.asked.products)
        self._corrections: dict[int, list[Correction]] = {}

    def within(self, slips: int) -> tuple[Wanted, str]:
        """Ask for the words that are at most this far, and give the likeliest of them."""
        found = self._corrections.get(slips)
        if found is None:
            most = min(slips, slips_forgiven(self.text))
            found = corrections(self._index.connection, self.text, most) if most else []
            self._corrections[slips] = found
        split = _split(self._index, self.text) if not self.known else NONE
        near = [self._index.word(each.word) for each in found]
        return any_of([*near, split]), found[0].word if found else self.text


def _with_changes(changed: list[_Spelling], every: list[_Spelling]) -> Iterator[Corrected]:
    """Let the words in ``changed`` be others, first one slip away, then two."""
    for slips in (1, 2):
        near = {id(each): each.within(slips) for each in changed}
        step, words = [], []
        for each in every:
            wanted, word = near.get(id(each), (each.asked, each.text))
            step.append(any_of([each.asked, wanted]))
            words.append(each.text if each.known else word)
        yield Corrected(step, tuple(words))


def _exactly(index: Index, word: tuple[str, ...]) -> Wanted:
    """Ask for a word, or a compound in its parts or joined."""
    if len(word) == 1:
        return index.word(word[0])
    return any_of([all_of([index.word(part) for part in word]), index.word("".join(word))])


def _exactly_all(index: Index, words: Words) -> Step:
    return [_exactly(index, word) for word in _rejoined(index, words)]


def _beginning(index: Index, word: tuple[str, ...]) -> Wanted:
    """Ask for a word that begins so; of a compound, the last part or the whole."""
    *before, last = word
    if not before:
        return index.beginning(last)
    parts = all_of([*(index.word(part) for part in before), index.beginning(last)])
    return any_of([parts, index.beginning("".join(word))])


def _named(index: Index, word: tuple[str, ...]) -> Wanted:
    """Ask for a word, or for what is below a category which is called so."""
    return any_of([_exactly(index, word), index.categories_called("".join(word))])


def _rejoined(index: Index, words: Words) -> Words:
    """Take neighbours for a compound where the catalogue has them as one word."""
    joined: list[tuple[str, ...]] = []
    for word in words:
        if joined and index.word("".join((*joined[-1], *word))).products:
            joined[-1] = (*joined[-1], *word)
        else:
            joined.append(word)
    return tuple(joined)


def _split(index: Index, text: str) -> Wanted:
    """Ask for the two words that a text is without its space, the more frequent ones."""
    halves = [(text[:i], text[i:]) for i in range(2, len(text) - 1)]
    pairs = [
        all_of([index.word(one), index.word(other)])
        for one, other in halves
        if min(len(one), len(other)) >= min(HALF_LETTERS)
        and max(len(one), len(other)) >= max(HALF_LETTERS)
    ]
    return max(pairs, key=lambda each: each.products, default=NONE)
