"""Where a batch belongs: at the head, before it, after a gap, or on a branch of its own."""

from collections.abc import Mapping

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from server.ingest.batch import Mark
from server.ingest.place import Follows, Forks, Missing, Overlaps, Place, Skips, Tip, place

CHAINS = {0: b"0"}


def marks(text: str, first: int = 0) -> list[Mark]:
    """Write a history in letters: the chain of a row is all letters up to it."""
    return [Mark(seq, text[:seq].encode()) for seq in range(first, len(text) + 1)]


def stored(*branches: tuple[int, str, int]) -> dict[tuple[int, int], bytes]:
    """Give the chains of branches that each have their letters from a place on."""
    return {
        (branch, mark.seq): mark.chain
        for branch, text, first in branches
        for mark in marks(text, first)
    }


def placed(
    text: str,
    after: int,
    tips: list[Tip],
    known: Mapping[tuple[int, int], bytes],
    lost_through: int = 0,
) -> Place:
    first, *rows = marks(text, after)
    return place(first, rows, lost_through, tips, known)


def tip(text: str, branch: int = 0, parent: int | None = None, fork_seq: int = 0) -> Tip:
    return Tip(branch, Mark(len(text), text.encode()), parent, fork_seq)


ONE = [tip("abcdef")], stored((0, "abcdef", 0))
GAP = [tip("abcdefgh")], stored((0, "ab", 0), (0, "abcdefgh", 6))  # 3 to 5 are missing
UNEVEN = [tip("abcdef"), tip("abcXY", 1, 0, 3)], stored((0, "abcdef", 0), (1, "abcXY", 4))
TWO = [tip("abcdef"), tip("abcXYZ", 1, 0, 3)], stored((0, "abcdef", 0), (1, "abcXYZ", 4))


@pytest.mark.parametrize(
    ("text", "after", "lost_through", "there", "expected"),
    [
        ("abcdefgh", 6, 0, ONE, Follows(0)),
        ("abcdef", 3, 0, ONE, Overlaps(0)),  # the same once more
        ("abcdefgh", 3, 0, ONE, Overlaps(0)),  # the same and more
        ("ab", 0, 0, ONE, Overlaps(0)),  # from the very first
        ("abcdefghi", 8, 0, ONE, Missing(6)),
        ("abcdefghi", 8, 7, ONE, Missing(6)),  # row 8 can still be had
        ("abcdefghi", 8, 8, ONE, Skips(0, 7, 8)),
        ("abcX", 3, 0, ONE, Forks(1, 0, 3)),  # another row after the third
        ("abcdX", 2, 0, ONE, Forks(1, 0, 4)),  # one row in common, then another
        ("X", 0, 0, ONE, Forks(1, 0, 0)),  # another from the first
        ("aXYZ", 3, 0, ONE, Forks(1, None, 3)),  # its beginning is another's, and not here
        ("abcdeX", 5, 0, ONE, Forks(1, 0, 5)),
        ("aXcdefgh", 6, 0, ONE, Forks(1, None, 6)),  # at the head, by another way
        ("abcdefgh", 6, 0, TWO, Follows(0)),
        ("abcXYZ!", 6, 0, TWO, Follows(1)),
        ("abcXYZ", 4, 0, TWO, Overlaps(1)),
        ("abcXYZ!", 1, 0, TWO, Overlaps(1)),  # through its parent's rows
        ("abcdef", 1, 0, TWO, Overlaps(0)),
        ("abcX?", 2, 0, TWO, Forks(2, 1, 4)),  # a branch of the branch
        ("abc?", 2, 0, TWO, Forks(2, 0, 3)),
        ("abcdefgh", 2, 2, GAP, Overlaps(0)),  # what was lost is found
        ("aQc", 2, 0, TWO, Forks(2, None, 2)),  # against what a branch has of its parent
        ("abcdefgh", 7, 0, UNEVEN, Missing(6)),  # the nearest head is asked for first
        ("abcde", 3, 0, GAP, Overlaps(0)),  # wholly within the gap
        ("aXcdeZ", 3, 0, GAP, Forks(1, None, 3)),  # a gap agrees with nobody
        ("abcdefgX", 3, 0, GAP, Forks(1, 0, 7)),
    ],
)
def test_a_batch_belongs_where_its_chain_says(
    text: str,
    after: int,
    lost_through: int,
    there: tuple[list[Tip], Mapping[tuple[int, int], bytes]],
    expected: Place,
) -> None:
    assert placed(text, after, *there, lost_through) == expected


