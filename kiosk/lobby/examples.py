"""Every state of the lobby once, for the gallery and the tests of the screens."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.lobby.view import (
    Attracting,
    Fault,
    Helping,
    OutOfService,
    ScannersLost,
    Scanning,
    State,
)

EXAMPLES: Mapping[str, State] = {
    "attract, camera ready": Attracting(camera_ready=True),
    "attract, scanner only": Attracting(),
    "scan, camera ready": Scanning(camera_ready=True),
    "scan, scanner only": Scanning(),
    "help": Helping(),
    "scanners lost": ScannersLost(),
    "out of service": OutOfService(Fault.NO_CATALOGUE),
}
