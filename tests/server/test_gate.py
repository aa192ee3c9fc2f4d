"""The gate: each refusal by its name, in its order; and nothing passes it twice."""

import threading
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import settings as generated
from hypothesis import strategies as st

from server.configuration import Configuration
from server.fleet.gate import Admitted, Asked, Gate, NotAdmittedError
from server.fleet.models import KeyState, Kiosk, KioskKey
from server.fleet.nonces import AGE_S_MAX, Freshness, MemoryNonces
from tests.server.signing import BoxKey, a_kiosk, new_nonce, signed

BEGAN_MS = 1_795_000_000_000
NOW_MS = BEGAN_MS + 3_600_000
NOW_S = NOW_MS // 1000


@pytest.fixture
def gate(chain: Configuration) -> Gate:
    return Gate(MemoryNonces(BEGAN_MS))


def asked(
    key: BoxKey, created_s: int = NOW_S, nonce: str | None = None, body: bytes = b"{}"
) -> Asked:
    headers = signed(key, "POST", "/api/v2/events", "", body, created_s, nonce)
    return Asked(
        "POST",
        "/api/v2/events",
        "",
        headers["Signature-Input"],
        headers["Signature"],
        headers.get("Content-Digest", ""),
        body,
    )


def refused(gate: Gate, request: Asked, now_ms: int = NOW_MS) -> tuple[int, str]:
    with pytest.raises(NotAdmittedError, match=r"^Expected .*, got ") as error:
        gate.admit(request, now_ms)
    assert error.value.text == str(error.value)
    return error.value.status, error.value.code


def test_a_kiosks_own_key_says_who_it_is_and_where(gate: Gate) -> None:
    key = a_kiosk()
    assert gate.admit(asked(key), NOW_MS) == Admitted("tehran-1-k2", "tehran-1", key.key_id)


def test_a_recorded_request_is_of_no_use_again(gate: Gate) -> None:
    request = asked(a_kiosk())
    gate.admit(request, NOW_MS)
    assert refused(gate, request) == (401, "replayed")
    assert refused(gate, request, NOW_MS + AGE_S_MAX * 1000) == (401, "replayed")
    assert refused(gate, request, NOW_MS + AGE_S_MAX * 1000 + 1000) == (401, "clock")


def test_two_kiosks_may_draw_the_same_nonce(gate: Gate) -> None:
    nonce = new_nonce()
    gate.admit(asked(a_kiosk(), nonce=nonce), NOW_MS)
    gate.admit(asked(a_kiosk("tehran-1-k3"), nonce=nonce), NOW_MS)


@pytest.mark.parametrize("off_s", [-301, 2, 301, -(10**9), 10**9])
def test_a_clock_that_is_off_is_said_so(gate: Gate, off_s: int) -> None:
    assert refused(gate, asked(a_kiosk(), NOW_S + off_s)) == (401, "clock")


def test_a_key_that_nobody_enrolled_is_unknown(gate: Gate) -> None:
    assert refused(gate, asked(BoxKey())) == (401, "key_unknown")


def test_a_key_that_waits_is_not_approved_yet(gate: Gate) -> None:
    assert refused(gate, asked(a_kiosk(state=KeyState.WAITING))) == (403, "not_approved")


def test_a_revoked_key_and_a_kiosk_switched_off_are_refused_within_two_seconds(gate: Gate) -> None:
    key = a_kiosk()
    gate.admit(asked(key), NOW_MS)
    KioskKey.objects.update(state=KeyState.REVOKED)
    assert refused(gate, asked(key), NOW_MS + 2_000) == (401, "key_revoked")
    KioskKey.objects.update(state=KeyState.ACTIVE)
    Kiosk.objects.update(active=False)
    assert refused(gate, asked(key), NOW_MS + 4_000) == (401, "key_revoked")


def test_a_kiosk_that_was_moved_stands_in_its_new_store_at_once(gate: Gate) -> None:
    key = a_kiosk()
    gate.admit(asked(key), NOW_MS)
    Kiosk.objects.update(store="tehran-2")
    gate.forget()
    assert gate.admit(asked(key), NOW_MS).store_id == "tehran-2"


@pytest.mark.parametrize("state", [KeyState.WAITING, KeyState.REVOKED])
def test_whoever_has_not_the_key_learns_nothing_of_its_state(gate: Gate, state: KeyState) -> None:
    key = a_kiosk(state=state)
    other = asked(BoxKey())
    forged = asked(key)
    forged = Asked(*(getattr(forged, n) for n in ("method", "path", "query", "signature_input")),
                   other.signature, forged.content_digest, forged.body)  # fmt: skip
    assert refused(gate, forged) == (401, "signature")


def test_what_is_not_rightly_signed_is_not_remembered(gate: Gate) -> None:
    key, nonce = a_kiosk(), new_nonce()
    wrong = asked(key, nonce=nonce)
    wrong = Asked(wrong.method, wrong.path, "x=1", wrong.signature_input, wrong.signature,
                  wrong.content_digest, wrong.body)  # fmt: skip
    assert refused(gate, wrong) == (401, "signature")
    gate.admit(asked(key, nonce=nonce), NOW_MS)


def test_it_is_noted_once_a_minute_when_a_kiosk_was_heard_of(gate: Gate) -> None:
    key = a_kiosk()

    def seen() -> datetime | None:
        return Kiosk.objects.get(pk="tehran-1-k2").last_seen_at

    gate.admit(asked(key), NOW_MS)
    assert seen() == datetime.fromtimestamp(NOW_S, UTC)
    gate.admit(asked(key, NOW_S + 59), NOW_MS + 59_000)
    assert seen() == datetime.fromtimestamp(NOW_S, UTC)
    gate.admit(asked(key, NOW_S + 60), NOW_MS + 60_000)
    assert seen() == datetime.fromtimestamp(NOW_S + 60, UTC)


