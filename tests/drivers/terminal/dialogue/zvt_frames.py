"""Frames of a ZVT terminal, put together by hand (PA00P015, chapters 2 and 3)."""

ACK = "800000"
PAY, REVERSE, REFUND, REPEAT, STATUS, CLOSE = "0601", "0630", "0631", "0620", "0501", "0602"
AMOUNT = 125_000
TID = "29001234"


def apdu(control: str, body: str = "") -> str:
    return control + f"{len(body) // 2:02x}" + body


def result(
    code: str = "00",
    amount: int | None = AMOUNT,
    currency: str = "0364",
    tid: str = TID,
    receipt: str = "0042",
    trace: str = "000471",
    more: str = "",
) -> str:
    """04 0F; ``more`` are fields as they stand."""
    body = f"27{code}"
    body += f"04{amount:012d}" if amount is not None else ""
    body += f"49{currency}" if currency else ""
    body += f"29{tid}87{receipt}0b{trace}0c1530000d1126"
    return apdu("040f", body + more)


REGISTER = f"""
> 0600
< {ACK}
< {apdu("060f", f"1900 29{TID} 490364".replace(" ", ""))}
> {ACK}
"""
DONE = f"< 060f00\n> {ACK}"
TAKEN = f"{REGISTER}\n> {PAY}\n< {ACK}"


def payment(*acts: str) -> str:
    """A registration, a payment that is accepted, and what then happens."""
    return "\n".join((TAKEN, *acts))


def told(frame: str) -> str:
    """A frame that the kiosk acknowledges."""
    return f"< {frame}\n> {ACK}"
