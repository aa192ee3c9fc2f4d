"""What can go wrong at a payment, as data: a name, where it happens, and what is done there.

What a payment does not come to (a reversal in front of a fault of a receipt's lines, say) leaves
the fault undone; the ledger tells what was charged all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum, auto


class Point(StrEnum):
    """How far a payment has come, in this order."""

    BEFORE = "before"  # the payment before it is over
    COMMAND = "command"  # the command has been read, and nothing said to it
    ACCEPTED = "accepted"
    CARD = "card"  # the shopper is at it
    BANK = "bank"  # about to be charged
    CHARGED = "charged"  # and nobody told yet
    RESULT = "result"  # told, and not acknowledged
    ACKED = "acked"
    DONE = "done"  # the completion is told
    ASKED = "asked"  # when it is asked for its last transaction the next time


class Act(Enum):
    """What is done."""

    # to the link
    REFUSE = auto()  # no connection is taken for a while
    RESET = auto()  # the connection is broken with RST
    FINISH = auto()  # it is closed with FIN
    MUTE = auto()  # it stays open, and nothing is said or heard any more
    HALF = auto()  # half of the result, then FIN
    DRIP = auto()  # one byte at a time
    MERGE = auto()  # two messages in one segment
    # to what is said
    LATE = auto()  # the result comes when nobody waits any more
    TWICE = auto()  # the result comes twice
    AFTER_DONE = auto()  # the result comes again behind the completion
    NO_RESULT = auto()  # the completion comes alone
    ABORT = auto()  # an abort behind the good result
    AMOUNT = auto()  # another amount is charged and told
    CURRENCY = auto()
    TERMINAL = auto()  # the result names another terminal
    FIELD = auto()  # a field that nobody knows, and whose length nobody can tell
    CARD_DATA = auto()  # the card number wherever a careless maker might put it
    REFUSED = auto()  # the command is not taken
    WAIT = auto()  # "please wait" before it is taken
    ABORT_LATE = auto()  # an abort is taken well after all is charged
    UNSURE = auto()  # the bank does not answer; it may have charged
    UNSEEN = auto()  # undone as if it had never been
    # to the terminal
    COUNTER_RESET = auto()
    COUNTER_WRAP = auto()
    REBOOT = auto()
    REBOOT_FORGET = auto()
    # to blocks of a serial line, and to what takes their place in PcPos
    NAK = auto()  # a sound block is called broken, once
    LOSE_ACK = auto()  # a block is taken and not acknowledged
    BAD_CHECK = auto()  # the result is broken on the way, once
    SPLIT = auto()  # bytes that belong together come apart


ZVT, POSPC, PCPOS = "zvt", "behpardakht", "sadad"
TCP, SERIAL = "tcp", "serial"


@dataclass(frozen=True, slots=True)
class Fault:
    """A row of the table; ``protocols`` and ``wires`` are those that can have it."""

    name: str
    act: Act
    at: Point
    what: str
    protocols: tuple[str, ...] = (ZVT, POSPC, PCPOS)
    wires: tuple[str, ...] = (TCP, SERIAL)


_A, _P = Act, Point
_ACKED = (ZVT, PCPOS)  # these know an acknowledgement of the result
_ALL = (
    Fault("refused", _A.REFUSE, _P.BEFORE, "no connection is taken for a while", wires=(TCP,)),
    Fault("rst-at-command", _A.RESET, _P.COMMAND, "RST before a word is said", wires=(TCP,)),
    Fault("rst-at-card", _A.RESET, _P.CARD, "RST while the shopper is at it", wires=(TCP,)),
    Fault("rst-when-charged", _A.RESET, _P.CHARGED, "RST before the result", wires=(TCP,)),
    Fault("rst-at-result", _A.RESET, _P.RESULT, "RST behind the result", wires=(TCP,)),
    Fault("rst-when-acked", _A.RESET, _P.ACKED, "RST before the completion", (ZVT,), (TCP,)),
    Fault("fin-when-charged", _A.FINISH, _P.CHARGED, "FIN before the result", wires=(TCP,)),
    Fault("fin-in-frame", _A.HALF, _P.RESULT, "half the result, then FIN"),
    Fault("silent-past-t3", _A.MUTE, _P.COMMAND, "the command is carried out, without a word"),
    Fault("silent-past-t4", _A.MUTE, _P.CARD, "carried out, and silent from the card on"),
    Fault("silent-when-charged", _A.MUTE, _P.CHARGED, "charged, and silent from then on"),
    Fault("silent-at-completion", _A.MUTE, _P.ACKED, "the completion never comes", (ZVT,)),
    Fault("byte-by-byte", _A.DRIP, _P.COMMAND, "each byte in a segment of its own"),
    Fault("two-in-one", _A.MERGE, _P.COMMAND, "two messages in one segment"),
    Fault("result-twice", _A.TWICE, _P.RESULT, "the same result again"),
    Fault("result-late", _A.LATE, _P.RESULT, "the result when T4 is over"),
    Fault("result-behind", _A.AFTER_DONE, _P.DONE, "the result again behind the end", (ZVT,)),
    Fault("completion-alone", _A.NO_RESULT, _P.RESULT, "charged, and only 06 0F is said", (ZVT,)),
    Fault("approved-then-abort", _A.ABORT, _P.ACKED, "a good result, then 06 1E", (ZVT,)),
    Fault("other-amount", _A.AMOUNT, _P.BANK, "another amount is charged"),
    Fault("other-currency", _A.CURRENCY, _P.BANK, "in another currency", (ZVT,)),
    Fault("other-terminal", _A.TERMINAL, _P.RESULT, "the result is another terminal's"),
    Fault("unknown-field", _A.FIELD, _P.RESULT, "a BMP that is in no table", (ZVT,)),
    Fault("card-data", _A.CARD_DATA, _P.RESULT, "card number and track in every text"),
    Fault("not-taken", _A.REFUSED, _P.COMMAND, "84 CC, or what the protocol has for it"),
    Fault("please-wait", _A.WAIT, _P.COMMAND, "84 9C to the command; nothing is charged", (ZVT,)),
    Fault("abort-crosses", _A.ABORT_LATE, _P.CHARGED, "an abort is taken, and all is charged"),
    Fault("bank-silent", _A.UNSURE, _P.BANK, "FF: the bank gave no answer, and charged", (POSPC,)),
    Fault("undone-unseen", _A.UNSEEN, _P.RESULT, "undone, and nobody is told of either", (ZVT,)),
    Fault("counter-reset", _A.COUNTER_RESET, _P.BANK, "receipts begin at 1 again", (ZVT,)),
    Fault("counter-wrap", _A.COUNTER_WRAP, _P.BEFORE, "the next receipts pass 9999", (ZVT,)),
    Fault("reboot-at-card", _A.REBOOT, _P.CARD, "restarts before it has charged"),
    Fault("reboot-when-charged", _A.REBOOT, _P.CHARGED, "restarts when it has charged"),
    Fault("reboot-forgets", _A.REBOOT_FORGET, _P.CHARGED, "restarts, charged, without memory"),
    Fault("ask-mute", _A.MUTE, _P.ASKED, "the first question for the last is not answered",
          (ZVT, POSPC)),
    Fault("ask-rst", _A.RESET, _P.ASKED, "the first question for the last ends the link",
          (ZVT, POSPC), (TCP,)),
    Fault("nak", _A.NAK, _P.COMMAND, "a sound block is called broken", _ACKED, (SERIAL,)),
    Fault("lost-ack", _A.LOSE_ACK, _P.COMMAND, "the ACK of the command is lost", _ACKED, (SERIAL,)),
    Fault("bad-crc", _A.BAD_CHECK, _P.RESULT, "the result comes broken, then sound", _ACKED,
          (SERIAL,)),
    Fault("split-dle", _A.SPLIT, _P.COMMAND, "a doubled DLE comes apart", (ZVT,), (SERIAL,)),
)  # fmt: skip
FAULTS: Mapping[str, Fault] = {fault.name: fault for fault in _ALL}


def possible(protocol: str, wire: str) -> list[Fault]:
    """Give the faults that this protocol can have on this wire."""
    return [fault for fault in _ALL if protocol in fault.protocols and wire in fault.wires]
