"""Members: who proves a number, what guessing yields, registering once, merging, erasing."""

from __future__ import annotations

import contextlib
import json
import threading
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from django.db import connections, transaction

from server.configuration import Configuration
from server.fleet.models import AuditEntry
from server.ledger.models import POINTS, Account
from server.ledger.writing import (
    Cause,
    Give,
    Take,
    account_of,
    balance,
    chain_account,
    lots_of,
    post,
    spendable,
)
from server.members import codes
from server.members.codes import Proved, WrongCodeError, send_code, use_code
from server.members.limits import TooOftenError, forget
from server.members.models import Consent, LoginCode, Member, Tried
from server.members.registering import (
    Asked,
    MemberError,
    change,
    erase,
    exported,
    merge,
    register,
)
from tests.server.engines import EACH

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MOBILE, OTHER = "989123456789", "989350000001"


class Phone:
    """Holds what was sent to it, and to nobody else."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []

    def __call__(self, mobile: str, code: str) -> None:
        self.sent.append((mobile, code))

    @property
    def code(self) -> str:
        return self.sent[-1][1]


@pytest.fixture
def phone() -> Phone:
    return Phone()


@pytest.fixture(autouse=True)
def consent(configuration: Configuration) -> None:
    Consent.objects.create(version="1", text_fa="موافقم", text_en="I agree", made_at=NOON)


def asked(number: int = 1, mobile: str = MOBILE, **more: object) -> Asked:
    told = {"name": "سارا احمدی", "consent": "1", "consented_at": NOON, **more}
    return Asked(UUID(int=number), mobile, **told)  # type: ignore[arg-type]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


# ---- codes


@EACH
def test_a_code_proves_a_number_once(phone: Phone) -> None:
    send_code(MOBILE, "k1", NOON, phone)
    assert use_code(MOBILE, phone.code, "k1", NOON + MINUTE) == Proved(MOBILE, None)
    with pytest.raises(WrongCodeError):
        use_code(MOBILE, phone.code, "k1", NOON + MINUTE)
    register(asked(), NOON)
    send_code(MOBILE, "k1", NOON, phone)
    proved = use_code(MOBILE, phone.code, "k1", NOON + MINUTE)
    assert proved.member is not None
    assert proved.member.name == "سارا احمدی"


@EACH
def test_a_code_ends_after_three_minutes_and_with_the_next_one(phone: Phone) -> None:
    send_code(MOBILE, "k1", NOON, phone)
    first = phone.code
    with pytest.raises(WrongCodeError):
        use_code(MOBILE, first, "k1", NOON + 3 * MINUTE)
    send_code(MOBILE, "k1", NOON, phone)
    if first != phone.code:
        with pytest.raises(WrongCodeError):
            use_code(MOBILE, first, "k1", NOON)
    use_code(MOBILE, phone.code, "k1", NOON)


@EACH
def test_a_code_is_of_one_number(phone: Phone) -> None:
    send_code(MOBILE, "k1", NOON, phone)
    with pytest.raises(WrongCodeError):
        use_code(OTHER, phone.code, "k1", NOON)


@EACH
def test_after_five_wrong_tries_the_right_one_is_none(phone: Phone) -> None:
    send_code(MOBILE, "k1", NOON, phone)
    for _ in range(codes.TRIES):
        with pytest.raises(WrongCodeError):
            use_code(MOBILE, wrong(phone.code), "k1", NOON)
    with pytest.raises(WrongCodeError):
        use_code(MOBILE, phone.code, "k1", NOON)


@EACH
def test_neither_numbers_nor_codes_stand_in_the_tables(phone: Phone) -> None:
    send_code(MOBILE, "k1", NOON, phone)
    kept = str([*LoginCode.objects.values(), *Tried.objects.values()])
    assert MOBILE not in kept
    assert MOBILE[2:] not in kept
    assert phone.code not in kept


@EACH
def test_what_could_not_be_sent_leaves_no_code(phone: Phone) -> None:
    def fails(_mobile: str, _code: str) -> None:
        raise ValueError("no gateway")

    with pytest.raises(ValueError, match="no gateway"):
        send_code(MOBILE, "k1", NOON, fails)
    assert not LoginCode.objects.exists()


# ---- the attacker


@EACH
def test_who_asks_learns_nothing_of_who_is_a_member(phone: Phone) -> None:
    register(asked(), NOON)
    for mobile in (MOBILE, OTHER):
        send_code(mobile, "k1", NOON, phone)  # the same answer: none
    assert [mobile for mobile, _ in phone.sent] == [MOBILE, OTHER]
    said = set()
    for mobile, code in phone.sent:
        with pytest.raises(WrongCodeError) as refused:
            use_code(mobile, wrong(code), "k1", NOON)
        said.add(str(refused.value))
    assert len(said) == 1


@EACH
def test_who_guesses_one_number_for_a_day_has_forty_tries(phone: Phone) -> None:
    """At as many kiosks as they like, whenever they like: it is the number that is counted."""
    chance, tries, at = Random(3), 0, NOON
    while at < NOON + 24 * HOUR:
        kiosk = f"k{chance.randrange(10**6)}"
        try:
            send_code(MOBILE, kiosk, at, phone)
        except TooOftenError as refused:
            at += timedelta(seconds=min(refused.again_s, 3_600))
            continue
        for _ in range(20):
            with contextlib.suppress(WrongCodeError):
                use_code(MOBILE, wrong(phone.code), kiosk, at)
        tries += min(20, codes.TRIES)
        at += MINUTE
    assert len(phone.sent) == 8
    assert tries <= 40


@EACH
def test_who_guesses_at_a_kiosk_is_stopped_whatever_the_numbers(phone: Phone) -> None:
    for number in range(30):
        with pytest.raises(WrongCodeError):
            use_code(f"98912000{number:04d}", "123456", "k1", NOON + timedelta(seconds=number))
    with pytest.raises(TooOftenError) as refused:
        use_code(MOBILE, "123456", "k1", NOON + timedelta(seconds=30))
    assert 3_500 < refused.value.again_s <= 3_600
    with pytest.raises(WrongCodeError):
        use_code(MOBILE, "123456", "k2", NOON)  # another kiosk goes on


@EACH
def test_a_kiosk_sends_no_more_than_forty_codes_an_hour(phone: Phone) -> None:
    sent = 0
    try:
        for number in range(60):
            send_code(f"98912000{number:04d}", "k1", NOON, phone)
            sent += 1
    except TooOftenError:
        pass
    assert (sent, len(phone.sent)) == (40, 40)
    send_code(MOBILE, "k1", NOON + HOUR, phone)
    assert forget(NOON + HOUR) == 40 * 3


@EACH
def test_right_codes_do_not_use_up_what_is_for_wrong_ones(phone: Phone) -> None:
    for number in range(35):
        mobile = f"98912000{number:04d}"
        send_code(mobile, "k1", NOON, phone)
        use_code(mobile, phone.code, "k1", NOON)


@EACH
def test_of_many_who_try_at_once_no_more_than_five_are_looked_at(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_code(MOBILE, "k1", NOON, phone)
    looked, lock = [], threading.Lock()
    real = codes._code_hash

    def counting(mobile: str, code: str) -> str:
        with lock:
            looked.append(code)
        return real(mobile, code)

    monkeypatch.setattr(codes, "_code_hash", counting)
    start = threading.Barrier(12)

    def guess(number: int) -> None:
        start.wait(30)
        try:
            use_code(MOBILE, f"{number:06d}", f"k{number}", NOON)
        except WrongCodeError:
            pass
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(looked) == codes.TRIES


# ---- registering


@EACH
def test_the_same_registration_told_twice_is_one_member(configuration: Configuration) -> None:
    assert register(asked(), NOON) == register(asked(), NOON)
    member = Member.objects.get()
    assert (member.consent.version, member.consented_at) == ("1", NOON)
    assert AuditEntry.objects.filter(deed="member registered").count() == 1


@EACH
def test_one_person_at_two_kiosks_that_were_offline_is_one_member(
    configuration: Configuration,
) -> None:
    first, second = register(asked(1), NOON), register(asked(2), NOON)
    assert second == first
    assert Member.objects.get(pk=UUID(int=2)).merged_into == first
    assert register(asked(2), NOON) == first  # told once more


@EACH
@pytest.mark.parametrize(
    ("change_", "said"),
    [
        ({"name": " "}, "a name"),
        ({"name": "x" * 101}, "a name"),
        ({"name": "a\x00b"}, "a name"),
        ({"consent": "9"}, "wording"),
        ({"national_id": "1234567890"}, "without a slip"),
    ],
)
def test_what_is_wrong_with_a_registration_is_said_without_naming_anybody(
    configuration: Configuration, change_: dict[str, str], said: str
) -> None:
    with pytest.raises(MemberError, match=said) as refused:
        register(asked(**change_), NOON)
    assert MOBILE not in str(refused.value)
    assert not Member.objects.exists()


def points(member: Member) -> Account:
    return account_of(Account.Kind.POINTS, str(member.pk), POINTS)


def earn(member: Member, amount: int, key: str, days: int | None = None) -> None:
    ends = None if days is None else NOON + timedelta(days=days)
    with transaction.atomic():
        moves = (
            Give(points(member), amount, NOON, ends),
            Take(chain_account("given", POINTS), amount),
        )
        post(Cause(key, "earned", NOON), moves)


@EACH
def test_two_members_become_one_with_their_lots_and_their_debt(
    configuration: Configuration,
) -> None:
    one, into = register(asked(1), NOON), register(asked(2, OTHER), NOON)
    earn(one, 100, "a", 10)
    earn(one, 50, "b")
    earn(into, 5, "c")
    merged = merge(one, into, "office", NOON)
    assert merge(Member.objects.get(pk=one.pk), into, "office", NOON) == merged  # once more
    assert sorted((lot.left, lot.expires_at is None) for lot in lots_of(points(into))) == [
        (5, True), (50, True), (100, False)
    ]  # fmt: skip
    assert balance(points(one)) == 0
    third = register(asked(3, MOBILE), NOON)  # the number is free again
    with transaction.atomic():
        owing = (Take(points(third), 30, owing=True), Give(chain_account("back", POINTS), 30))
        post(Cause("d", "returned", NOON), owing)
    merge(third, into, "office", NOON)
    assert spendable(points(into), NOON) == 125
    with pytest.raises(MemberError):
        merge(into, into, "office", NOON)


@EACH
def test_who_is_erased_is_nobody_and_the_books_stay_right(configuration: Configuration) -> None:
    member = register(asked(national_id="0084575948"), NOON)
    register(asked(2), NOON)  # merged into the first
    earn(member, 100, "a")
    told = json.loads(exported(member))
    assert (told["mobile"], told["name"]) == (MOBILE, "سارا احمدی")
    assert told["accounts"][0]["postings"][0]["amount"] == 100
    erase(member, "office", NOON)
    erase(member, "office", NOON)
    kept = str([*Member.objects.values(), *AuditEntry.objects.values()])
    for secret in (MOBILE, "سارا", "0084575948"):
        assert secret not in kept
    assert balance(points(member)) == 0
    assert register(asked(3), NOON).pk == UUID(int=3)  # the number may register anew


@EACH
def test_a_name_is_changed_by_its_owner_and_by_nobody_after_erasing(
    configuration: Configuration,
) -> None:
    member = register(asked(), NOON)
    assert change(member, "  نرگس   احمدی ", "member", NOON).name == "نرگس احمدی"
    with pytest.raises(MemberError):
        change(member, "", "member", NOON)
    erase(member, "office", NOON)
    assert change(member, "کسی", "office", NOON).name == ""
