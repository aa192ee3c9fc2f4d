"""Who publishes: for which chain, in which folders, signed with which key."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.configuration import Configuration
from server.keys import signing_key


@dataclass(frozen=True, slots=True)
class Publisher:
    """What all files of the feed are made with."""

    configuration: Configuration
    key: Ed25519PrivateKey

    @classmethod
    def of(cls, configuration: Configuration) -> Publisher:
        """Read the signing key; raises ``SecretMissingError``."""
        return cls(configuration, signing_key(configuration.data_dir))
