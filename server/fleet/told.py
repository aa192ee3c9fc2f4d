"""What ``GET /api/v2/me`` tells a kiosk of itself.

Source: docs/line.md, section 2.
"""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from server.configuration import Configuration
from server.fleet.models import Kiosk
from server.keys import signing_key

VERSIONS = (1, 2)  # of the API, that this server speaks


def told_to(kiosk: Kiosk, configuration: Configuration) -> dict[str, Any]:
    """Put it together; raises ``SecretMissingError`` before the first set-up."""
    public_key = signing_key(configuration.data_dir).public_key()
    pem = public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return {
        "kiosk": kiosk.kiosk_id,
        "name": kiosk.name or kiosk.kiosk_id,
        "store": kiosk.store_id,
        "chain": configuration.chain.id,
        "server_key": pem.decode("ascii"),
        "push": _push(kiosk, configuration),
        "versions": list(VERSIONS),
    }


def _push(kiosk: Kiosk, configuration: Configuration) -> dict[str, Any]:
    """Tell where to hear of news; docs/feed.md, section 7."""
    feed = configuration.feed
    if feed.push != "mqtt":
        return {"kind": feed.push}
    return {
        "kind": "mqtt",
        "host": feed.mqtt_host,
        "port": feed.mqtt_port,
        "tls": feed.mqtt_tls,
        "topic": f"pishkhan/{configuration.chain.id}/feed/{kiosk.store_id}",
    }
