"""What the terminal remembers of itself: counters, its last transaction, and those of the day.

It is worked out from the ledger, so it outlives the process; a terminal that was told to forget
knows only what came after that.
"""

from __future__ import annotations

from kiosk.hardware.terminal.simulated.ledger import Kind, Ledger, Row

RECEIPT_LAST, TRACE_LAST = 9_999, 999_999
CHARGE, REVERSAL, REFUND = "charge", "reversal", "refund"  # what may be asked


class Memory:
    """Belongs to whoever occupies the terminal: one command at a time."""

    def __init__(self, ledger: Ledger, terminal_id: str, currency: int) -> None:
        self.ledger, self.terminal_id, self.currency = ledger, terminal_id, currency
        self._seen = 0
        self._at_the_bank: dict[str, Row] = {}
        self._undone: set[int] = set()
        self._blank()
        self._catch_up()
        ledger.add(Kind.STARTED, terminal_id=terminal_id)

    def _blank(self) -> None:
        self._receipt = self._trace = 0
        self._told: list[Row] = []  # what it tells of, the latest last
        self._today: dict[int, Row] = {}  # charges by receipt

    def _catch_up(self) -> None:
        for row in self.ledger.since(self._seen):
            self._seen = row.number
            self._learn(row)

    def _learn(self, row: Row) -> None:
        self._receipt = row.receipt or self._receipt
        self._trace = row.trace or self._trace
        match row.kind:
            case Kind.FORGOT:
                self._blank()
            case Kind.COUNTER:
                self._receipt = row.amount
            case Kind.SETTLED:
                self._today.clear()
            case Kind.CHARGED:
                self._today[row.receipt] = row
            case Kind.REVERSED:
                self._undone.add(row.undoes)
                if not row.receipt:
                    self._told = [each for each in self._told[-9:] if each.number != row.undoes]
        if row.receipt:
            self._told.append(row)
        if row.reference and row.kind in (Kind.CHARGED, Kind.DECLINED):
            self._at_the_bank[row.reference] = row

    # ---- writing

    def asked(self, what: str, amount: int, currency: int, reference: str = "") -> Row:
        """Note that a financial command has come."""
        return self._add(
            Kind.ASKED, amount=amount, currency=currency, reference=reference, why=what
        )

    def charge(self, command: Row, amount: int, currency: int) -> Row:
        """Move the money."""
        return self._numbered(Kind.CHARGED, command, amount=amount, currency=currency)

    def refund(self, command: Row, amount: int, currency: int) -> Row:
        """Give money back."""
        return self._numbered(Kind.REFUNDED, command, amount=amount, currency=currency)

    def reverse(self, charged: Row, why: str, command: Row | None = None) -> Row:
        """Undo a charge, with a receipt of its own."""
        what = {"amount": charged.amount, "currency": charged.currency, "undoes": charged.number}
        return self._numbered(Kind.REVERSED, command or charged, **what, why=why)

    def undo_silently(self, charged: Row, why: str) -> Row:
        """Undo a charge as if it had never been: nobody who asks is told of either."""
        return self._add(
            Kind.REVERSED,
            command=charged.command,
            amount=charged.amount,
            currency=charged.currency,
            reference=charged.reference,
            undoes=charged.number,
            why=why,
        )

    def decline(self, command: Row, why: str, *, numbered: bool = False) -> Row:
        """Note that nothing was charged; ``numbered``: with a receipt, so that it is told of."""
        what = {"amount": command.amount, "currency": command.currency}
        if numbered:
            return self._numbered(Kind.DECLINED, command, **what, why=why)
        reference = command.reference
        return self._add(
            Kind.DECLINED, command=command.number, reference=reference, **what, why=why
        )

    def settle(self, amount: int) -> Row:
        """End the day."""
        return self._add(Kind.SETTLED, amount=amount, currency=self.currency)

    def forget(self) -> None:
        """Lose all that was in memory; the bank keeps what it has."""
        self._add(Kind.FORGOT)

    def set_counter(self, receipt: int) -> None:
        """Set the number of the last receipt."""
        self._add(Kind.COUNTER, amount=receipt)

    def _numbered(self, kind: Kind, command: Row, **values: int | str) -> Row:
        return self._add(
            kind,
            command=command.command or command.number,
            receipt=self._receipt % RECEIPT_LAST + 1,
            trace=self._trace % TRACE_LAST + 1,
            reference=command.reference,
            terminal_id=self.terminal_id,
            **values,
        )

    def _add(self, kind: Kind, **values: int | str) -> Row:
        row = self.ledger.add(kind, **values)
        self._catch_up()
        return row

    # ---- remembering

    @property
    def last(self) -> Row | None:
        """The last transaction that it tells of."""
        return self._told[-1] if self._told else None

    def charged_as(self, receipt: int) -> Row | None:
        """Find today's charge with this receipt number, the latest of them."""
        return self._today.get(receipt)

    def trace_of(self, number: int) -> int:
        """Give the trace of the row with this number; 0 where there is none."""
        rows = self.ledger.since(number - 1) if number else ()
        return rows[0].trace if rows else 0

    def is_undone(self, charged: Row) -> bool:
        """Tell whether it was reversed."""
        return charged.number in self._undone

    def remembered(self, reference: str) -> Row | None:
        """Find what it remembers itself of the command with this reference."""
        found = [row for row in self._told if row.reference == reference]
        return found[-1] if found else None

    def at_the_bank(self, reference: str) -> Row | None:
        """Find what became of the command with this reference: its charge, or its decline.

        The bank forgets nothing, whatever the terminal does.
        """
        return self._at_the_bank.get(reference)
