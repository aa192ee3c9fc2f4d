"""The card that is put into the simulated terminal: a canary, to be looked for everywhere.

Its number is sent, in clear, in every field that may hold one, as careless terminals do; so a
kiosk's files, logs and output can be searched for it. No such card exists: the BIN is of a range
for tests, the check digit is right.
"""

from __future__ import annotations

from typing import Final

PAN: Final = "5413330089604111"
EXPIRY: Final = "3012"
TRACK2: Final = f"{PAN}D{EXPIRY}2010123456789"  # as packed digits, D the separator
NAME: Final = "CANARY/YELLOW"
CARD: Final = "Mastercard"

TRACES: Final = (  # what may not be found anywhere, as text or as packed digits
    PAN.encode("ascii"),
    " ".join(PAN[at : at + 4] for at in range(0, 16, 4)).encode("ascii"),
    bytes.fromhex(PAN),
    PAN[6:12].encode("ascii") + PAN[12:].encode("ascii"),
    NAME.encode("ascii"),
)
