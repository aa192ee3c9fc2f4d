"""What becomes of facts about the box itself: devices, line, disk, catalogues, head office.

The core's side of them: it keeps ``Health``, tells head office what is news, and says whether
shoppers can be served. What is on the screen meanwhile is the core's affair.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from kiosk.clock import Clock
from kiosk.lobby import view as lobby
from kiosk.messages import (
    CatalogueBuilt,
    CatalogueRefused,
    DeviceLost,
    DeviceReady,
    DiskChanged,
    LineDown,
    LineUp,
    ServiceClosed,
    ServiceOpened,
)
from kiosk.notes import Notes
from kiosk.ports import Catalogues
from kiosk.receipt_messages import (
    STOPPED,
    NotPrinted,
    PrinterChanged,
    PrinterState,
    PrintInDoubt,
    ReceiptFact,
    ReceiptNotPrinted,
    ReceiptPrinted,
    can_print,
    said_of,
)
from kiosk.situation import Devices, Health
from kiosk.staff import state as staffed

PRINTER = "printer"  # the device's name in events
BoxFact = DeviceReady | DeviceLost | LineUp | LineDown | DiskChanged | ServiceClosed | ServiceOpened


class BoxDesk:
    """Belongs to the core's thread."""

    def __init__(self, catalogues: Catalogues, notes: Notes, clock: Clock) -> None:
        self._catalogues, self._notes, self._clock = catalogues, notes, clock
        self._health = Health()

    @property
    def health(self) -> Health:
        """How the box is now."""
        return replace(self._health, memory_full=self._notes.memory_full)

    @property
    def closed(self) -> lobby.OutOfService | None:
        """Why nobody is served now, if nobody is."""
        if self._health.closed is not None:
            return lobby.OutOfService(lobby.Fault.BY_OFFICE, self._health.closed.words)
        if self._catalogues.current is None:
            return lobby.OutOfService(lobby.Fault.NO_CATALOGUE)
        return None

    @property
    def made_at(self) -> datetime | None:
        """When head office made the prices in use, aware UTC; none where there are none."""
        catalogue = self._catalogues.current
        return catalogue.made_at if catalogue else None

    def readers_lost(self, devices: Devices) -> bool:
        """Tell whether none of the devices that read codes answers."""
        return bool(devices.all) and devices.all <= self._health.lost

    def camera_ready(self, devices: Devices) -> bool:
        """Tell whether a code can be held up to a camera now."""
        return bool(devices.cameras & self._health.ready)

    def heard(self, fact: BoxFact) -> None:
        """Keep what a fact says."""
        match fact:
            case LineUp() | LineDown():
                reason = fact.reason if isinstance(fact, LineDown) else ""
                line = staffed.Line(isinstance(fact, LineUp), self._clock.now(), reason)
                self._health = self._health.line_turned(line)
            case DeviceReady(device):
                self._notes.device(fact, was_lost=device in self._health.lost)
                self._health = self._health.device_ready(device)
            case DeviceLost(device, reason):
                self._notes.device(fact, was_lost=device in self._health.lost)
                self._health = self._health.device_lost(device, reason)
            case DiskChanged(room):
                self._health = replace(self._health, room=room)
            case ServiceClosed():
                self._health = replace(self._health, closed=fact)
            case ServiceOpened():
                self._health = replace(self._health, closed=None)

    def heard_paper(self, fact: ReceiptFact) -> None:
        """Keep how the printer is and which receipts may have come out; tell what is news."""
        health = self._health
        match fact:
            case PrinterChanged(state):
                self._printer_turned(state)
            case ReceiptPrinted(_, sale_id, copy):
                self._health = replace(health, prints_unsure=health.prints_unsure - {sale_id})
                self._notes.note("receipt_printed", {"sale": str(sale_id), "copy": copy})
            case PrintInDoubt(_, sale_id):
                if sale_id not in health.prints_unsure:
                    self._notes.note("receipt_failed", {"sale": str(sale_id), "why": "unsure"})
                self._health = replace(health, prints_unsure=health.prints_unsure | {sale_id})
            case ReceiptNotPrinted(sale_id, why) if why is not NotPrinted.UNSURE:
                self._health = replace(health, prints_unsure=health.prints_unsure - {sale_id})
                self._notes.note("receipt_failed", {"sale": str(sale_id), "why": why.value})
            case _:
                return  # the signed reference, and what is known to be unsure

    def _printer_turned(self, state: PrinterState) -> None:
        before, stopped = self._health.printer, isinstance(self._health.printer, STOPPED)
        if isinstance(state, STOPPED) and type(before) is not type(state):
            self._notes.device(DeviceLost(PRINTER, said_of(state)), was_lost=stopped)
        elif stopped and can_print(state):
            self._notes.device(DeviceReady(PRINTER), was_lost=True)
        self._health = replace(self._health, printer=state)

    def took(self, fact: CatalogueBuilt | CatalogueRefused) -> bool:
        """Use a catalogue that was built, if it is sound; tells whether another is in use now."""
        name, reason = "not_built", ""
        if isinstance(fact, CatalogueBuilt):
            reason = self._catalogues.take(fact)
        else:
            name, reason = fact.name, fact.reason
        refused = staffed.Refused(self._clock.now(), reason, name, fact.sequence)
        self._health = self._health.catalogue_looked_at(refused if reason else None)
        self._notes.catalogue(fact, reason)
        return isinstance(fact, CatalogueBuilt) and not reason

    def heed_surveys(self, unread: tuple[str, ...]) -> None:
        """Keep which surveys cannot be read, for staff."""
        self._health = replace(self._health, surveys_unread=unread)

    def changed(self, sequence: int) -> None:
        """Note that the catalogue in use is that of another number."""
        self._health = self._health.catalogue_looked_at(None)
        self._notes.note("catalogue_taken", {"sequence": sequence})

    def heed_rules(self) -> None:
        """Tell of rules that cannot be read, once until others come."""
        catalogue = self._catalogues.current
        fault = catalogue.rules_fault if catalogue else None
        if fault != self._health.rules_fault:
            self._health = replace(self._health, rules_fault=fault)
            if fault is not None:
                self._notes.rules_refused(fault)
