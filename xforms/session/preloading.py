"""What a form asks of the box when answering begins or ends.

Source: ODK XForms specification, "Preloads".
"""

from __future__ import annotations

from xforms.session.circumstances import Circumstances
from xforms.xpath.values import iso


def preloaded(told: tuple[str, str], circumstances: Circumstances) -> str:
    """Give a preload's value when answering begins; empty for one that there is not."""
    match told:
        case ("uid", _):
            return f"uuid:{circumstances.instance_id}"
        case ("date", _):
            return circumstances.now().date().isoformat()
        case ("timestamp", "start"):
            return iso(circumstances.now())
        case ("property", "deviceid" | "device_id"):
            return circumstances.device_id
        case ("property" | "context", name):
            return circumstances.properties.get(name, "")
        case _:
            return ""
