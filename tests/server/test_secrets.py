import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from server.keys import SecretMissingError, make_secrets, secret_key, signing_key


def test_secrets_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    made = make_secrets(folder)
    assert {file.name for file in made} == {"secret.key", "signing.key"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in made} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    before = [file.read_bytes() for file in made]
    assert make_secrets(folder) == []
    assert [file.read_bytes() for file in made] == before
    assert len(secret_key(folder)) >= 50


def test_the_public_key_for_the_kiosks_fits_the_signing_key(tmp_path: Path) -> None:
    make_secrets(tmp_path)
    public = load_pem_public_key((tmp_path / "signing.pub").read_bytes())
    public.verify(signing_key(tmp_path).sign(b"prices"), b"prices")  # type: ignore[union-attr, call-arg]


def test_a_missing_or_broken_signing_key_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SecretMissingError, match="kiosk-server setup"):
        signing_key(tmp_path)
    (tmp_path / "signing.key").write_bytes(b"no key")
    with pytest.raises(SecretMissingError, match="Expected a signing key"):
        signing_key(tmp_path)


def test_before_the_first_set_up_there_is_no_secret_key_and_no_error(tmp_path: Path) -> None:
    assert secret_key(tmp_path) == ""
