"""From settings and identity to a link: what this kiosk has to show, and whom it believes.

Source: docs/line.md, sections 1 and 7.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.clock import ServerClock
from kiosk.config import Settings
from kiosk.errors import ConfigError
from kiosk.identity import load_identity, load_key
from kiosk.line.server import ServerLink, read_key
from kiosk.line.signing import Signer


def open_link(settings: Settings, clock: ServerClock, answer_s: float) -> ServerLink:
    """Make a link: an enrolled kiosk signs, and has its bearer key besides if there is one.

    Raises ``ConfigError`` where the kiosk has nothing to show.
    """
    server = settings.server
    if load_identity(settings.data_dir) is None:
        return ServerLink(server.url, read_key(server.key_file), server.timeout_s, answer_s)
    signer = Signer(load_key(settings.data_dir), clock)
    bearer = read_key(server.key_file) if server.key_file.exists() else ""
    return ServerLink(server.url, signer, server.timeout_s, answer_s, bearer)


def server_key(settings: Settings) -> Ed25519PublicKey:
    """Give the key that signs what comes down: of the identity, else of ``public_key_file``."""
    identity = load_identity(settings.data_dir)
    if identity is not None:
        return identity.server_public_key()
    given = settings.given_server_key()
    if given is None:
        raise ConfigError(
            f"server.public_key_file: expected an Ed25519 key in {settings.server.public_key_file}"
            " or an identity (run kiosk enrol CODE), got neither"
        )
    return given
