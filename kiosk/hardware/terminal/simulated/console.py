"""A person's hand on the simulated terminal: a word a line, from a keyboard or a panel.

>>> sorted(WORDS)[:4]
['approve', 'cancel', 'decline', 'fault']
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from kiosk.hardware.terminal.simulated.faults import FAULTS
from kiosk.hardware.terminal.simulated.plans import WHYS, Decision, Person
from kiosk.hardware.terminal.simulated.station import Station

HELP = """approve             the card is good
decline funds|pin|expired|refused
cancel              the shopper presses the red key
pull, plug          the cable, out and in
paper out, paper in of its own printer; without it no payment is taken
reboot, forget      restart; restart without memory
fault NAME          what is to go wrong at the next payment; without a name: which there are
help"""


class Console:
    """Carries out words; ``say`` is told what came of them."""

    def __init__(self, station: Station, person: Person, say: Callable[[str], None]) -> None:
        self._station, self._person, self._say = station, person, say

    def run(self, lines: Iterable[str]) -> None:
        """Carry out line after line, up to the end."""
        for line in lines:
            if words := line.split():
                self._say(self.do(words[0], " ".join(words[1:])))

    def do(self, word: str, more: str = "") -> str:
        """Carry out a word, and tell what came of it."""
        work = WORDS.get(word)
        return work(self, more) if work else f"no such word: {word}; try help"

    def _approve(self, _more: str) -> str:
        return self._decide(Decision.APPROVE, "")

    def _decline(self, why: str) -> str:
        if why and why not in WHYS:
            return f"expected one of {', '.join(WHYS)}"
        return self._decide(Decision.DECLINE, why or "refused")

    def _cancel(self, _more: str) -> str:
        return self._decide(Decision.CANCEL, "")

    def _decide(self, decision: Decision, why: str) -> str:
        if self._person.decide(decision, why):
            return f"{decision} {why}".strip()
        return "no payment waits"

    def _pull(self, _more: str) -> str:
        self._station.pull()
        return "the cable is out"

    def _plug(self, _more: str) -> str:
        self._station.plug()
        return "the cable is in"

    def _paper(self, more: str) -> str:
        self._station.paper = more != "out"
        return "there is paper" if self._station.paper else "the paper is out"

    def _reboot(self, _more: str) -> str:
        self._station.reboot()
        return "it restarts"

    def _forget(self, _more: str) -> str:
        self._station.reboot(forget=True)
        return "it restarts, and has forgotten"

    def _fault(self, name: str) -> str:
        if name not in FAULTS:
            return "\n".join(f"{fault.name}: {fault.what}" for fault in FAULTS.values())
        self._person.next_fault(FAULTS[name])
        return f"the next payment: {FAULTS[name].what}"

    def _help(self, _more: str) -> str:
        return HELP


WORDS: Mapping[str, Callable[[Console, str], str]] = {
    "approve": Console._approve,
    "decline": Console._decline,
    "cancel": Console._cancel,
    "pull": Console._pull,
    "plug": Console._plug,
    "paper": Console._paper,
    "reboot": Console._reboot,
    "forget": Console._forget,
    "fault": Console._fault,
    "help": Console._help,
}
