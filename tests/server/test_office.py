from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from server.catalogue.models import Offer, Product, Stock
from server.configuration import Configuration
from server.events.models import Event, UnknownCode
from server.events.store import store_events
from server.fleet.keys import enrol
from server.fleet.models import Kiosk
from server.office.persian import written
from server.snapshots.models import Snapshot
from server.snapshots.publish import publish
from server.stores.models import Store
from tests.server.line import NOON, damaged_workbook

IMPORT = "/office/catalogue/product/import/"
PUBLISH = "/office/snapshots/snapshot/publish/"
PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


@pytest.fixture
def office(chain: Configuration) -> Client:
    """Head office at its desk, with one row of everything."""
    milk = Product.objects.get(sku="10001")
    Stock.objects.create(product=milk, store_id="tehran-1", on_hand=1_250, counted_at=NOON)
    offer = Offer.objects.create(
        offer_id="week",
        name_fa="هفتهٔ لبنیات",
        starts_at=NOON,
        ends_at=NOON + timedelta(7),
        off_basis_points=1_250,
    )
    offer.products.add(milk)
    enrol("tehran-1-k1", Store.objects.get(pk="tehran-1"), NOON)
    event = {
        "id": "0193578f-8a00-7000-8000-000000000001",
        "kind": "unknown_code",
        "at": "2026-11-23T08:30:00Z",
        "body": {"code": "4006381333931", "symbology": "E0"},
    }
    store_events(Kiosk.objects.get(), [event], NOON)
    publish(chain, NOON)
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.create_superuser("office"))
    return client


def page(office: Client, path: str) -> str:
    answer = office.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_the_office_is_in_persian_from_right_to_left(office: Client) -> None:
    html = page(office, "/office/")
    assert '<html lang="fa" dir="rtl"' in html
    assert "office/office.css" in html
    for word in (
        "پیشخان — دفتر مرکزی",
        "کالاها",
        "قیمت‌ها",
        "تخفیف‌ها",
        "فروشگاه‌ها",
        "کدهای ناشناخته",
    ):
        assert word in html


LISTS = {
    "catalogue/product": ("شیر", "۵۴۰٬۰۰۰", "قیمت (ریال)", "ورود کالا از پرونده"),
    "catalogue/price": ("۵۴۰٬۰۰۰", "قیمت (ریال)"),
    "catalogue/stock": ("۱٬۲۵۰", "۱۴۰۵/۰۹/۰۲ ۱۲:۰۰"),
    "catalogue/offer": ("٪۱۲٫۵", "۱۴۰۵/۰۹/۰۹ ۱۲:۰۰"),
    "catalogue/category": ("لبنیات", "دستهٔ بالاتر"),
    "stores/store": ("شعبهٔ ونک",),
    "fleet/kiosk": ("tehran-1-k1", "۱۴۰۵/۰۹/۰۲ ۱۲:۰۰"),
    "events/event": ("unknown_code", "4006381333931", "۱۴۰۵/۰۹/۰۲ ۱۲:۰۰"),
    "events/unknowncode": ("4006381333931", "۱۴۰۵/۰۹/۰۲ ۱۲:۰۰", "دفعات اسکن"),
    "snapshots/snapshot": ("انتشار کاتالوگ", "شعبهٔ پونک"),
}


@pytest.mark.parametrize("table", LISTS)
def test_each_list_shows_persian_words_digits_and_dates(office: Client, table: str) -> None:
    html = page(office, f"/office/{table}/")
    for text in LISTS[table]:
        assert text in html, text


@pytest.mark.parametrize(
    "model", [Product, Offer, Stock, Store, Kiosk, Event, UnknownCode, Snapshot]
)
def test_each_row_opens(office: Client, model: type) -> None:
    row = model.objects.first()  # type: ignore[attr-defined]
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"  # type: ignore[attr-defined]
    assert page(office, reverse(name, args=[row.pk]))


@pytest.mark.parametrize("query", ["شیر", "10001", "6260100000100", "626"])
def test_a_product_is_found_by_name_sku_and_gtin(office: Client, query: str) -> None:
    assert "شیر" in page(office, f"/office/catalogue/product/?q={query}")


def test_an_offer_is_typed_with_jalali_days_and_persian_digits(office: Client) -> None:
    milk = Product.objects.get(sku="10001")
    form = {
        "offer_id": "yalda",
        "name_fa": "یلدا",
        "starts_at": "۱۴۰۵/۰۹/۲۹",
        "ends_at": "1405/10/01 23:30",
        "off_basis_points": "1000",
        "products": [milk.pk],
    }
    answer = office.post("/office/catalogue/offer/add/", form)
    assert answer.status_code == 302, answer.content.decode()
    offer = Offer.objects.get(pk="yalda")
    assert offer.starts_at.isoformat() == "2026-12-19T20:30:00+00:00"
    assert offer.ends_at.isoformat() == "2026-12-22T20:00:00+00:00"
    wrong = office.post("/office/catalogue/offer/add/", {**form, "starts_at": "فردا"})
    assert "«فردا» خوانده نشد" in wrong.content.decode()


