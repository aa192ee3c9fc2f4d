"""What a kiosk tells of payments is what the server takes, with the basket as it was shown."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from kiosk.checkout_messages import PayByCard
from server.events.kinds import read_event
from tests.flows.paying import PayingShop
from tests.flows.shopping import LABEL, MILK_CODE, RICE_CODE

DOUBT = "payment_in_doubt"


@pytest.mark.parametrize(
    ("levers", "told"),
    [
        ({"lose": ""}, ["sale_completed"]),
        ({"lose": "booked"}, [DOUBT, "payment_settled", "sale_completed"]),
        ({"lose": "taken", "after_loss": "gives_up"}, [DOUBT, "payment_settled"]),
        ({"lose": "booked", "probes": "0"}, [DOUBT, "payment_attendant"]),
        ({"amount_off": "1"}, ["sale_reversed"]),
    ],
)
def test_the_server_takes_what_is_told_of_a_payment(
    tmp_path: Path, levers: dict[str, str], told: list[str]
) -> None:
    shop = PayingShop(tmp_path)
    shop.pull(**levers)
    shop.start(MILK_CODE, MILK_CODE, RICE_CODE, LABEL)
    shop.do(PayByCard())
    kinds = (DOUBT, "payment_settled", "payment_attendant", "sale_completed", "sale_reversed")
    bodies = [(kind, body) for kind in kinds for body in shop.told(kind)]
    shop.close()

    assert [kind for kind, _ in bodies] == told
    for kind, body in bodies:
        read_event({"id": str(uuid4()), "kind": kind, "at": "2026-11-23T08:30:00Z", "body": body})