class Boxes(RuleBasedStateMachine):
    """Boxes that write, are copied, and lose answers; a server that places what they send."""

    @initialize()
    def begin(self) -> None:
        self.boxes = [""]  # what each has written; one letter a row, unlike all others'
        self.acked = [0]
        self.letters = iter(map(chr, range(0x4E00, 0x9FFF)))
        self.tips = {0: Tip(0, Mark(0, b""))}
        self.known: dict[tuple[int, int], bytes] = {(0, 0): b""}
        self.back_up_server()

    @rule(which=st.integers(0, 5), count=st.integers(1, 4))
    def write(self, which: int, count: int) -> None:
        which %= len(self.boxes)
        self.boxes[which] += "".join(next(self.letters) for _ in range(count))

    @rule(which=st.integers(0, 5))
    def copy_disk(self, which: int) -> None:
        if len(self.boxes) < 5:
            which %= len(self.boxes)
            self.boxes.append(self.boxes[which])
            self.acked.append(self.acked[which])

    @rule(which=st.integers(0, 5), size=st.integers(1, 4), heard=st.booleans())
    def send(self, which: int, size: int, heard: bool) -> None:
        which %= len(self.boxes)
        after = self.acked[which]
        for _ in range(len(self.boxes[which]) + 2):  # as often as a gap sends it back
            text = self.boxes[which][: after + size]
            if after == len(text):
                return
            found = self.take(text, after)
            if not isinstance(found, Missing):
                break
            assert found.acked_through < after
            after = found.acked_through
        else:
            raise AssertionError("never taken")
        if heard:
            self.acked[which] = len(text)

    @rule()
    def back_up_server(self) -> None:
        self.backup = dict(self.tips), dict(self.known)

    @rule()
    def restore_server(self) -> None:
        """Let the server be as it was when it was backed up."""
        self.tips, self.known = dict(self.backup[0]), dict(self.backup[1])

    def take(self, text: str, after: int) -> Place:
        first, *rows = marks(text, after)
        window = {key: c for key, c in self.known.items() if after <= key[1] <= len(text)}
        found = place(first, rows, 0, [*self.tips.values()], window)
        match found:
            case Forks(branch, parent, fork_seq):
                self.tips[branch] = Tip(branch, rows[-1], parent, fork_seq)
                self.store(branch, [row for row in rows if row.seq > fork_seq])
            case Follows(branch) | Overlaps(branch):
                tip = self.tips[branch]
                new = [row for row in rows if row.chain not in self.known.values()]
                self.store(branch, new)
                if rows[-1].seq > tip.mark.seq:
                    self.tips[branch] = Tip(branch, rows[-1], tip.parent, tip.fork_seq)
            case Skips():
                raise AssertionError(found)
        return found

    def store(self, branch: int, rows: list[Mark]) -> None:
        for row in rows:
            assert (branch, row.seq) not in self.known, "two rows at one place of a branch"
            self.known[branch, row.seq] = row.chain

    @invariant()
    def every_branch_is_one_history(self) -> None:
        for tip in getattr(self, "tips", {}).values():
            text = tip.mark.chain.decode()
            at, seq = tip, tip.mark.seq
            while seq > 0:
                while at.parent is not None and seq <= at.fork_seq:
                    at = self.tips[at.parent]
                if at.parent is None and at.branch and seq <= at.fork_seq:
                    break  # its beginning is not here
                assert self.known[at.branch, seq] == text[:seq].encode()
                seq -= 1


TestBoxes = Boxes.TestCase
TestBoxes.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
