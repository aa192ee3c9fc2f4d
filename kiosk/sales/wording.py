"""Words for where the money and the paper of a sale are, as English texts for ``Words.say``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.frame import Tone
from kiosk.payment_messages import Refusal
from kiosk.sales.state import Paper, Printing, Standing


@dataclass(frozen=True, slots=True)
class Said:
    """A text, with its icon and how it feels."""

    icon: str
    text: str
    tone: Tone


STANDINGS: Mapping[Standing, Said] = {
    Standing.PAID: Said("check-circle-outline", "Paid", Tone.GOOD),
    Standing.PART_RETURNED: Said("cash-refund", "A part was given back", Tone.PLAIN),
    Standing.RETURNED: Said("cash-refund", "Given back", Tone.PLAIN),
    Standing.NOT_PAID: Said("credit-card-off-outline", "Not paid", Tone.PLAIN),
    Standing.OPEN: Said("progress-question", "Not known yet: the terminal is asked", Tone.LOW),
    Standing.ATTENDANT: Said("account-voice", "Waits for you: was it charged?", Tone.BAD),
}
RETURNING = Said("account-voice", "Waits for you: was it given back?", Tone.BAD)
PAPERS: Mapping[Paper, str] = {
    Paper.NONE: "not printed",
    Paper.WAITS: "being printed",
    Paper.PRINTED: "printed",
    Paper.FAILED: "could not be printed",
    Paper.UNSURE: "nobody knows whether it came out",
}
PRINTINGS: Mapping[Printing, Said] = {
    Printing.ASKED: Said("printer-pos", "The copy is being printed.", Tone.PLAIN),
    Printing.PRINTED: Said("printer-pos", "The copy is printed.", Tone.GOOD),
    Printing.FAILED: Said(
        "printer-off-outline", "Nothing was printed: see to the printer, then try again.", Tone.BAD
    ),
    Printing.UNSURE: Said(
        "printer-off-outline",
        "It may have come out: look at the printer and say so here.",
        Tone.LOW,
    ),
    Printing.NOTED: Said("check-circle-outline", "It is written down.", Tone.GOOD),
}
REFUSALS: Mapping[Refusal, str] = {
    Refusal.BUSY: "Something else is being settled; nothing was sent. Try again in a minute.",
    Refusal.TERMINAL: "The card terminal does not answer; nothing was sent.",
    Refusal.TERMINAL_BUSY: "The card terminal would not begin; nothing was sent.",
    Refusal.NO_ROOM: "It could not be written down, so nothing was sent.",
    Refusal.NO_RECEIPT: "It could not be begun; nothing was sent.",
    Refusal.UNREAD: "It could not be begun; nothing was sent.",
    Refusal.WAITS_FOR_STAFF: "It could not be begun; nothing was sent.",
    Refusal.PAID: "It was given back already, or may have been; nothing was sent.",
    Refusal.WRONG: "This cannot be done with this sale; nothing was sent.",
}
