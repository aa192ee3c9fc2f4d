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
from retail.catalogue import Text

EXAMPLES: Mapping[str, State] = {
    "attract, camera ready": Attracting(camera_ready=True),
    "attract, scanner only": Attracting(),
    "scan, camera ready": Scanning(camera_ready=True),
    "scan, scanner only": Scanning(),
    "help": Helping(),
    "scanners lost": ScannersLost(),
    "out of service": OutOfService(Fault.NO_CATALOGUE),
    "out of service, by head office": OutOfService(
        Fault.BY_OFFICE,
        Text(
            "این پیشخان تا ساعت ۱۸ امروز برای تعویض صفحه‌نمایش بسته است. پیشخان‌های دیگر "
            "کنار صندوق ۳ و کنار میز اطلاعات در خدمت شما هستند.",
            "This kiosk is closed until 6 p.m. today while its screen is replaced. Others stand "
            "beside till 3 and beside the information desk.",
        ),
    ),
}
