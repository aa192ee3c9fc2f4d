"""The real kiosk, with every thread, that finds a payment open at its start."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from kiosk.bootstrap import Kiosk
from kiosk.checkout.view import PaidView, UnknownView
from kiosk.checkout_messages import EndCheckout
from kiosk.config import Settings, load
from kiosk.hardware.terminal.fake import FakeTerminal
from kiosk.lobby.view import TroubleView
from kiosk.outbox.boot import SystemBox
from kiosk.outbox.recorder import Recorder
from kiosk.payment.desk import Desk
from kiosk.payment.journal import Journal
from kiosk.payment.paying import pay
from kiosk.payment_messages import Pay
from kiosk.sales_book import JournalSales
from kiosk.view import View
from retail.tender import Phase
from retail.values import Money
from tests.flows.shopping import NoRoom
from tests.flows.test_start import SETTINGS, running
from tests.flows.test_start import settings as settings  # the fixture

SHOWN_S = 2.0  # from the start to "we do not know yet"
PAYING = """\
[basket]
enabled = true
[payment]
enabled = true
pause_s = 0.1
[terminal]
driver = "fake"
address = "{terminal}"
answer_s = 0.1
[printer]
driver = "printer.file"
options = {{ folder = "{receipts}" }}
"""


@pytest.fixture
def paying(settings: Settings, tmp_path: Path) -> Settings:
    more = PAYING.format(terminal=tmp_path / "terminal", receipts=tmp_path / "receipts")
    (tmp_path / "kiosk.toml").write_text(SETTINGS + more, "utf-8")
    return load(tmp_path / "kiosk.toml")


@pytest.fixture
def switched_off(paying: Settings, tmp_path: Path) -> Settings:
    text = (tmp_path / "kiosk.toml").read_text("utf-8").replace("enabled = true", "enabled = false")
    (tmp_path / "kiosk.toml").write_text(text, "utf-8")
    return load(tmp_path / "kiosk.toml")


def leave_in_doubt(settings: Settings, terminal: FakeTerminal) -> None:
    """Charge, and lose the link before the kiosk hears of it; then end."""
    settings.data_dir.mkdir()
    terminal.ledger.pull(lose="booked")
    box = SystemBox()
    recorder = Recorder(settings.database, box, lambda: None, NoRoom())  # type: ignore[arg-type]
    where = f"fake://{settings.terminal.address}"
    desk = Desk(Journal(recorder, box), terminal, where, box, lambda _: None, lambda _: True)
    basket = {"number": 47, "total": 480_000, "currency": "IRR", "lines": []}
    began = pay(desk, Pay(desk.journal._make_id(), Money(480_000, "IRR"), basket), lambda: True)
    assert getattr(began, "phase", None) is Phase.IN_DOUBT, began
    recorder.close()


def test_the_first_view_says_that_it_is_not_known_and_the_teller_settles_it(
    paying: Settings, tmp_path: Path
) -> None:
    terminal = FakeTerminal(tmp_path / "terminal")
    leave_in_doubt(paying, terminal)

    began_s, kiosk = time.process_time(), Kiosk(paying)
    seen: list[View] = []
    try:
        first = kiosk.start(seen.append)
        took_s = time.process_time() - began_s
        assert isinstance(first.body, UnknownView)
        assert first.body.number == "۴۷"
        assert took_s < SHOWN_S

        until(seen, PaidView)
        kiosk.post(EndCheckout())
        until(seen, TroubleView)  # there is no catalogue here
    finally:
        assert kiosk.stop() == []
    assert terminal.ledger.net() == 480_000


def test_a_second_start_finds_nothing_to_settle(paying: Settings, tmp_path: Path) -> None:
    leave_in_doubt(paying, FakeTerminal(tmp_path / "terminal"))
    kiosk = Kiosk(paying)
    seen: list[View] = []
    try:
        kiosk.start(seen.append)
        until(seen, PaidView)
    finally:
        assert kiosk.stop() == []
    with running(paying) as (_, views):
        time.sleep(0.3)
        assert not any(isinstance(each.body, UnknownView) for each in views.queue)


def until(seen: list[View], kind: type, within_s: float = 30.0) -> None:
    """Wait for a view of a kind."""
    end = time.monotonic() + within_s
    while not any(isinstance(view.body, kind) for view in seen):
        assert time.monotonic() < end, [type(view.body).__name__ for view in seen]
        time.sleep(0.02)


def test_what_is_open_when_payment_is_switched_off_is_settled_all_the_same(
    paying: Settings, switched_off: Settings, tmp_path: Path
) -> None:
    leave_in_doubt(paying, FakeTerminal(tmp_path / "terminal"))

    with running(switched_off) as (kiosk, views):
        assert kiosk.teller is not None
        while not isinstance(views.get(timeout=20).body, PaidView):
            pass
        kiosk.post(EndCheckout())
    assert len(JournalSales(switched_off.database).newest(10)) == 1
    # the next start finds nothing open: there is no paying any more
    assert Kiosk(switched_off).teller is None


def test_what_was_open_in_a_damaged_file_is_settled_with_payment_switched_off(
    paying: Settings, switched_off: Settings, tmp_path: Path
) -> None:
    leave_in_doubt(paying, FakeTerminal(tmp_path / "terminal"))
    paying.database.rename(paying.database.with_name("kiosk.db.corrupt-1"))

    with running(switched_off) as (kiosk, views):
        assert kiosk.teller is not None
        while not isinstance(views.get(timeout=20).body, PaidView):
            pass
        kiosk.post(EndCheckout())
    assert len(JournalSales(switched_off.database).newest(10)) == 1
