"""The keys that gates check receipts with: those in use, of one store, and of nobody else."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from kiosk.receipt.checking import Verdict, check, read_keys
from kiosk.receipt.reference import Claim, sign
from server.__main__ import main
from server.fleet.models import KeyState, Kiosk, KioskKey
from server.stores.models import Store

pytestmark = pytest.mark.usefixtures("chain")


def known(kiosk_id: str, store_id: str, state: KeyState) -> Ed25519PrivateKey:
    key, now = Ed25519PrivateKey.generate(), timezone.now()
    kiosk, _ = Kiosk.objects.get_or_create(
        kiosk_id=kiosk_id,
        defaults={"store": Store.objects.get(pk=store_id), "enrolled_at": now},
    )
    raw = key.public_key().public_bytes_raw()
    KioskKey.objects.create(
        key_id=raw.hex()[:32],
        kiosk=kiosk,
        public_key=raw,
        state=state,
        asked_at=now,
        decided_at=now,
    )
    return key


def verdict(key: Ed25519PrivateKey, kiosk: str, capsys: pytest.CaptureFixture[str]) -> Verdict:
    assert main(["receipt-keys", "--store", "tehran-1"]) == 0
    keys = read_keys(capsys.readouterr().out.encode())
    now = timezone.now()
    claim = Claim("tehran-1", kiosk, UUID(int=7), now - timedelta(minutes=1), 1_000, "IRR")
    return check(sign(claim, key), keys, now).verdict


def test_a_kiosk_of_the_store_is_believed(capsys: pytest.CaptureFixture[str]) -> None:
    key = known("k7", "tehran-1", KeyState.ACTIVE)
    assert verdict(key, "k7", capsys) is Verdict.GOOD


@pytest.mark.parametrize("state", [KeyState.WAITING, KeyState.REVOKED])
def test_a_key_that_is_not_in_use_signs_nothing(
    capsys: pytest.CaptureFixture[str], state: KeyState
) -> None:
    known("k7", "tehran-1", KeyState.ACTIVE)
    assert verdict(known("k7", "tehran-1", state), "k7", capsys) is Verdict.FORGED


def test_a_kiosk_of_another_store_is_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    key = known("k8", "tehran-2", KeyState.ACTIVE)
    assert verdict(key, "k8", capsys) is Verdict.UNKNOWN_KIOSK


def test_nothing_secret_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    known("k7", "tehran-1", KeyState.ACTIVE)
    main(["receipt-keys", "--store", "tehran-1"])
    told = json.loads(capsys.readouterr().out)
    assert told.keys() == {"format", "store", "keys"}
    assert [key.keys() for key in told["keys"]] == [{"kiosk", "key", "until"}]


def test_a_store_that_is_not_there_is_a_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["receipt-keys", "--store", "nowhere"]) == 2
    assert "Expected a store of" in capsys.readouterr().err
