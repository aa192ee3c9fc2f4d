"""The codes K-… with what each means and what is to be done, for those who work in the shop.

``docs/operations.md`` has the same table, word for word; the tests compare them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.frame import Tone


@dataclass(frozen=True, slots=True)
class Fault:
    """What a code means and what to do about it, as English texts for ``Words.say``."""

    meaning: str
    remedy: str
    tone: Tone = Tone.LOW


FAULTS: Mapping[str, Fault] = {
    "K-101": Fault(
        "The kiosk has no catalogue and cannot serve",
        "Check the network cable; kiosk doctor says whether the server answers and accepts this "
        "kiosk's key. It serves by itself as soon as a catalogue has come.",
        Tone.BAD,
    ),
    "K-102": Fault(
        "Head office has taken this kiosk out of service",
        "Nothing at the kiosk: head office puts it back into service from its fleet page.",
        Tone.BAD,
    ),
    "K-110": Fault(
        "No scanner and no camera answers",
        "Plug both in again. kiosk doctor names each with what it found. Searching by name works "
        "meanwhile.",
        Tone.BAD,
    ),
    "K-111": Fault(
        "The camera does not answer",
        "Plug it in again; wipe the lens. The scanner works meanwhile.",
    ),
    "K-112": Fault(
        "The scanner does not answer",
        "Plug it in again. The camera works meanwhile.",
    ),
    "K-120": Fault(
        "No line to the server",
        "Nothing at the kiosk: it serves with the prices it has and sends what happened when the "
        "line is back. Check the network if it lasts.",
    ),
    "K-121": Fault(
        "The prices are more than 36 hours old, although the line is there",
        "Tell head office: nothing has been published, or K-122 says why it was refused.",
    ),
    "K-122": Fault(
        "A catalogue that came was refused; the one in use stays",
        "Tell head office the reason: it stands on the staff's view and in the log, and head "
        "office has it as an event.",
    ),
    "K-123": Fault(
        "A rule for prices or offers cannot be read; the last good rules stay in use",
        "Tell head office the rule and the reason beside it; it has them as an event too. Selling "
        "goes on.",
    ),
    "K-124": Fault(
        "The form of a survey cannot be read; the survey is not offered",
        "Tell head office the survey and the reason beside it. All other surveys are asked, and "
        "selling goes on.",
    ),
    "K-130": Fault(
        "The server does not take this kiosk's key",
        "Tell head office the code beside it. Nothing that waits is lost. If the key is not "
        "approved there, enrol the kiosk anew.",
        Tone.BAD,
    ),
    "K-301": Fault(
        "It is not known yet whether a shopper has paid",
        "Stay with the shopper; nobody pays again. Look at the terminal's last receipt. The kiosk "
        "asks the terminal by itself; if it does not answer, check its cable and power.",
        Tone.BAD,
    ),
    "K-302": Fault(
        "Only a person can tell whether a shopper has paid",
        'Look up amount and time in the terminal\'s own journal, then touch "Our staff are here" '
        'and decide behind the PIN; or later, with "Payments" on the staff\'s view.',
        Tone.BAD,
    ),
    "K-303": Fault(
        "A payment could not be begun",
        "Nothing was charged. Check the terminal's cable and power, the printer's paper and the "
        "disk; kiosk doctor says which. The basket can be paid at the till.",
    ),
    "K-304": Fault(
        "A journal of payments was damaged: nobody can pay by card here",
        "Open \"Payments\" on the staff's view and compare the terminal's own journal with the "
        "list there; give back at the terminal what is no sale here. Then open paying again there.",
        Tone.BAD,
    ),
    "K-310": Fault(
        "The receipt printer does not print",
        "Put paper in, close its cover, or check its cable: the reason stands beside it. Shoppers "
        "are offered a receipt on the screen meanwhile.",
    ),
    "K-311": Fault(
        "The receipt printer's paper is low",
        "Have a new roll ready; it prints on until the paper ends.",
        Tone.PLAIN,
    ),
    "K-312": Fault(
        "Nobody knows whether a receipt came out",
        'Look at the printer, then open "Payments" on the staff\'s view and say whether it came '
        "out; a copy can be printed there.",
    ),
    "K-201": Fault(
        "What happens here cannot be written down",
        "The disk is full, read-only or broken, or no database could be opened. kiosk doctor "
        "tells the free space. Prices are still shown; nothing written before is lost.",
        Tone.BAD,
    ),
    "K-202": Fault(
        "The disk is nearly full; where paying is closed, nothing is sold, because it might not "
        "be written down",
        "Make room: kiosk doctor tells how much is free. 256 MiB are wanted; below 64 MiB paying "
        "closes by itself and opens again with room. Nothing that was written is lost.",
    ),
}
