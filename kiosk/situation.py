"""All that the kiosk knows at one moment beside its catalogue, as frozen values.

A ``Visit`` belongs to the shopper and is forgotten with it; ``Health`` belongs to the box.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from kiosk.basket.state import Open
from kiosk.basket.state import State as BasketState
from kiosk.checkout.state import State as CheckoutState
from kiosk.lobby import view as lobby
from kiosk.messages import Aid, DiskRoom, Language, ServiceClosed
from kiosk.pricecheck import state as pricecheck
from kiosk.receipt_messages import PrinterState
from kiosk.rules_fault import RulesFault
from kiosk.sales.state import State as SalesState
from kiosk.search import state as search
from kiosk.staff import state as staff
from kiosk.survey.state import State as SurveyState

Scene = (
    lobby.State
    | pricecheck.State
    | search.State
    | staff.State
    | BasketState
    | CheckoutState
    | SurveyState
    | SalesState
)
BEHIND_MAX = 16  # steps that "back" remembers


@dataclass(frozen=True, slots=True)
class Visit:
    """One shopper's stay: what is on the screen, the way back, and how they like it said.

    ``touched_at_s`` is on the clock's scale of elapsed seconds. ``basket`` is the open one, also
    while something else is on the screen.
    """

    scene: Scene
    language: Language
    touched_at_s: float
    behind: tuple[Scene, ...] = ()
    aids: frozenset[Aid] = frozenset()
    basket: Open | None = None

    def go(self, scene: Scene) -> Visit:
        """Show something else and remember the way back, which never leads to the staff's view."""
        if isinstance(self.scene, staff.State):
            return replace(self, scene=scene)
        return replace(self, scene=scene, behind=(*self.behind, self.scene)[-BEHIND_MAX:])

    def replace_scene(self, scene: Scene) -> Visit:
        """Show something else in place of what is there; the way back stays."""
        return replace(self, scene=scene)

    def back(self) -> Visit:
        """Go one step back; from the first one to the start."""
        if not self.behind:
            return self.home()
        return replace(self, scene=self.behind[-1], behind=self.behind[:-1])

    def home(self) -> Visit:
        """Go back to the start; language and aids stay, for it may be the same shopper."""
        return replace(self, scene=lobby.Attracting(), behind=())


@dataclass(frozen=True, slots=True)
class Health:
    """How the box is: devices, line, last catalogue refused, events not written, the disk.

    ``reasons`` tells of a lost device why; ``line`` and ``refused`` tell staff more than
    ``line_up`` and ``catalogue_refused``, which say what stands.
    """

    lost: frozenset[str] = frozenset()
    ready: frozenset[str] = frozenset()
    line_up: bool = True
    catalogue_refused: str = ""
    memory_full: bool = False
    room: DiskRoom = DiskRoom.AMPLE
    reasons: Mapping[str, str] = field(default_factory=dict)
    line: staff.Line = staff.UP
    closed: ServiceClosed | None = None  # by head office
    refused: staff.Refused | None = None
    rules_fault: RulesFault | None = None
    surveys_unread: tuple[str, ...] = ()  # whose form cannot be read, with the reason
    printer: PrinterState | None = None  # none: nothing was heard of one
    prints_unsure: frozenset[UUID] = frozenset()  # sales whose receipt may have come out

    @property
    def selling_stopped(self) -> bool:
        """Whether nothing may be sold, because it might not be written down."""
        return self.memory_full or self.room is DiskRoom.SHORT

    def device_ready(self, device: str) -> Health:
        """Note that a device answers."""
        return replace(self, lost=self.lost - {device}, ready=self.ready | {device})

    def device_lost(self, device: str, reason: str = "") -> Health:
        """Note that a device does not answer, and why."""
        reasons = {**self.reasons, device: reason}
        return replace(
            self, lost=self.lost | {device}, ready=self.ready - {device}, reasons=reasons
        )

    def line_turned(self, line: staff.Line) -> Health:
        """Note that the server answers, or does not."""
        return replace(self, line_up=line.up, line=line)

    def catalogue_looked_at(self, refused: staff.Refused | None) -> Health:
        """Note that the newest catalogue was refused, or (none) that one was taken."""
        if refused is not None:
            return replace(self, catalogue_refused=refused.reason, refused=refused)
        before = self.refused and replace(self.refused, stands=False)
        return replace(self, catalogue_refused="", refused=before)


@dataclass(frozen=True, slots=True)
class Devices:
    """The names of the configured devices by what they can do."""

    scanners: frozenset[str] = field(default_factory=frozenset)
    cameras: frozenset[str] = field(default_factory=frozenset)

    @property
    def all(self) -> frozenset[str]:
        """Every device that can read a code."""
        return self.scanners | self.cameras
