"""The kiosks in the office: a code is shown once, keys wait to be looked at, deeds are logged."""

import re

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from server.configuration import Configuration
from server.fleet.models import AuditEntry, KeyState, Kiosk, KioskKey
from tests.server.signing import a_kiosk

LIST = "/office/fleet/kiosk/"


@pytest.fixture
def office(chain: Configuration) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.create_superuser("maryam"))
    return client


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def shown_keys(html: str) -> dict[str, str]:
    """Give the hidden fields that say which key of each kiosk the page shows."""
    return dict(re.findall(r'<input type="hidden" name="(shown-key-[^"]+)" value="([^"]+)">', html))


def do(client: Client, action: str, *kiosks: str, seen: dict[str, str] | None = None) -> str:
    """Do as a browser does with the list just loaded, or with one loaded before (``seen``)."""
    shown = shown_keys(page(client, LIST)) if seen is None else seen
    told = {"action": action, "_selected_action": kiosks, **shown}
    return client.post(LIST, told, follow=True).content.decode()


def deeds_logged() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.order_by("pk").values_list("who", "deed"))


def test_a_new_kiosk_gets_a_code_that_is_shown_once(office: Client) -> None:
    told = {"kiosk_id": "k7", "name": "کنار در", "store": "tehran-1"}
    html = office.post(f"{LIST}add/", told, follow=True).content.decode()
    assert re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}</bdi>", html)
    assert not re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}</bdi>", page(office, LIST))
    assert Kiosk.objects.get(pk="k7").name == "کنار در"
    assert deeds_logged() == [("maryam", "make"), ("maryam", "code"), ("maryam", "rename")]


def test_a_key_that_waits_is_seen_and_approved_or_refused(office: Client) -> None:
    first, second = a_kiosk("k7", state=KeyState.WAITING), a_kiosk("k8", state=KeyState.WAITING)
    assert first.key_id in page(office, LIST)
    assert "تأیید شد: k7" in do(office, "approve", "k7")
    assert "رد شد: k8" in do(office, "refuse", "k8")
    states = dict(KioskKey.objects.values_list("pk", "state"))
    assert states == {first.key_id: KeyState.ACTIVE, second.key_id: KeyState.REVOKED}
    assert "هیچ کلیدی از k7 در انتظار نیست" in do(office, "approve", "k7")
    assert deeds_logged() == [("maryam", "approve"), ("maryam", "refuse")]


@pytest.mark.parametrize("action", ["approve", "refuse"])
def test_a_box_that_took_the_place_of_the_one_looked_at_is_not_decided_on(
    office: Client, action: str
) -> None:
    first, steady = a_kiosk("k7", state=KeyState.WAITING), a_kiosk("k8", state=KeyState.WAITING)
    seen = shown_keys(page(office, LIST))
    assert set(seen.values()) == {first.key_id, steady.key_id}
    KioskKey.objects.filter(pk=first.key_id).update(state=KeyState.REVOKED)
    other = a_kiosk("k7", state=KeyState.WAITING)
    html = do(office, action, "k7", "k8", seen=seen)
    assert "کلید دیگری از k7 در انتظار است" in html
    assert KioskKey.objects.get(pk=other.key_id).state == KeyState.WAITING
    assert KioskKey.objects.get(pk=steady.key_id).state != KeyState.WAITING
    assert [(e.deed, e.kiosk_id) for e in AuditEntry.objects.all()] == [(action, "k8")]


def test_a_key_that_came_after_the_page_was_loaded_is_not_approved(office: Client) -> None:
    a_kiosk("k7", state=KeyState.WAITING)
    assert "کلید دیگری از k7 در انتظار است" in do(office, "approve", "k7", seen={})
    assert KioskKey.objects.get().state == KeyState.WAITING


def test_a_kiosk_is_revoked_and_gets_a_code_for_new_hardware(office: Client) -> None:
    a_kiosk("k7")
    assert re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}</bdi>", do(office, "new_code", "k7"))
    assert KioskKey.objects.get().state == KeyState.ACTIVE
    assert "باطل شد: k7" in do(office, "revoke", "k7")
    assert KioskKey.objects.get().state == KeyState.REVOKED


def test_renaming_moving_and_switching_off_are_deeds_too(office: Client) -> None:
    key = a_kiosk("k7")
    html = page(office, f"{LIST}k7/change/")
    assert key.key_id in html
    assert 'name="kiosk_id"' not in html
    office.post(f"{LIST}k7/change/", {"name": "بالا", "store": "tehran-2"})  # active: not ticked
    kiosk = Kiosk.objects.get(pk="k7")
    assert (kiosk.name, kiosk.store_id, kiosk.active) == ("بالا", "tehran-2", False)
    assert deeds_logged() == [("maryam", d) for d in ("rename", "move", "switch off")]
    office.post(f"{LIST}k7/change/", {"name": "بالا", "store": "tehran-2"})
    assert len(deeds_logged()) == 3


def test_whoever_may_only_look_decides_nothing(chain: Configuration) -> None:
    a_kiosk("k7", state=KeyState.WAITING)
    looker = User.objects.create_user("reza", is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_kiosk"))
    client = Client(headers={"host": "localhost"})
    client.force_login(looker)
    assert 'value="approve"' not in page(client, LIST)
    do(client, "approve", "k7")
    assert KioskKey.objects.get().state == KeyState.WAITING
    assert client.get(f"{LIST}add/").status_code == 403


def test_the_log_is_only_looked_at(office: Client) -> None:
    a_kiosk("k7")
    do(office, "revoke", "k7")
    entry = AuditEntry.objects.get()
    assert "k7" in page(office, "/office/fleet/auditentry/")
    html = page(office, f"/office/fleet/auditentry/{entry.pk}/change/")
    assert 'name="who"' not in html
    for path in ("add/", f"{entry.pk}/delete/"):
        assert office.get(f"/office/fleet/auditentry/{path}").status_code == 403
