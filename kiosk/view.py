"""The whole of what the screen shows at one moment, as data: the frame and one body.

Every kind of body has its screen in kiosk/screens; a body without one is a type error there.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.basket import view as basket
from kiosk.checkout import view as checkout
from kiosk.frame import Frame
from kiosk.lobby import view as lobby
from kiosk.pricecheck import view as pricecheck
from kiosk.sales import view as sales
from kiosk.search import view as search
from kiosk.staff import view as staff
from kiosk.survey import view as survey

Body = (
    lobby.Body
    | pricecheck.Body
    | search.Body
    | staff.Body
    | basket.Body
    | checkout.Body
    | survey.Body
    | sales.Body
)


@dataclass(frozen=True, slots=True)
class View:
    """A frame and what stands in it."""

    frame: Frame
    body: Body
