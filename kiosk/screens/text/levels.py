"""The Unicode bidirectional algorithm, first half: the embedding level of every character.

Pure functions on strings; ``bidi`` makes runs and lines of the levels. The rules have the names of
the standard (P2 to I2) and its order. Where X9 removes a character, it stays here with the level of
the one before it, so that every character has a level and it splits no run.

Source: Unicode Standard Annex #9, revision 48 (Unicode 15.1); character classes come from the
standard library's ``unicodedata``, bracket pairs from BidiBrackets.txt.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from unicodedata import bidirectional

DEPTH_MAX = 125  # BD2
BRACKETS_OPEN_MAX = 63  # BD16

ISOLATES = frozenset({"LRI", "RLI", "FSI"})
_EMBEDDINGS = {"LRE": (0, None), "RLE": (1, None), "LRO": (0, "L"), "RLO": (1, "R")}
REMOVED = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "BN"})  # X9
_NEUTRAL = frozenset({"B", "S", "WS", "ON", "LRI", "RLI", "FSI", "PDI"})
_STRONG = {"L": 0, "R": 1, "AL": 1}
_ACTS_AS = {"L": "L", "R": "R", "EN": "R", "AN": "R"}  # N0, N1
_UNASSIGNED = "L"

# BidiBrackets.txt of Unicode 15.1: each opening bracket is followed by its closing one.
_BRACKETS = (
    "()[]{}༺༻༼༽᚛᚜⁅⁆⁽⁾₍₎⌈⌉⌊⌋\u2329\u232a❨❩❪❫❬❭❮❯❰❱❲❳❴❵⟅⟆⟦⟧⟨⟩⟪⟫⟬⟭⟮⟯⦃⦄⦅⦆⦇⦈⦉⦊⦋⦌⦍⦐⦏⦎⦑⦒⦓⦔⦕⦖⦗⦘⧘⧙⧚⧛"
    "⧼⧽⸢⸣⸤⸥⸦⸧⸨⸩⹕⹖⹗⹘⹙⹚⹛⹜〈〉《》「」『』【】〔〕〖〗〘〙〚〛﹙﹚﹛﹜﹝﹞（）［］｛｝｟｠｢｣"
)
_CANONICAL = {"\u2329": "〈", "\u232a": "〉"}
_CLOSING_OF = {
    opening: _CANONICAL.get(closing, closing)
    for opening, closing in zip(_BRACKETS[::2], _BRACKETS[1::2], strict=True)
}
_CLOSING = frozenset(_BRACKETS[1::2])


# ------------------------------------------------------------------ paragraph direction (P2, P3)
def base_level(text: str, otherwise: int = 0) -> int:
    """0 or 1 by the first strong character outside isolates, ``otherwise`` if there is none."""
    depth = 0
    for character in text:
        cls = bidirectional(character)
        if cls in ISOLATES:
            depth += 1
        elif cls == "PDI":
            depth = max(0, depth - 1)
        elif not depth and cls in _STRONG:
            return _STRONG[cls]
    return otherwise


# ------------------------------------------------------------------ resolved levels (X1 to I2)
@lru_cache(maxsize=1024)
def levels(text: str, base: int) -> tuple[int, ...]:
    """Resolve the level of each character of one paragraph (no line breaks), before L1.

    Characters that X9 removes take the level of the one before them, so that they split no run.
    """
    if base == 0 and text.isascii() and text.isprintable():
        return (0,) * len(text)
    classes = [bidirectional(character) or _UNASSIGNED for character in text]
    matches = _matching_isolates(classes)
    explicit, resolved = _explicit_levels(text, classes, matches, base)
    kept = [i for i, cls in enumerate(classes) if cls not in REMOVED]
    for sequence in _isolating_sequences(kept, classes, explicit, matches, base):
        _resolve(sequence, text, classes, resolved, explicit)
    return _fill_removed(classes, explicit, base)


def _matching_isolates(classes: Sequence[str]) -> dict[int, int]:
    """Map the index of each initiator to the index of its PDI (BD9)."""
    open_at: list[int] = []
    matches: dict[int, int] = {}
    for i, cls in enumerate(classes):
        if cls in ISOLATES:
            open_at.append(i)
        elif cls == "PDI" and open_at:
            matches[open_at.pop()] = i
    return matches


@dataclass(slots=True)
class _Embedding:
    level: int
    override: str | None = None
    isolate: bool = False


@dataclass(slots=True)
class _Stack:
    """The directional status stack of X1, with its three counters."""

    entries: list[_Embedding]
    overflow_isolates: int = 0
    overflow_embeddings: int = 0
    valid_isolates: int = 0

    @property
    def top(self) -> _Embedding:
        return self.entries[-1]

    def push(self, direction: int, override: str | None, isolate: bool) -> None:
        """X2 to X5c: enter an embedding or isolate, or count it when too deep."""
        level = self.top.level + 1
        level += (level % 2) != direction
        if level <= DEPTH_MAX and not self.overflow_isolates and not self.overflow_embeddings:
            self.valid_isolates += isolate
            self.entries.append(_Embedding(level, override, isolate))
        elif isolate:
            self.overflow_isolates += 1
        elif not self.overflow_isolates:
            self.overflow_embeddings += 1

    def pop_isolate(self) -> None:
        """X6a."""
        if self.overflow_isolates:
            self.overflow_isolates -= 1
        elif self.valid_isolates:
            self.overflow_embeddings = 0
            while not self.top.isolate:
                self.entries.pop()
            self.entries.pop()
            self.valid_isolates -= 1

    def pop_embedding(self) -> None:
        """X7."""
        if self.overflow_isolates:
            return
        if self.overflow_embeddings:
            self.overflow_embeddings -= 1
        elif not self.top.isolate and len(self.entries) > 1:
            self.entries.pop()


def _explicit_levels(
    text: str, classes: Sequence[str], matches: dict[int, int], base: int
) -> tuple[list[int], list[str]]:
    """X1 to X8: the level that embeddings and isolates give, and the classes after overrides."""
    stack = _Stack([_Embedding(base)])
    explicit, resolved = [base] * len(text), list(classes)
    for i, cls in enumerate(classes):
        if cls == "PDI":
            stack.pop_isolate()
        explicit[i] = base if cls == "B" else stack.top.level  # X8
        if stack.top.override and cls != "B" and cls not in REMOVED:
            resolved[i] = stack.top.override
        if cls in ISOLATES:
            direction = 1 if cls == "RLI" else 0
            if cls == "FSI":
                direction = base_level(text[i + 1 : matches.get(i, len(text))])
            stack.push(direction, None, isolate=True)
        elif cls in _EMBEDDINGS:
            stack.push(*_EMBEDDINGS[cls], isolate=False)
        elif cls == "PDF":
            stack.pop_embedding()
    return explicit, resolved


@dataclass(slots=True)
class _Sequence:
    """An isolating run sequence (BD13): indices into the text, with the classes at both ends."""

    indices: list[int]
    level: int
    sos: str = ""
    eos: str = ""
    types: list[str] = field(default_factory=list)

    @property
    def direction(self) -> str:
        return _direction(self.level)


def _direction(level: int) -> str:
    return "R" if level % 2 else "L"


def _isolating_sequences(
    kept: Sequence[int],
    classes: Sequence[str],
    explicit: Sequence[int],
    matches: dict[int, int],
    base: int,
) -> list[_Sequence]:
    """X10: join the level runs that only an isolate separates, and find sos and eos."""
    continues: dict[int, _Sequence] = {}
    sequences: list[_Sequence] = []
    place = {index: n for n, index in enumerate(kept)}

    def level_at(n: int) -> int:
        return explicit[kept[n]] if 0 <= n < len(kept) else base

    for run in _level_runs(kept, explicit):
        sequence = continues.pop(run[0], None)
        if sequence is None:
            sequence = _Sequence([], explicit[run[0]])
            sequence.sos = _direction(max(sequence.level, level_at(place[run[0]] - 1)))
            sequences.append(sequence)
        sequence.indices.extend(run)
        last = run[-1]
        if last in matches:
            continues[matches[last]] = sequence
        after = base if classes[last] in ISOLATES else level_at(place[last] + 1)
        sequence.eos = _direction(max(sequence.level, after))
    return sequences


def _level_runs(kept: Sequence[int], explicit: Sequence[int]) -> Iterator[list[int]]:
    run: list[int] = []
    for index in kept:
        if run and explicit[index] != explicit[run[-1]]:
            yield run
            run = []
        run.append(index)
    if run:
        yield run


def _resolve(
    sequence: _Sequence,
    text: str,
    classes: Sequence[str],
    resolved: Sequence[str],
    explicit: list[int],
) -> None:
    """W1 to I2 on one sequence; writes the final levels into ``explicit``."""
    sequence.types = [resolved[i] for i in sequence.indices]
    _weak_marks_and_numbers(sequence)
    _weak_separators(sequence.types)
    _weak_terminators(sequence.types)
    _weak_latin_numbers(sequence)
    _brackets(sequence, text, classes)
    _neutrals(sequence)
    for i, cls in zip(sequence.indices, sequence.types, strict=True):
        explicit[i] += _implicit(cls, sequence.level)


def _weak_marks_and_numbers(sequence: _Sequence) -> None:
    """W1 to W3: marks take the class before them; numbers after Arabic letters are Arabic."""
    types = sequence.types
    before = strong = sequence.sos
    for i, cls in enumerate(types):
        if cls == "NSM":
            types[i] = "ON" if before in ISOLATES or before == "PDI" else before
        before = types[i]
        if before in _STRONG:
            strong = before
        elif before == "EN" and strong == "AL":
            types[i] = "AN"
    for i, cls in enumerate(types):
        if cls == "AL":
            types[i] = "R"


def _weak_separators(types: list[str]) -> None:
    """W4: one separator between two numbers of a kind joins them."""
    for i in range(1, len(types) - 1):
        before, cls, after = types[i - 1 : i + 2]
        joined = {"CS": ("EN", "AN"), "ES": ("EN",)}.get(cls, ())
        if before == after and before in joined:
            types[i] = before


def _weak_terminators(types: list[str]) -> None:
    """W5 and W6: currency and percent signs beside a number belong to it; the rest is neutral."""
    for start, end in _spans(types, frozenset({"ET"})):
        beside_number = "EN" in (types[start - 1 : start] + types[end : end + 1])
        if beside_number:
            types[start:end] = ["EN"] * (end - start)
    for i, cls in enumerate(types):
        if cls in ("ES", "ET", "CS"):
            types[i] = "ON"


def _weak_latin_numbers(sequence: _Sequence) -> None:
    """W7: a number after a Latin letter is part of the Latin text."""
    strong = sequence.sos
    for i, cls in enumerate(sequence.types):
        if cls in ("L", "R"):
            strong = cls
        elif cls == "EN" and strong == "L":
            sequence.types[i] = "L"


def _brackets(sequence: _Sequence, text: str, classes: Sequence[str]) -> None:
    """N0: a pair of brackets takes one direction, by what it encloses and what stands before."""
    types, embedding = sequence.types, sequence.direction
    for opening, closing in _bracket_pairs(sequence, text):
        inside = {_ACTS_AS[cls] for cls in types[opening + 1 : closing] if cls in _ACTS_AS}
        if not inside:
            continue
        direction = embedding
        if embedding not in inside:
            earlier = (_ACTS_AS[cls] for cls in reversed(types[:opening]) if cls in _ACTS_AS)
            direction = next(earlier, sequence.sos)
        for at in (opening, closing):
            _set_with_marks(sequence, classes, at, direction)


def _set_with_marks(sequence: _Sequence, classes: Sequence[str], at: int, direction: str) -> None:
    """Give the bracket its direction, and the marks that were written on it too."""
    sequence.types[at] = direction
    for i in range(at + 1, len(sequence.types)):
        if classes[sequence.indices[i]] != "NSM":
            break
        sequence.types[i] = direction


def _bracket_pairs(sequence: _Sequence, text: str) -> list[tuple[int, int]]:
    """Positions in the sequence of the pairs (BD16), in the order of the opening brackets."""
    open_brackets: list[tuple[str, int]] = []
    pairs: list[tuple[int, int]] = []
    for at, (index, cls) in enumerate(zip(sequence.indices, sequence.types, strict=True)):
        character = text[index]
        if cls != "ON":
            continue
        if character in _CLOSING_OF:
            if len(open_brackets) == BRACKETS_OPEN_MAX:
                return []
            open_brackets.append((_CLOSING_OF[character], at))
        elif character in _CLOSING:
            _close(open_brackets, _CANONICAL.get(character, character), at, pairs)
    return sorted(pairs)


def _close(
    open_brackets: list[tuple[str, int]], closing: str, at: int, pairs: list[tuple[int, int]]
) -> None:
    for depth in range(len(open_brackets) - 1, -1, -1):
        expected, opened_at = open_brackets[depth]
        if expected == closing:
            pairs.append((opened_at, at))
            del open_brackets[depth:]
            return


def _neutrals(sequence: _Sequence) -> None:
    """N1 and N2: neutrals between equal directions take it, others that of the embedding."""
    types = sequence.types
    for start, end in _spans(types, _NEUTRAL):
        before = _ACTS_AS[types[start - 1]] if start else sequence.sos
        after = _ACTS_AS[types[end]] if end < len(types) else sequence.eos
        direction = before if before == after else sequence.direction
        types[start:end] = [direction] * (end - start)


def _spans(types: Sequence[str], wanted: frozenset[str]) -> list[tuple[int, int]]:
    """Half-open spans of neighbours whose class is wanted."""
    spans: list[tuple[int, int]] = []
    for i, cls in enumerate(types):
        if cls not in wanted:
            continue
        if spans and spans[-1][1] == i:
            spans[-1] = (spans[-1][0], i + 1)
        else:
            spans.append((i, i + 1))
    return spans


def _implicit(cls: str, level: int) -> int:
    """I1 and I2: how far a resolved class lies above its embedding level."""
    if level % 2:
        return 0 if cls == "R" else 1
    return {"L": 0, "R": 1}.get(cls, 2)


def _fill_removed(classes: Sequence[str], explicit: list[int], base: int) -> tuple[int, ...]:
    before = base
    for i, cls in enumerate(classes):
        if cls in REMOVED:
            explicit[i] = before
        before = explicit[i]
    return tuple(explicit)
