"""Tables as files: what leaves the office, for whom, and that it comes back as it went."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from server.catalogue.models import Offer, Pack, Place, Price, Product, Stock
from server.configuration import Configuration
from server.events.models import Event, UnknownCode
from server.events.store import store_events
from server.fleet.enrolment import make_code
from server.fleet.keys import enrol
from server.fleet.models import AuditEntry, EnrolmentCode, Kiosk, KioskKey
from server.monitor.fleet import board
from server.office.exchange import admin as exchange
from server.office.exchange.admin import Exports
from server.office.exchange.columns import Column
from server.office.exchange.fleet import FleetResource
from server.snapshots.publish import publish
from server.stores.models import Store
from tests.server.engines import EACH
from tests.server.exchanging import KINDS, desk, opened, records, take
from tests.server.line import NOON
from tests.server.signing import a_kiosk

NOON_HERE = "2026-11-23T12:00:00+03:30"
UPC = "012345678905"  # a zero in front that counts
KIND = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture
def office(chain: Configuration) -> Client:
    """Head office, with a row or two of everything."""
    milk, ours = Product.objects.get(sku="10001"), "tehran-1"
    tea = Product.objects.create(sku="000002", name_fa="چای", unit_fa="بسته", category_id="food")
    Pack.objects.create(product=tea, gtin=UPC)
    Pack.objects.create(product=tea, gtin="4006381333931", pieces=6, price=500_000, unit_fa="جعبه")
    Price.objects.create(product=milk, store_id=ours, amount=530_000)
    Price.objects.create(product=tea, amount=90_000)
    Stock.objects.create(product=milk, store_id=ours, on_hand=1_250, counted_at=NOON)
    Place.objects.create(product=milk, store_id=ours, aisle="3", bay="07", shelf="2")
    offer = Offer.objects.create(
        offer_id="week",
        name_fa="هفته",
        starts_at=NOON,
        ends_at=NOON + timedelta(7),
        off_basis_points=1_250,
    )
    offer.products.add(milk, tea)
    enrol("tehran-1-k1", Store.objects.get(pk=ours), NOON)
    event = {
        "id": "0193578f-8a00-7000-8000-000000000001",
        "kind": "unknown_code",
        "at": "2026-11-23T08:30:00Z",
        "body": {"code": "01\x1d=10", "symbology": "E0"},
    }
    store_events(Kiosk.objects.get(), [event], NOON)
    publish(chain, NOON)
    board.forget()
    return desk()


TABLES = {
    "catalogue/product": {
        "sku": "000002",
        "gtin": UPC,
        "pack_gtins": "4006381333931:6:500000:جعبه",
        "price": "90000",
    },
    "catalogue/price": {"sku": "10001", "store": "tehran-1", "price": "530000", "name": "شیر"},
    "catalogue/stock": {"on_hand": "1250", "counted_at": NOON_HERE, "gtin": "6260100000100"},
    "catalogue/place": {"store": "tehran-1", "aisle": "3", "bay": "07", "shelf": "2"},
    "catalogue/offer": {"products": "000002|10001", "starts_at": NOON_HERE, "store": ""},
    "catalogue/category": {"category_id": "dairy", "parent": "food"},
    "stores/store": {"store_id": "tehran-1", "name_fa": "شعبهٔ ونک"},
    "fleet/kiosk": {"kiosk_id": "tehran-1-k1", "active": "1", "enrolled_at": NOON_HERE},
    "events/unknowncode": {"code": "01␝=10", "count": "1", "store_name": "شعبهٔ ونک"},
    "events/event": {"kind": "unknown_code", "kiosk": "tehran-1-k1", "at": NOON_HERE},
    "snapshots/snapshot": {"store": "tehran-1", "sequence": "1", "made_at": NOON_HERE},
}


@EACH
@KIND
def test_each_list_is_a_file_with_what_it_shows(office: Client, kind: str) -> None:
    for table, wanted in TABLES.items():
        rows = records(take(office, table, kind))
        assert any(wanted.items() <= row.items() for row in rows), (table, rows)
        assert "خروجی" in office.get(f"/office/{table}/").content.decode()


def test_every_table_of_the_office_is_exported() -> None:
    without = {
        model._meta.label
        for model, table in admin.site._registry.items()
        if not isinstance(table, Exports) and model._meta.app_label != "pricing"  # edited as rules
    }
    assert without == {"auth.User", "auth.Group", "monitor.Report"}  # the fleet has its own


@pytest.mark.parametrize(
    ("headings", "header"),
    [
        ("fa", ["کد کالا", "بارکد", "نام", "فروشگاه", "نام فروشگاه", "قیمت"]),
        ("en", ["item code", "gtin", "name", "store", "store's name", "price rial"]),
        ("name", ["sku", "gtin", "name", "store", "store_name", "price"]),
        ("", ["کد کالا", "بارکد", "نام", "فروشگاه", "نام فروشگاه", "قیمت"]),  # the page's own
    ],
)
@KIND
def test_headings_are_in_the_language_of_the_page_or_another(
    office: Client, kind: str, headings: str, header: list[str]
) -> None:
    assert opened(take(office, "catalogue/price", kind, headings))[0] == header


def test_a_persian_workbook_is_read_from_right_to_left(office: Client) -> None:
    for headings, right_to_left in (("fa", True), ("en", False)):
        content = take(office, "catalogue/price", "xlsx", headings)
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        assert bool(sheet.sheet_view.rightToLeft) is right_to_left


FILTERS = {
    "?store__store_id__exact=tehran-1": {"530000"},
    "?store__isnull=True": {"540000", "90000"},
    "?q=000002": {"90000"},
    "": {"530000", "540000", "90000"},
}


@EACH
@pytest.mark.parametrize("query", FILTERS)
def test_the_lists_search_and_filters_hold_for_the_file(office: Client, query: str) -> None:
    assert {
        row["price"] for row in records(take(office, "catalogue/price", query=query))
    } == FILTERS[query]


def test_the_list_leads_to_its_export_with_what_was_filtered(office: Client) -> None:
    html = office.get("/office/catalogue/price/?store__isnull=True").content.decode()
    assert "/office/catalogue/price/export/?store__isnull=True" in html
    assert "فیلترهای فهرست" in office.get("/office/catalogue/price/export/?q=1").content.decode()


# ---- cells


def test_numbers_are_numbers_and_digits_of_a_gtin_are_text(office: Client) -> None:
    header, *rows = opened(take(office, "catalogue/product", "xlsx"))
    tea = dict(zip(header, next(row for row in rows if row[0] == "000002"), strict=True))
    assert (tea["gtin"], tea["price"], tea["popularity"]) == (UPC, 90_000, 0)


def test_what_looks_like_an_error_of_a_spreadsheet_is_text_too(office: Client) -> None:
    Product.objects.filter(sku="10001").update(name_fa="#N/A", brand_fa="2026-11-23")
    rows = records(take(office, "catalogue/product", "xlsx"))  # which looks at the cells' kinds
    assert ("#N/A", "2026-11-23") in {(row["name_fa"], row["brand_fa"]) for row in rows}


FORMULAS = (
    '=HYPERLINK("http://x";"y")',
    "=1+1",
    "+1",
    "-1+2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "'=1",
    "''=1",
    "＝1+1",
    "＠SUM(A1)",
)


@EACH
@KIND
def test_what_a_spreadsheet_would_carry_out_is_text_in_the_file(office: Client, kind: str) -> None:
    for number, text in enumerate(FORMULAS):
        Product.objects.create(sku=f"f{number}", name_fa=text, unit_fa="=x", category_id="food")
    names = [row["name_fa"] for row in records(take(office, "catalogue/product", kind))]
    assert len([name for name in names if name.startswith("'")]) == len(FORMULAS) - 2
    for name in names:
        assert name.lstrip(" ")[0] not in "=+-@＝＋－＠\t\r", name
    assert {"␉=1", "␍=1"} <= set(names)  # what hid the formula is seen


@KIND
@pytest.mark.parametrize("headings", ["fa", "en", "name"])
def test_products_come_back_as_they_went(office: Client, kind: str, headings: str) -> None:
    for number, text in enumerate(("=1+1", "'=1", "-", "@x")):
        tea = Product.objects.create(
            sku=f"f{number}", name_fa=text, unit_fa="بسته", category_id="food", note_en=text
        )
        Price.objects.create(product=tea, amount=number)
    before = (
        list(Product.objects.values()),
        list(Pack.objects.values_list("gtin", "pieces", "price")),
    )
    content = take(office, "catalogue/product", kind, headings)
    file = SimpleUploadedFile(f"a.{kind}", content)
    html = office.post("/office/catalogue/product/import/", {"file": file}).content.decode()
    assert "<dt>بی‌تغییر</dt><dd>۶</dd>" in html, html
    after = (
        list(Product.objects.values()),
        list(Pack.objects.values_list("gtin", "pieces", "price")),
    )
    assert after == before


def test_an_instant_at_the_end_of_the_calendar_does_not_stop_a_file(office: Client) -> None:
    last = NOON.replace(year=9999, month=12, day=31, hour=23)
    Event.objects.update(at=last)
    assert records(take(office, "events/event"))[0]["at"] == last.isoformat()


# ---- secrets


def test_no_file_has_anything_of_a_key(office: Client) -> None:
    a_kiosk("tehran-1-k7")
    make_code("tehran-1-k7", None, "maryam", timezone.now())
    AuditEntry.objects.create(
        at=NOON, who="x", deed="approve", kiosk_id="k", detail={"key": "f" * 32}
    )
    key, bearer = KioskKey.objects.get(), Kiosk.objects.get(pk="tehran-1-k1").key_sha256
    code = EnrolmentCode.objects.get().code_hash
    secrets = {key.key_id, bytes(key.public_key).hex(), str(bearer), code, "f" * 32}
    assert all(len(secret) >= 32 for secret in secrets)
    paths = [
        f"{m._meta.app_label}/{m._meta.model_name}"
        for m, t in admin.site._registry.items()
        if isinstance(t, Exports)
    ]
    assert len(paths) >= 12
    for path in paths:
        for kind in KINDS:
            cells = {str(cell) for row in opened(take(office, path, kind)) for cell in row}
            assert not [secret for secret in secrets for cell in cells if secret in cell], path
    fleet = office.get("/office/monitor/report/export/?format=csv").content.decode()
    assert "tehran-1-k7" in fleet
    assert not [secret for secret in secrets if secret in fleet]


def test_only_columns_that_are_named_are_in_a_resource() -> None:
    resources = [
        t.resource_classes[0] for t in admin.site._registry.values() if isinstance(t, Exports)
    ]
    for resource in (*resources, FleetResource):
        assert all(isinstance(field, Column) for field in resource.fields.values())
        ways = [str(field.attribute) for field in resource.fields.values()]
        assert not [way for way in ways if "key" in way or "secret" in way or "hash" in way]


# ---- rights and the log


def test_whoever_may_not_see_a_table_does_not_export_it(office: Client) -> None:
    stranger = Client(headers={"host": "localhost"})
    clerk = desk("reza", "view_stock")
    for table in TABLES:
        path = f"/office/{table}/export/"
        assert stranger.post(path, {"format": "1"}).status_code == 302, table
        allowed = table == "catalogue/stock"
        assert clerk.post(path, {"format": "1"}).status_code == (200 if allowed else 403), table
    assert clerk.get("/office/monitor/report/export/").status_code == 403
    assert set(AuditEntry.objects.filter(deed="export").values_list("who", flat=True)) == {"reza"}


def test_a_product_file_tells_prices_and_packs_only_to_those_who_see_these(office: Client) -> None:
    path, form = "/office/catalogue/product/export/", {"format": "1"}
    assert desk("a", "view_product").post(path, form).status_code == 403
    assert (
        "خروجی" not in desk("b", "view_product").get("/office/catalogue/product/").content.decode()
    )
    seeing = desk("c", "view_product", "view_pack", "change_price")
    assert seeing.post(path, form).status_code == 200


@EACH
def test_the_log_says_who_took_what_and_how_many_rows(office: Client) -> None:
    take(office, "catalogue/price", "xlsx", query="?store__isnull=True")
    entry = AuditEntry.objects.filter(deed="export").get()
    assert (entry.who, entry.kiosk_id) == ("maryam", "")
    assert entry.detail == {
        "table": "catalogue.price",
        "rows": 2,
        "format": "xlsx",
        "filter": "store__isnull=True",
    }
    (row,) = records(take(office, "fleet/auditentry"))[-1:]
    assert (row["who"], row["table"], row["rows"]) == ("maryam", "catalogue.price", "2")
    AuditEntry.objects.exclude(pk=entry.pk).delete()
    office.get("/office/catalogue/price/export/")  # only looking is not taking
    assert AuditEntry.objects.filter(deed="export").count() == 1


def test_a_table_too_large_for_a_file_is_said_in_the_form(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "ROWS_MAX", 2)
    answer = office.post("/office/catalogue/price/export/", {"format": "0"})
    assert "حداکثر ۲ ردیف" in answer.content.decode()
    assert len(records(take(office, "catalogue/price", query="?store__isnull=True"))) == 2
    assert AuditEntry.objects.filter(deed="export").count() == 1


def test_many_rows_take_few_statements(office: Client, django_statements: list[str]) -> None:
    many = [Product(sku=f"m{n}", name_fa="x", unit_fa="x", category_id="food") for n in range(500)]
    Product.objects.bulk_create(many)
    Stock.objects.bulk_create(
        Stock(product=p, store_id="tehran-2", on_hand=1, counted_at=NOON) for p in many
    )
    del django_statements[:]
    assert len(records(take(office, "catalogue/stock"))) == 501
    assert len(django_statements) < 20


# ---- the fleet


@KIND
def test_the_fleet_is_a_file_as_it_was_chosen(office: Client, kind: str) -> None:
    a_kiosk("tehran-2-k1", "tehran-2")
    board.forget()
    path = f"/office/monitor/report/export/?format={kind}"
    assert {row["شناسهٔ کیوسک"] for row in records(office.get(path).content)} == {
        "tehran-1-k1",
        "tehran-2-k1",
    }
    (row,) = records(office.get(f"{path}&store=tehran-2").content)
    assert (row["فروشگاه"], row["نام فروشگاه"]) == ("tehran-2", "شعبهٔ پونک")
    assert row["وضعیت"]
    assert row["هشدارها"]
    entry = AuditEntry.objects.filter(deed="export").first()
    assert entry is not None
    assert entry.detail["rows"] == 1
    assert entry.detail["table"] == "monitor.report"


def test_the_fleets_page_leads_to_its_files_with_what_was_chosen(office: Client) -> None:
    html = office.get("/office/monitor/report/?store=tehran-1").content.decode()
    assert "/office/monitor/report/export/?store=tehran-1&amp;format=xlsx" in html


def test_more_kiosks_than_a_page_has_are_all_in_the_file(office: Client) -> None:
    store = Store.objects.get(pk="tehran-1")
    Kiosk.objects.bulk_create(
        Kiosk(kiosk_id=f"many-{n}", store=store, enrolled_at=NOON) for n in range(120)
    )
    board.forget()
    content = office.get("/office/monitor/report/export/?format=csv").content
    assert len(records(content)) == 121
    assert UnknownCode.objects.count() == 1
