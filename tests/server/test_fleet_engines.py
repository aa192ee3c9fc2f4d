"""Nonces, enrolment and migrations on each engine; what PostgreSQL alone does, on PostgreSQL."""

import threading
from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db import connection, connections

from server.configuration import Configuration
from server.fleet import deeds
from server.fleet.enrolment import Box, attempt, make_code, use_code
from server.fleet.gate import Gate, NotAdmittedError
from server.fleet.models import AuditEntry, KeyState, Kiosk, KioskKey
from server.fleet.nonces import Freshness, MemoryNonces, TableNonces
from server.stores.models import Store
from tests.server.engines import EACH
from tests.server.signing import BoxKey, a_kiosk, new_nonce
from tests.server.test_gate import BEGAN_MS, NOW_MS, NOW_S, asked

POSTGRES = pytest.mark.parametrize("engine", ["postgresql"])
KEY_ID = "0" * 32


@EACH
def test_a_recorded_request_is_of_no_use_at_any_engine(chain: Configuration) -> None:
    gate, request = Gate(MemoryNonces(BEGAN_MS)), asked(a_kiosk())
    assert gate.admit(request, NOW_MS).kiosk_id == "tehran-1-k2"
    with pytest.raises(NotAdmittedError) as error:
        gate.admit(request, NOW_MS)
    assert error.value.code == "replayed"


@POSTGRES
def test_all_processes_on_one_database_know_what_one_of_them_saw(chain: Configuration) -> None:
    nonce = new_nonce()
    assert TableNonces().judge(KEY_ID, nonce, NOW_S, NOW_MS) is Freshness.FRESH
    assert TableNonces().judge(KEY_ID, nonce, NOW_S, NOW_MS) is Freshness.REPLAYED
    assert TableNonces().judge("1" * 32, nonce, NOW_S, NOW_MS) is Freshness.FRESH
    for off_s in (-301, 301):
        said = TableNonces().judge(KEY_ID, new_nonce(), NOW_S + off_s, NOW_MS)
        assert said is Freshness.OFF_CLOCK


@POSTGRES
def test_of_many_that_bring_one_request_at_once_the_table_lets_one_in(
    chain: Configuration,
) -> None:
    nonce, start, said = new_nonce(), threading.Barrier(6), []

    def bring() -> None:
        start.wait()
        said.append(TableNonces().judge(KEY_ID, nonce, NOW_S, NOW_MS).name)
        connections["default"].close()

    threads = [threading.Thread(target=bring) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["FRESH"] + ["REPLAYED"] * 5


@POSTGRES
def test_old_nonces_are_pruned_and_the_commits_of_others_still_wait_for_the_disk(
    chain: Configuration,
) -> None:
    nonces = TableNonces()
    nonces.judge(KEY_ID, new_nonce(), NOW_S, NOW_MS)
    nonces.judge(KEY_ID, new_nonce(), NOW_S + 601, NOW_MS + 601_000)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM fleet_nonce")
        assert cursor.fetchone() == (1,)
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)


@EACH
def test_a_box_is_enrolled_approved_and_replaced_at_any_engine(chain: Configuration) -> None:
    at, store = datetime.now(UTC), Store.objects.get(pk="tehran-1")
    keys = [BoxKey(), BoxKey()]
    for key in keys:
        code = make_code("k7", store, "office", at)
        with attempt("192.0.2.1", at):
            use_code(code, Box(key.public, "0.2", "box", "192.0.2.1"), at)
        deeds.approve("k7", "office", at, key.key_id)
    states = dict(KioskKey.objects.values_list("pk", "state"))
    assert [states[key.key_id] for key in keys] == [KeyState.REVOKED, KeyState.ACTIVE]
    assert AuditEntry.objects.count() == 7


@EACH
def test_one_code_used_by_two_boxes_at_once_lets_one_in(chain: Configuration) -> None:
    at = datetime.now(UTC)
    code = make_code("k7", Store.objects.get(pk="tehran-1"), "office", at)
    start, said = threading.Barrier(4), []

    def enrol() -> None:
        start.wait()
        try:
            use_code(code, Box(BoxKey().public, "", "", ""), at)
            said.append("in")
        except NotAdmittedError as refused:
            said.append(refused.code)
        connections["default"].close()

    threads = [threading.Thread(target=enrol) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["code_wrong"] * 3 + ["in"]


@EACH
def test_the_tables_of_keys_go_back_and_forward_with_kiosks_in_them(chain: Configuration) -> None:
    """Going back, a kiosk without a bearer key gets one that nobody knows."""
    a_kiosk("k7")
    a_kiosk("k8")
    call_command("migrate", "fleet", "0001", interactive=False, verbosity=0, skip_checks=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT key_sha256) FROM fleet_kiosk")
        assert cursor.fetchone() == (2,)
    call_command("migrate", interactive=False, verbosity=0)
    assert Kiosk.objects.count() == 2
    assert not KioskKey.objects.exists()