@pytest.mark.parametrize(
    "day", ["9999/12/31", "9377/12/29", "2200-01-02", "1378/10/10", "0001/01/01"]
)
def test_an_offer_of_no_century_of_ours_is_refused_in_the_form(office: Client, day: str) -> None:
    form = {
        "offer_id": "endless",
        "name_fa": "همیشگی",
        "starts_at": "1405/09/01",
        "ends_at": "1405/10/01",
        "off_basis_points": "1000",
        "products": [Product.objects.get(sku="10001").pk],
    }
    for field in ("starts_at", "ends_at"):
        answer = office.post("/office/catalogue/offer/add/", {**form, field: day})
        assert "روزی از ۱۳۷۸/۱۰/۱۲ تا ۱۵۷۸/۱۰/۱۰ انتظار می‌رفت" in answer.content.decode()
    assert not Offer.objects.filter(pk="endless").exists()


def test_a_row_keeps_its_id_and_what_was_told_cannot_be_changed(office: Client) -> None:
    assert 'name="store_id"' not in page(office, "/office/stores/store/tehran-1/change/")
    event = Event.objects.get()
    assert 'name="kind"' not in page(office, f"/office/events/event/{event.pk}/change/")
    delete = ("fleet/kiosk/tehran-1-k1/delete/", f"events/event/{event.pk}/delete/")
    for path in ("events/event/add/", "fleet/auditentry/add/", *delete):
        assert office.get(f"/office/{path}").status_code == 403


def test_a_file_is_tried_then_imported_and_its_wrong_rows_are_shown(office: Client) -> None:
    content = "کد کالا,نام,دسته,واحد,قیمت\n1,چای,food,بسته,90000\n2,قند,none,بسته,۱۲\n".encode()

    def send(**more: str) -> str:
        file = SimpleUploadedFile("a.csv", content)
        return office.post(IMPORT, {"file": file, **more}).content.decode()

    tried = send(dry_run="on")
    assert "آنچه این پرونده انجام می‌داد" in tried
    assert Product.objects.count() == 1
    done = send()
    assert "شناسهٔ دسته‌ای که وجود دارد" in done
    assert "<td>۳</td>" in done
    assert Product.objects.filter(sku="1").exists()
    assert not Product.objects.filter(sku="2").exists()


@pytest.mark.parametrize("content", [b"PK\x03\x04x", damaged_workbook()], ids=["none", "damaged"])
def test_a_file_that_is_no_table_is_said_in_the_form(office: Client, content: bytes) -> None:
    answer = office.post(IMPORT, {"file": SimpleUploadedFile("a.xlsx", content)})
    assert "پرونده خوانده نشد" in answer.content.decode()
    assert office.post(IMPORT, {}).status_code == 200


def test_what_a_file_says_is_never_taken_as_html(office: Client) -> None:
    content = b"sku,price,<b>x</b>\n10001,<script>alert(1)</script>,1\n"
    html = office.post(IMPORT, {"file": SimpleUploadedFile("a.csv", content)}).content.decode()
    assert "&lt;script&gt;alert(1)" in html
    assert "<script>alert(1)" not in html
    assert "<b>x</b>" not in html


def test_publishing_is_one_button_and_says_what_it_did(office: Client) -> None:
    assert "چیزی تغییر نکرده" in office.post(PUBLISH, follow=True).content.decode()
    Product.objects.update(name_fa="شیر تازه")
    assert "منتشر شد برای: tehran-1، tehran-2" in office.post(PUBLISH, follow=True).content.decode()
    assert office.get(PUBLISH).status_code == 405


def test_strangers_and_staff_without_the_right_do_nothing(office: Client) -> None:
    file = {"file": SimpleUploadedFile("a.csv", b"sku,price\n10001,1\n")}
    stranger = Client(headers={"host": "localhost"})
    assert stranger.post(IMPORT, file).status_code == 302
    stranger.force_login(User.objects.create_user("clerk", is_staff=True))
    assert stranger.post(IMPORT, file).status_code == 403
    assert stranger.post(PUBLISH).status_code == 403
    checked = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    checked.force_login(User.objects.get(username="office"))
    assert checked.post(PUBLISH).status_code == 403
    assert Snapshot.objects.filter(sequence=2).count() == 0


# ---- instants


LAST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
FIRST = datetime(1, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (LAST, "9999-12-31 23:59"),
        (datetime(9999, 6, 1, 8, 30, tzinfo=UTC), "9999-06-01 12:00"),
        (datetime(600, 1, 1, tzinfo=UTC), "0600-01-01 03:25"),  # Tehran by the sun
        (FIRST.replace(tzinfo=timezone(timedelta(hours=5))), "0001-01-01 00:00"),
    ],
)
def test_an_instant_that_no_jalali_year_has_is_written_as_iso(at: datetime, text: str) -> None:
    for language, wanted in (("fa", text.translate(PERSIAN_DIGITS)), ("en", text)):
        with translation.override(language):
            assert written(at) == wanted


@given(st.datetimes(timezones=st.just(UTC)))
def test_every_instant_of_a_database_can_be_written(at: datetime) -> None:
    for language in ("fa", "en"):
        with translation.override(language):
            assert len(written(at)) == 16


def test_a_code_that_was_seen_in_the_far_future_is_on_its_page(office: Client) -> None:
    UnknownCode.objects.update(last_seen_at=LAST, first_seen_at=FIRST)
    answer = office.get("/office/events/unknowncode/")
    assert (answer.status_code, "۹۹۹۹-۱۲-۳۱" in answer.text) == (200, True)