def test_many_kiosks_are_noted_in_one_statement(gate: Gate, django_statements: list[str]) -> None:
    keys = [a_kiosk(f"tehran-1-k{number}") for number in range(10, 20)]
    gate.admit(asked(keys[0]), NOW_MS)
    for key in keys[1:]:
        gate.admit(asked(key), NOW_MS + 100)
    django_statements.clear()
    gate.admit(asked(keys[0], NOW_S + 5), NOW_MS + 5_000)
    assert [each.split()[0] for each in django_statements] == ["SELECT", "UPDATE"]
    assert Kiosk.objects.filter(last_seen_at=None).count() == 0


def test_a_key_is_looked_up_once_in_two_seconds(gate: Gate, django_statements: list[str]) -> None:
    key = a_kiosk()
    gate.admit(asked(key), NOW_MS)
    django_statements.clear()
    gate.admit(asked(key), NOW_MS + 1_999)
    assert django_statements == []


def test_of_many_that_bring_one_request_at_once_one_is_let_in(gate: Gate) -> None:
    memory, nonce, start = MemoryNonces(BEGAN_MS), new_nonce(), threading.Barrier(8)
    said: list[Freshness] = []

    def bring() -> None:
        start.wait()
        said.append(memory.judge("0" * 32, nonce, NOW_S, NOW_MS))

    threads = [threading.Thread(target=bring) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.name for each in said) == ["FRESH"] + ["REPLAYED"] * 7


# ---- the memory of one process


def judge(memory: MemoryNonces, created_s: int, now_ms: int, nonce: str | None = None) -> str:
    return memory.judge("0" * 32, nonce or new_nonce(), created_s, now_ms).name


def test_what_the_process_before_may_have_taken_is_refused() -> None:
    """The one before could take what was signed up to a second ahead, until it ended."""
    waited: list[float] = []
    memory = MemoryNonces(BEGAN_MS, wait=waited.append)
    began_s = BEGAN_MS // 1000
    for created_s in range(began_s - 10, began_s + 2):
        assert judge(memory, created_s, BEGAN_MS + 1_500) == "OFF_CLOCK"
    assert judge(memory, began_s + 2, BEGAN_MS + 2_000) == "FRESH"


def test_a_refusal_in_the_first_seconds_is_held_back_until_the_kiosk_can_sign_anew() -> None:
    waited: list[float] = []
    memory = MemoryNonces(BEGAN_MS, wait=waited.append)
    assert judge(memory, BEGAN_MS // 1000, BEGAN_MS + 500) == "OFF_CLOCK"
    assert waited == [pytest.approx(1.5)]
    assert judge(memory, BEGAN_MS // 1000, BEGAN_MS + 60_000) == "OFF_CLOCK"
    assert len(waited) == 1


def test_when_there_are_too_many_the_oldest_are_refused_and_not_let_in_twice() -> None:
    memory = MemoryNonces(BEGAN_MS, nonces_max=100)
    first = [(new_nonce(), NOW_S - 200 + n) for n in range(100)]
    for nonce, created_s in first:
        assert judge(memory, created_s, NOW_MS, nonce) == "FRESH"
    assert judge(memory, NOW_S, NOW_MS) == "FRESH"
    again = [judge(memory, created_s, NOW_MS, nonce) for nonce, created_s in first]
    assert set(again) == {"OFF_CLOCK", "REPLAYED"}
    assert judge(memory, NOW_S, NOW_MS) == "FRESH"


def test_after_the_servers_clock_was_set_back_nothing_old_is_young_again() -> None:
    memory = MemoryNonces(BEGAN_MS, wait=lambda _: None)
    nonce = new_nonce()
    assert judge(memory, NOW_S, NOW_MS, nonce) == "FRESH"
    assert judge(memory, NOW_S + 1_000, NOW_MS + 1_000_000) == "FRESH"  # forgets what is old
    assert judge(memory, NOW_S, NOW_MS + 1_000, nonce) == "OFF_CLOCK"
    assert judge(memory, NOW_S + 3, NOW_MS + 3_000) == "FRESH"  # and it goes on from there


@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.integers(-320, 5), st.integers(-400_000, 400_000)),
        max_size=60,
    )
)
@generated(deadline=None)
def test_whatever_the_clocks_do_no_request_is_fresh_twice(
    steps: list[tuple[int, int, int]],
) -> None:
    memory, now_ms = MemoryNonces(BEGAN_MS, nonces_max=5, wait=lambda _: None), NOW_MS
    nonces = [f"{number:022}" for number in range(7)]
    taken: set[tuple[str, int]] = set()
    for number, off_s, step_ms in steps:
        now_ms += step_ms
        for request in [*taken, (nonces[number], now_ms // 1000 + off_s)]:
            if judge(memory, request[1], now_ms, request[0]) == "FRESH":
                assert request not in taken
                taken.add(request)


def test_the_memory_of_five_minutes_is_pruned() -> None:
    memory = MemoryNonces(BEGAN_MS)
    for second in range(0, 2_000, 10):
        judge(memory, NOW_S + second, NOW_MS + second * 1_000)
    assert memory._count <= (AGE_S_MAX + 32) // 10 + 1
    assert memory._count == sum(map(len, memory._seen.values()))
