"""What is shown before an item is scanned, and when none can be: as data, no Kivy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import assert_never

from kiosk.frame import Button, Face
from kiosk.messages import GoHome, OpenBrowse, OpenScan, OpenSearch
from kiosk.words import Words
from retail.catalogue import Text


class Fault(Enum):
    """Why the kiosk cannot serve at all; the value is the code that staff look up."""

    NO_CATALOGUE = "K-101"
    BY_OFFICE = "K-102"


@dataclass(frozen=True, slots=True)
class Attracting:
    """Nobody is here; ``camera_ready`` tells whether a code can be shown right away."""

    camera_ready: bool = False


@dataclass(frozen=True, slots=True)
class Scanning:
    """Somebody is here and is about to scan."""

    camera_ready: bool = False


@dataclass(frozen=True, slots=True)
class Helping:
    """The shopper asked how this works."""


@dataclass(frozen=True, slots=True)
class ScannersLost:
    """No scanner and no camera answers; searching by name still works."""


@dataclass(frozen=True, slots=True)
class OutOfService:
    """The kiosk cannot serve; staff are told why by the fault's code, shoppers by ``said``."""

    fault: Fault
    said: Text | None = None


State = Attracting | Scanning | Helping | ScannersLost | OutOfService


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, with a picture of it."""

    icon: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class FacesCard:
    """A question that is answered by touching a face, right on the poster."""

    title: str
    faces: tuple[Face, ...]


@dataclass(frozen=True, slots=True)
class AttractView:
    """The poster: what this kiosk is for, in one glance from three metres."""

    headline: str
    invitation: str
    steps: tuple[Step, ...]
    start: Button
    actions: tuple[Button, ...]
    camera_ready: bool
    camera_text: str
    invite: Button | None = None  # into a survey
    faces: FacesCard | None = None


@dataclass(frozen=True, slots=True)
class ScanView:
    """How to hold the item, with the camera's picture where there is a camera."""

    title: str
    text: str
    camera_ready: bool
    camera_text: str
    steps: tuple[Step, ...]
    actions: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class HelpView:
    """How this kiosk is used, and who helps where it does not."""

    title: str
    steps: tuple[Step, ...]
    staff_title: str
    staff_text: str
    done: Button


@dataclass(frozen=True, slots=True)
class TroubleView:
    """Something does not work: what the shopper can do now, and a code for staff."""

    icon: str
    title: str
    text: str
    code_text: str
    actions: tuple[Button, ...]


Body = AttractView | ScanView | HelpView | TroubleView


def view_of(state: State, words: Words) -> Body:
    """Turn a state into what is drawn."""
    match state:
        case Attracting(camera_ready):
            return _attract(camera_ready, words)
        case Scanning(camera_ready):
            return _scan(camera_ready, words)
        case Helping():
            return _help(words)
        case ScannersLost():
            return TroubleView(
                icon="barcode-off",
                title=words.say("Scanning does not work right now"),
                text=words.say("You can still find every item by its name or its category."),
                code_text=words.say("For staff: {code}", code=words.code("K-110")),
                actions=_finders(words),
            )
        case OutOfService(fault, said):
            sorry = "Please use another kiosk or ask our staff. Sorry for the trouble."
            return TroubleView(
                icon="wrench-clock",
                title=words.say("This kiosk is out of service"),
                text=words.of(said) if said else words.say(sorry),
                code_text=words.say("For staff: {code}", code=words.code(fault.value)),
                actions=(),
            )
        case _:
            assert_never(state)


def _attract(camera_ready: bool, words: Words) -> AttractView:
    return AttractView(
        headline=words.say("What does it cost? Where is it?"),
        invitation=words.say("Hold the barcode in front of the camera or the scanner"),
        steps=(
            Step("barcode-scan", words.say("Scan"), words.say("See price, offers and stock")),
            Step("magnify", words.say("Search"), words.say("Find any item by its name")),
            Step("map-marker-radius", words.say("Find"), words.say("Aisle, bay and shelf at once")),
        ),
        start=Button(words.say("Touch to start"), OpenScan(), "gesture-tap"),
        actions=_finders(words),
        camera_ready=camera_ready,
        camera_text=_camera_text(camera_ready, words),
    )


def _scan(camera_ready: bool, words: Words) -> ScanView:
    return ScanView(
        title=words.say("Scan your item"),
        text=words.say("Turn the barcode towards the camera and hold it still for a moment."),
        camera_ready=camera_ready,
        camera_text=_camera_text(camera_ready, words),
        steps=(
            Step("arrow-expand-horizontal", words.say("A hand's width away"), ""),
            Step("white-balance-sunny", words.say("No glare on the bars"), ""),
            Step("hand-back-left", words.say("Hold still for a moment"), ""),
        ),
        actions=_finders(words),
    )


def _help(words: Words) -> HelpView:
    return HelpView(
        title=words.say("How this kiosk helps you"),
        steps=(
            Step(
                "barcode-scan",
                words.say("Scan an item"),
                words.say("Hold its barcode in front of the camera or the scanner."),
            ),
            Step(
                "magnify",
                words.say("Search by name"),
                words.say("A few letters are enough; small typing mistakes do not matter."),
            ),
            Step(
                "shape",
                words.say("Look through the categories"),
                words.say("From the aisle to the item, step by step."),
            ),
            Step(
                "human-wheelchair",
                words.say("Easier to read and reach"),
                words.say("Large text, high contrast and low reach are at the bottom."),
            ),
        ),
        staff_title=words.say("Need a person?"),
        staff_text=words.say("Our staff at the information desk are glad to help."),
        done=Button(words.say("Back to the start"), GoHome(), "home"),
    )


def _camera_text(camera_ready: bool, words: Words) -> str:
    return words.say("Camera is ready" if camera_ready else "Please use the scanner")


def _finders(words: Words) -> tuple[Button, ...]:
    return (
        Button(words.say("Search by name"), OpenSearch(), "magnify"),
        Button(words.say("Categories"), OpenBrowse(), "shape"),
    )
