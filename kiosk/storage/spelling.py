"""What a misspelt word may have been: words of the catalogue one or two slips away.

A slip is a letter left out, added, exchanged for another, or swapped with its neighbour. Two
words that are few slips apart have a common *rest* when as many letters are left out of both
(symmetric deletes), so candidates are looked up and only these are compared. What is done
with a candidate is ``search``'s affair.

Source: docs/search.md, section 7; W. Garbe, "1000x Faster Spelling Correction" (2012).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from kiosk.storage.terms import is_word

LETTERS_MIN = 3  # a shorter word is a slip away from everything
LETTERS_FOR_TWO = 6  # from this length on, two slips are forgiven
HEAD = 7  # letters that rests are made of; the whole word is compared afterwards
WORDS_MAX = 8  # that one misspelt word is taken for
_WORDS_KEPT = 512  # with their corrections, in memory; 0.2 MiB at most
_BATCH = 2_000
_CANDIDATES = "SELECT word FROM misspelling WHERE rest IN ({marks})"

# letters that sound alike in Persian: writing one for the other is half a slip
_ALIKE = [frozenset(group) for group in ("زذضظ", "سصث", "تط", "حه", "قغ", "اع")]


@dataclass(frozen=True, slots=True)
class Correction:
    """A word of the catalogue, how far it is in half slips, and how many products have it."""

    word: str
    half_slips: int
    products: int


class Spelling:
    """The words of one catalogue and what they may be mistyped as; ``connection`` stays open.

    ``words`` are all of them by their number, and ``counts`` tells how many products have each
    now; what is not in it is no word any more. A shopper's text is asked again with each key,
    and few words make most names, so what was found for the last words is kept.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        words: Mapping[int, str],
        counts: Mapping[str, int],
    ) -> None:
        self._connection, self._words, self._counts = connection, words, counts
        self._added: dict[str, set[str]] = {}  # words that the file does not have, by their rests
        self._near = lru_cache(maxsize=_WORDS_KEPT)(self._look_up)

    def add(self, word: str) -> None:
        """Take a word that the file does not have for one of the catalogue while it counts."""
        if slips := slips_forgiven(word):
            for rest in rests_of(word, slips):
                self._added.setdefault(rest, set()).add(word)

    def forget(self) -> None:
        """Forget what was found: the words have changed."""
        self._near.cache_clear()

    def corrections(self, asked: str, slips: int) -> tuple[Correction, ...]:
        """Give the words that are at most ``slips`` (1 or 2) from ``asked``, likeliest first."""
        return self._near(asked, slips) if _can_be_misspelt(asked) else ()

    def _look_up(self, asked: str, slips: int) -> tuple[Correction, ...]:
        rests = sorted(rests_of(asked, slips))
        query = _CANDIDATES.format(marks=",".join("?" * len(rests)))
        found, letters = [], _letters(asked)
        near = {self._words[number] for (number,) in self._connection.execute(query, rests)}
        if self._added:
            near.update(*(self._added.get(rest, ()) for rest in rests))
        for word in near:
            products = self._counts.get(word)
            if products is None:
                continue
            if (letters ^ _letters(word)).bit_count() > 2 * slips:
                continue  # one slip takes one letter away and brings one at most
            apart = distance(asked, word, slips)
            if 0 < apart <= slips:
                found.append(Correction(word, half_slips(asked, word, apart), products))
        found.sort(key=lambda each: (each.half_slips, -each.products, each.word))
        return tuple(found[:WORDS_MAX])


def slips_forgiven(word: str) -> int:
    """Give how many slips in a word of this length are looked for: 0, 1 or 2."""
    if not _can_be_misspelt(word):
        return 0
    return 2 if len(word) >= LETTERS_FOR_TWO else 1


def rests_of(word: str, slips: int) -> set[str]:
    """Give the word's head, and all that is left of it without one to ``slips`` letters."""
    head = word[:HEAD]
    rests = {head}
    for left_out in range(1, slips + 1):
        rests.update("".join(kept) for kept in combinations(head, len(head) - left_out))
    return rests


def distance(one: str, other: str, limit: int) -> int:
    """Count the slips between two words; beyond ``limit``, 0 or a few, any greater number.

    Optimal string alignment: a letter takes part in one swap at most. What it costs grows
    fourfold with each slip, and with two it is a third of what a table of all beginnings costs.
    """
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    one, other = _without_common_ends(one, other)
    if not one or not other:
        return len(one) + len(other)
    if limit <= 0:
        return limit + 1
    if limit == 1:  # spares most of the work: most candidates are further away
        if len(one) == 1 == len(other) or (len(one) == 2 and one == other[::-1]):
            return 1
        return 2
    # the first letters differ, so one of four slips is there
    rest, longer = limit - 1, len(one) - len(other)
    least = distance(one[1:], other[1:], rest)
    if longer > -rest:
        least = min(least, distance(one[1:], other, rest))
    if longer < rest:
        least = min(least, distance(one, other[1:], rest))
    if one[:2] == other[1::-1]:
        least = min(least, distance(one[2:], other[2:], rest))
    return least + 1


def half_slips(asked: str, word: str, slips: int) -> int:
    """Count slips, so many, twice, but once where a letter stands for one that sounds like it."""
    if len(asked) != len(word):
        return 2 * slips
    exchanged = [{a, b} for a, b in zip(asked, word, strict=True) if a != b]
    if len(exchanged) != slips:
        return 2 * slips  # a swap among them
    return 2 * slips - sum(any(pair <= group for group in _ALIKE) for pair in exchanged)


def fill_misspellings(target: sqlite3.Connection) -> None:
    """Fill ``word`` and ``misspelling`` from the finished index."""
    target.execute("CREATE VIRTUAL TABLE temp.term USING fts5vocab (main, words, row)")
    terms = target.execute("SELECT term, doc FROM temp.term")
    while batch := terms.fetchmany(_BATCH):
        rows = [(term, products) for term, products in batch if is_word(term)]
        target.executemany("INSERT INTO word (word, products) VALUES (?, ?)", rows)
    target.execute("DROP TABLE temp.term")
    words = target.execute("SELECT id, word FROM word ORDER BY id")
    while batch := words.fetchmany(_BATCH):
        target.executemany("INSERT INTO misspelling (rest, word) VALUES (?, ?)", _rests(batch))


def _rests(words: list[tuple[int, str]]) -> Iterator[tuple[str, int]]:
    for number, word in words:
        if slips := slips_forgiven(word):
            for rest in rests_of(word, slips):
                yield rest, number


@lru_cache(maxsize=8_192)  # 1 MiB at most
def _letters(word: str) -> int:
    """Give which letters a word has, a bit each; two letters may share one."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 63)
    return bits


def _can_be_misspelt(word: str) -> bool:
    return len(word) >= LETTERS_MIN and word.isalpha()


def _without_common_ends(one: str, other: str) -> tuple[str, str]:
    shorter = min(len(one), len(other))
    start = 0
    while start < shorter and one[start] == other[start]:
        start += 1
    end = 0
    while end < shorter - start and one[-1 - end] == other[-1 - end]:
        end += 1
    return one[start : len(one) - end], other[start : len(other) - end]
