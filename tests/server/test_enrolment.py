"""Enrolment: from a code to a key in use, over the wire, and what the office then does with it."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from server.configuration import Configuration
from server.fleet import deeds
from server.fleet.enrolment import CODE_LETTERS, _network, code_hash, make_code
from server.fleet.models import (
    AuditEntry,
    EnrolmentAttempt,
    EnrolmentCode,
    KeyState,
    Kiosk,
    KioskKey,
)
from server.keys import signing_key
from server.stores.models import Store
from tests.server.line import Line
from tests.server.signing import SignedLine

ME = "/api/v2/me"


def now() -> datetime:
    return datetime.now(UTC)


def new_code(kiosk_id: str = "tehran-1-k2", *, approved: bool = False) -> str:
    return make_code(kiosk_id, Store.objects.get(pk="tehran-1"), "office", now(), approved=approved)


@pytest.fixture
def box(line: Line) -> SignedLine:
    return SignedLine(line.url)


def said(answer: object) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")  # type: ignore[attr-defined]


def test_a_box_becomes_a_kiosk_when_the_office_approves_its_key(
    box: SignedLine, chain: Configuration
) -> None:
    code = new_code()
    assert re.fullmatch(rf"[{CODE_LETTERS}]{{4}}-[{CODE_LETTERS}]{{4}}", code)
    answer = box.enrol(code, hardware="ThinkCentre M70q")
    assert answer.status_code == 202
    assert answer.json() == {
        "kiosk": "tehran-1-k2",
        "store": "tehran-1",
        "fingerprint": box.key.key_id,
        "state": "waiting",
    }
    assert said(box.ask("GET", ME)) == (403, "not_approved")
    deeds.approve("tehran-1-k2", "office", now(), box.key.key_id)
    told = box.ask("GET", ME)
    assert told.status_code == 200
    assert told.json().keys() == {
        "kiosk", "name", "store", "chain", "server_key", "push", "versions",
    }  # fmt: skip
    assert told.json()["versions"] == [1, 2]
    assert told.json()["server_key"].encode() == (chain.data_dir / "signing.pub").read_bytes()
    assert signing_key(chain.data_dir).public_key() is not None
    row = KioskKey.objects.get(pk=box.key.key_id)
    assert (row.version, row.hardware, row.address) == ("0.2", "ThinkCentre M70q", "127.0.0.1")


def test_a_code_made_to_approve_needs_no_second_look(box: SignedLine) -> None:
    assert box.enrol(new_code(approved=True)).json()["state"] == "active"
    assert box.ask("GET", ME).json()["kiosk"] == "tehran-1-k2"


def test_a_code_may_be_typed_in_small_letters_with_spaces(box: SignedLine) -> None:
    assert box.enrol(f" {new_code().lower().replace('-', ' ')} ").status_code == 202


def test_a_code_serves_once_but_for_the_box_that_lost_the_answer(box: SignedLine) -> None:
    code = new_code()
    first = box.enrol(code).json()
    assert box.enrol(code).json() == first
    assert said(SignedLine(box.url).enrol(code)) == (403, "code_wrong")


def test_a_code_is_of_no_use_after_half_an_hour_or_when_there_is_a_newer_one(
    box: SignedLine,
) -> None:
    old = new_code()
    newer = new_code()
    assert said(box.enrol(old)) == (403, "code_wrong")
    EnrolmentCode.objects.update(expires_at=now())
    assert said(box.enrol(newer)) == (403, "code_wrong")


def test_the_code_itself_is_stored_nowhere(box: SignedLine, chain: Configuration) -> None:
    code = new_code()
    box.enrol(code)
    connection.close()
    for file in chain.data_dir.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert code.encode() not in content, file
            assert code.replace("-", "").encode() not in content, file
    assert code_hash("K7PM-4X2Q") != code_hash("K7PM-4X2R")


def test_after_ten_wrong_codes_an_address_has_to_wait(box: SignedLine) -> None:
    right = new_code()
    for number in range(10):
        wrong = f"2222-222{CODE_LETTERS[number]}"
        assert said(SignedLine(box.url).enrol(wrong)) == (403, "code_wrong")
    answer = box.enrol(right)
    assert said(answer) == (429, "too_many")
    assert 1 <= int(answer.headers["Retry-After"]) <= 600
    EnrolmentAttempt.objects.update(at=now() - timedelta(minutes=10))
    assert box.enrol(right).status_code == 202
    assert not EnrolmentAttempt.objects.exists()


def test_many_tries_at_once_are_not_let_through_together(box: SignedLine) -> None:
    new_code()
    with ThreadPoolExecutor(8) as many:
        wrong = [f"3333-333{letter}" for letter in CODE_LETTERS[:24]]
        answers = list(many.map(lambda code: said(SignedLine(box.url).enrol(code)), wrong))
    assert answers.count((403, "code_wrong")) <= 10
    assert set(answers) <= {(403, "code_wrong"), (429, "too_many")}


def test_a_right_code_and_a_wrong_clock_count_as_no_attempt(box: SignedLine) -> None:
    told = {"code": new_code(), "public_key": box.key.public.hex()}
    answer = box.ask("POST", "/api/v2/enrolments", body=json.dumps(told).encode(), created_s=0)
    assert said(answer) == (401, "clock")
    assert abs(int(answer.headers["Pishkhan-Time"]) / 1000 - now().timestamp()) < 60
    assert not EnrolmentAttempt.objects.exists()
    assert box.enrol(told["code"]).status_code == 202


def test_only_whoever_has_the_key_enrols_it(box: SignedLine) -> None:
    code, other = new_code(), SignedLine(box.url)
    assert said(box.enrol(code, public_key=other.key.public.hex())) == (401, "signature")
    assert EnrolmentCode.objects.get().used_at is None


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", "unknown"),
        ("nonsense", "unknown"),
    ],
)
def test_an_address_is_counted_by_what_one_caller_has(address: str, counted: str) -> None:
    assert _network(address) == counted


# ---- what the office does


def enrolled(box: SignedLine, kiosk_id: str = "tehran-1-k2") -> SignedLine:
    assert box.enrol(new_code(kiosk_id, approved=True)).status_code == 202
    return box


def test_new_hardware_takes_the_kiosks_place_and_the_old_key_is_revoked(box: SignedLine) -> None:
    old, new = enrolled(box), SignedLine(box.url)
    new.enrol(new_code())
    assert old.ask("GET", ME).status_code == 200  # until the new one is approved
    deeds.approve("tehran-1-k2", "office", now())
    assert said(old.ask("GET", ME)) == (401, "key_revoked")
    assert new.ask("GET", ME).json()["kiosk"] == "tehran-1-k2"


def test_approving_takes_the_bearer_key_of_version_1_away(line: Line) -> None:
    assert line.get("/api/v1/catalogue/manifest?store=tehran-1").status_code == 404
    enrolled(SignedLine(line.url), "tehran-1-k1")
    assert line.get("/api/v1/catalogue/manifest?store=tehran-1").status_code == 401


def test_a_bearer_key_alone_opens_nothing_of_version_2(line: Line) -> None:
    assert line.get(ME).json()["code"] == "signature"


def test_a_refused_box_stays_out_and_the_kiosk_goes_on(box: SignedLine) -> None:
    other = SignedLine(box.url)
    enrolled(box)
    other.enrol(new_code())
    deeds.refuse("tehran-1-k2", "office", now())
    assert said(other.ask("GET", ME)) == (401, "key_revoked")
    assert box.ask("GET", ME).status_code == 200


def test_revoking_takes_effect_at_once_and_a_revoked_key_enrols_no_more(box: SignedLine) -> None:
    enrolled(box)
    assert deeds.revoke("tehran-1-k2", "office", now()) == [box.key.key_id]
    assert said(box.ask("GET", ME)) == (401, "key_revoked")
    code = new_code()
    assert said(box.enrol(code)) == (401, "key_revoked")
    assert SignedLine(box.url).enrol(code).status_code == 202  # the code was not used up


def test_a_key_of_one_kiosk_does_not_become_anothers(box: SignedLine) -> None:
    enrolled(box)
    assert said(box.enrol(new_code("tehran-1-k3"))) == (409, "key_in_use")


def test_a_kiosk_that_is_moved_and_renamed_hears_of_it(box: SignedLine) -> None:
    enrolled(box)
    deeds.move("tehran-1-k2", Store.objects.get(pk="tehran-2"), "office", now())
    deeds.rename("tehran-1-k2", "کنار در", "office", now())
    told = box.ask("GET", ME).json()
    assert (told["store"], told["name"]) == ("tehran-2", "کنار در")


def test_a_kiosk_switched_off_keeps_its_key_for_when_it_is_switched_on(box: SignedLine) -> None:
    enrolled(box)
    deeds.switch("tehran-1-k2", False, "office", now())
    assert said(box.ask("GET", ME)) == (401, "key_revoked")
    deeds.switch("tehran-1-k2", True, "office", now())
    assert box.ask("GET", ME).status_code == 200


def test_each_deed_is_in_the_log_with_who_did_it(box: SignedLine) -> None:
    box.enrol(new_code())
    deeds.approve("tehran-1-k2", "maryam", now())
    deeds.move("tehran-1-k2", Store.objects.get(pk="tehran-2"), "maryam", now())
    deeds.revoke("tehran-1-k2", "reza", now())
    entries = AuditEntry.objects.order_by("pk").values_list("who", "deed", "kiosk_id")
    assert list(entries) == [
        ("office", "make", "tehran-1-k2"),
        ("office", "code", "tehran-1-k2"),
        ("kiosk tehran-1-k2", "enrol", "tehran-1-k2"),
        ("maryam", "approve", "tehran-1-k2"),
        ("maryam", "move", "tehran-1-k2"),
        ("reza", "revoke", "tehran-1-k2"),
    ]
    assert AuditEntry.objects.get(deed="move").detail == {"store": "tehran-2", "before": "tehran-1"}


@pytest.mark.usefixtures("chain")
def test_what_cannot_be_done_is_said_and_not_logged() -> None:
    new_code()
    AuditEntry.objects.all().delete()
    for deed in (deeds.approve, deeds.refuse):
        with pytest.raises(deeds.DeedError, match="Expected a key of tehran-1-k2 that waits"):
            deed("tehran-1-k2", "office", now())
    with pytest.raises(deeds.DeedError, match="Expected a kiosk that there is, got 'nowhere'"):
        deeds.revoke("nowhere", "office", now())
    with pytest.raises(deeds.DeedError, match="Expected store tehran-1 of tehran-1-k2"):
        make_code("tehran-1-k2", Store.objects.get(pk="tehran-2"), "office", now())
    assert not AuditEntry.objects.exists()


def test_the_fingerprint_that_was_looked_at_is_the_one_that_is_approved(box: SignedLine) -> None:
    box.enrol(new_code())
    with pytest.raises(deeds.DeedError, match="Expected key 00 to wait"):
        deeds.approve("tehran-1-k2", "office", now(), "00")
    assert KioskKey.objects.get().state == KeyState.WAITING
    assert Kiosk.objects.get(pk="tehran-1-k2").active
