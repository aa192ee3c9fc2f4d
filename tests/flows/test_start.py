"""The start of the real kiosk without its window: what stops it, and what must not."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kiosk.bootstrap import Kiosk
from kiosk.config import Settings, load
from kiosk.errors import ConfigError

SETTINGS = """\
kiosk_id = "k1"
store_id = "vanak"
data_dir = "data"
[server]
url = "http://127.0.0.1:9"
key_file = "key"
public_key_file = "public.pem"
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    key = Ed25519PrivateKey.generate().public_key()
    (tmp_path / "public.pem").write_bytes(
        key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    (tmp_path / "key").write_text("kiosk-key\n", "ascii")
    (tmp_path / "kiosk.toml").write_text(SETTINGS, "utf-8")
    return load(tmp_path / "kiosk.toml")


# ---- what stops it


@pytest.mark.parametrize("content", [b"secret\nsecret\n", b"\xff\xfe", b"secret \xff", b""])
def test_a_file_that_holds_no_key_is_told_in_one_line_without_the_key(
    settings: Settings, content: bytes
) -> None:
    settings.server.key_file.write_bytes(content)

    with pytest.raises(ConfigError, match=r"^server\.key_file: expected [^\n]*$") as refused:
        Kiosk(settings)
    assert "secret" not in str(refused.value)
