"""Prices and stock from files: shown before they are done, refused by name, published as any change."""

import os
import re
import time
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from server.catalogue.models import Pack, Price, Product, Stock
from server.configuration import Configuration
from server.feed.models import Change
from server.fleet.models import AuditEntry
from server.importing.guard import freed, guarded
from server.importing.report import Report
from server.importing.tables import read_table
from server.office.exchange.incoming import Outcome
from server.office.exchange.shelves import PriceResource, StockResource
from tests.server.engines import EACH
from tests.server.exchanging import KINDS, desk, do, made, shown, take, try_file
from tests.server.feeding import publish, published
from tests.server.line import NOON

PRICES, STOCK = "catalogue/price", "catalogue/stock"
KIND = pytest.mark.parametrize("kind", KINDS)
UPC = "012345678905"


@pytest.fixture
def office(chain: Configuration) -> Client:
    """Head office; milk and tea have prices, milk has stock in one store."""
    tea = Product.objects.create(sku="000002", name_fa="چای", unit_fa="بسته", category_id="food")
    Pack.objects.create(product=tea, gtin=UPC)
    Pack.objects.create(product=tea, gtin="4006381333931", pieces=6)
    Price.objects.create(product=tea, amount=90_000)
    Price.objects.create(product=tea, store_id="tehran-1", amount=95_000)
    milk = Product.objects.get(sku="10001")
    Stock.objects.create(product=milk, store_id="tehran-1", on_hand=5, counted_at=NOON)
    return desk()


def prices() -> dict[tuple[str, str | None], int]:
    return {(p.product.sku, p.store_id): p.amount for p in Price.objects.select_related("product")}


BEFORE = {("10001", None): 540_000, ("000002", None): 90_000, ("000002", "tehran-1"): 95_000}
HEADERS = [
    {"sku": "کد کالا", "store": "فروشگاه", "price": "قیمت"},
    {"price": "قيمت (ریال)", "sku": "item code", "store": "Store_ID"},
    {"store": "store", "sku": "sku", "price": "price"},
]


# ---- from the file to the kiosk


@EACH
@pytest.mark.parametrize(("kind", "header"), [(KINDS[n % 2], h) for n, h in enumerate(HEADERS)])
def test_a_file_is_shown_then_done_then_published(
    office: Client, chain: Configuration, kind: str, header: dict[str, str]
) -> None:
    publish(chain)
    changed = {"sku": "000002", "store": "tehran-1", "price": "۹۷٬۵۰۰"}
    new = {"sku": "10001", "store": "tehran-2", "price": "1"}
    same = {"sku": "10001", "store": "", "price": "540,000"}
    rows = [[row[name] for name in header] for row in (changed, new, same)]
    content = made(kind, list(header.values()), *rows)
    html = try_file(office, PRICES, content, f"prices.{kind}")
    assert "آنچه این پرونده انجام می‌داد" in html
    assert "<del>۹۵٬۰۰۰</del></td><td><ins>۹۷٬۵۰۰</ins>" in html
    assert re.findall("<dd>(.)</dd>", html) == ["۱", "۱", "۱", "۰"]
    assert prices() == BEFORE
    assert not Change.objects.exists()
    assert "وارد شد: تازه ۱، به‌روزشده ۱، بی‌تغییر ۱، ردشده ۰" in do(office, PRICES, html)
    assert prices() == {**BEFORE, ("000002", "tehran-1"): 97_500, ("10001", "tehran-2"): 1}
    assert Change.objects.exists()  # by which the server publishes unasked
    (record,) = published(chain)
    assert (record["sku"], record["price"]) == ("000002", 97_500)
    entry = AuditEntry.objects.filter(deed="import").get()
    assert (entry.who, entry.detail["table"], entry.detail["rows"]) == (
        "maryam",
        "catalogue.price",
        2,
    )
    assert entry.detail["file"] == f"prices.{kind}"


@EACH
@KIND
def test_what_was_exported_changes_nothing(office: Client, kind: str) -> None:
    before = list(Price.objects.values()), list(Stock.objects.values())
    for headings in ("fa", "en", "name"):
        for table, rows in ((PRICES, "۳"), (STOCK, "۱")):
            html = try_file(office, table, take(office, table, kind, headings))
            assert re.findall("<dd>(.)</dd>", html) == ["۰", "۰", rows, "۰"]
            assert "چیزی برای ورود نیست" in html
            assert "ستون‌های ناشناخته" not in html
            assert 'name="shown"' not in html
    assert (list(Price.objects.values()), list(Stock.objects.values())) == before


@EACH
def test_a_count_reaches_the_kiosk_too(office: Client, chain: Configuration) -> None:
    publish(chain)
    html = try_file(
        office, STOCK, made("csv", ["sku", "store", "on_hand"], ["10001", "tehran-1", "۱۲"])
    )
    do(office, STOCK, html)
    assert Stock.objects.get().on_hand == 12
    assert [record["sku"] for record in published(chain)] == ["10001"]


# ---- rows that are refused


def told(report: Report) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, fault.got) for fault in report.refused]


def prices_from(
    *rows: list[Any], kind: str = "csv", dry_run: bool = False, others: bool = True
) -> Outcome:
    return PriceResource().import_table(
        read_table("a", made(kind, *rows)), timezone.now(), dry_run=dry_run, others=others
    )


BAD = [
    (["10001", "", "-1"], "price", "-1"),
    (["10001", "", ""], "price", ""),
    (["10001", "", "12.5"], "price", "12.5"),
    (["10001", "", "1,25"], "price", "1,25"),
    (["10001", "", str(10**16)], "price", str(10**16)),
    (["20001", "", "1"], "sku", "20001"),
    (["", "", "1"], "sku", ""),
    (["10001", "shiraz-1", "1"], "store", "shiraz-1"),
    (["000002", "tehran-1", "1"], "sku", "000002 (row 2)"),
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("row", "column", "got"), BAD)
def test_a_bad_row_is_refused_by_row_and_column(
    office: Client, kind: str, row: list[str], column: str, got: str
) -> None:
    rows = [["sku", "store", "price"], ["000002", "tehran-1", "7"], row]
    outcome = prices_from(*rows, kind=kind, dry_run=True)
    assert told(outcome.report) == [(3, column, got)]
    assert outcome.report.updated == 1
    assert prices() == BEFORE


@EACH
@pytest.mark.parametrize("row", [["20001", "", "1"], ["10001", "", "-1"]])
def test_a_bad_row_is_named_in_both_languages_and_the_others_wait_for_a_word(
    office: Client, row: list[str]
) -> None:
    rows = [["sku", "store", "price"], ["000002", "tehran-1", "7"], row]
    column = "sku" if row[2] == "1" else "price"
    html = try_file(office, PRICES, made("csv", *rows))
    assert "<td>۳</td>" in html
    assert f"row 3, {column}: expected" in html
    assert f'<small class="office-code">{column}</small>' in html
    assert "ردیف‌های ردشده" in html
    refused = do(office, PRICES, html)
    assert "چیزی وارد نشد" in refused
    assert prices() == BEFORE
    assert not AuditEntry.objects.filter(deed="import").exists()
    assert "وارد شد" in do(office, PRICES, refused, others=True)
    assert prices() == {**BEFORE, ("000002", "tehran-1"): 7}
    assert AuditEntry.objects.get(deed="import").detail["refused"] == 1


def test_all_faults_of_a_row_are_told_at_once(office: Client) -> None:
    outcome = prices_from(["sku", "store", "price"], ["x", "y", "z"])
    assert [column for _, column, _ in told(outcome.report)] == ["sku", "store", "price"]


@pytest.mark.parametrize("phrase_language", ["fa", "en"])
def test_the_reason_is_in_the_language_of_the_page(office: Client, phrase_language: str) -> None:
    phrases = {"fa": "کد کالایی که وجود دارد", "en": "the SKU of a product that there is"}
    with translation.override(phrase_language):
        html = try_file(office, PRICES, made("csv", ["sku", "price"], ["9", "1"]))
    assert phrases[phrase_language] in html


HEADERS_OF_NO_USE = [
    (["name", "price"], "expected a column sku"),
    (["sku", "store"], "expected a column price"),
    (["sku", "کد کالا", "price"], "expected each column once"),
]


@pytest.mark.parametrize(("header", "reason"), HEADERS_OF_NO_USE)
def test_a_header_that_is_no_use_is_said_in_the_form(
    office: Client, header: list[str], reason: str
) -> None:
    html = try_file(office, PRICES, made("csv", header, ["1"] * len(header)))
    assert "پرونده خوانده نشد" in html
    assert reason in html


@pytest.mark.parametrize("content", [b"PK\x03\x04x", b"", b"\x7fELF\x00\x00"])
def test_a_file_that_is_no_table_is_said_in_the_form(office: Client, content: bytes) -> None:
    assert "errorlist" in try_file(office, PRICES, content)


def test_what_a_file_says_is_never_taken_as_html(office: Client) -> None:
    html = try_file(
        office, PRICES, made("csv", ["sku", "price", "<b>x</b>"], ["<i>a</i>", "1", ""]), "<u>.csv"
    )
    assert "&lt;i&gt;a" in html
    assert not [tag for tag in ("<i>a", "<b>x", "<u>.csv") if tag in html]


def test_a_formula_in_a_file_is_refused_and_a_guarded_text_freed() -> None:
    assert read_table("a", b"sku,price\n'=1,2\n").rows[0].cells == {"sku": "=1", "price": "2"}
    for text in ("=1", "'=1", "''-", "+", "'", "شیر", "", "'tis", " =x", "＝1"):
        assert freed(guarded(text)) == text


# ---- recognising


@EACH
def test_a_product_is_recognised_by_its_gtin_with_its_zeros(office: Client) -> None:
    for cell in (UPC, "۰۱۲۳۴۵۶۷۸۹۰۵", f"00{UPC}"):
        Price.objects.filter(product__sku="000002", store=None).update(amount=1)
        prices_from(["gtin", "price"], [cell, "77"])
        assert prices()["000002", None] == 77


def test_lost_zeros_of_a_gtin_are_put_back_and_told(office: Client) -> None:
    outcome = prices_from(["بارکد", "price"], [int(UPC), 77], kind="xlsx")
    assert [(mended.got, mended.taken) for mended in outcome.report.mended] == [
        (UPC.lstrip("0"), UPC)
    ]
    assert prices()["000002", None] == 77


def test_a_sku_that_lost_its_zeros_is_refused(office: Client) -> None:
    outcome = prices_from(["sku", "price"], [2, 77], kind="xlsx")
    assert told(outcome.report) == [(2, "sku", "2")]


GTINS = [
    (["10001", UPC], "gtin", "000002"),  # of another product than the SKU
    (["", "4006381333931"], "gtin", "4006381333931"),  # of a box of six: that has its own price
    (["", "96385074"], "gtin", "96385074"),  # of nothing
    (["", "012345678900"], "gtin", "012345678900"),  # wrong check digit
]


@pytest.mark.parametrize(("cells", "column", "got"), GTINS)
def test_a_gtin_of_something_else_is_refused(
    office: Client, cells: list[str], column: str, got: str
) -> None:
    outcome = prices_from(["sku", "gtin", "price"], [*cells, "1"])
    assert told(outcome.report) == [(2, column, got)]
    assert prices() == BEFORE


def test_names_are_passed_over_and_unknown_columns_told(office: Client) -> None:
    outcome = prices_from(["sku", "name", "price", "color"], ["10001", "نان", "1", "red"])
    assert outcome.report.ignored_columns == ("color",)
    assert Product.objects.get(sku="10001").name_fa == "شیر"


# ---- stock


def counted(*rows: list[Any], others: bool = True) -> Outcome:
    table = read_table("a", made("csv", ["sku", "store", "on_hand", "counted_at"], *rows))
    return StockResource().import_table(table, NOON, dry_run=False, others=others)


INSTANTS = [
    "2026-11-23T08:00:00Z",
    "2026-11-23T11:30:00+03:30",
    "2026-11-23 11:30",
    "۱۴۰۵/۰۹/۰۲ ۱۱:۳۰",
]


@pytest.mark.parametrize("cell", INSTANTS)
def test_an_instant_is_read_in_the_chains_zone_and_in_both_calendars(
    office: Client, cell: str
) -> None:
    counted(["10001", "tehran-2", "3", cell])
    assert Stock.objects.get(store="tehran-2").counted_at.isoformat() == "2026-11-23T08:00:00+00:00"


def test_a_count_without_its_instant_is_of_the_import(office: Client) -> None:
    counted(["10001", "tehran-2", "3", ""])
    assert Stock.objects.get(store="tehran-2").counted_at == NOON


BAD_COUNTS = [
    (["10001", "tehran-1", "6", "2026-11-22"], "counted_at"),  # a newer count is there
    (["10001", "tehran-2", "6", "2026-11-24"], "counted_at"),  # tomorrow
    (["10001", "tehran-2", "6", "9999-12-31"], "counted_at"),
    (["10001", "tehran-2", "6", "1405-09-02T12:00:00"], "counted_at"),
    (["10001", "tehran-2", "6", "yesterday"], "counted_at"),
    (["10001", "tehran-2", "", ""], "on_hand"),
    (["10001", "tehran-2", "-6", ""], "on_hand"),
    (["10001", "tehran-2", str(2**31), ""], "on_hand"),
    (["10001", "", "6", ""], "store"),
]


@pytest.mark.parametrize(("row", "column"), BAD_COUNTS)
def test_a_count_that_cannot_be_is_refused(office: Client, row: list[str], column: str) -> None:
    before = list(Stock.objects.values())
    outcome = counted(row, ["000002", "tehran-2", "1", ""])
    assert [fault.column for fault in outcome.report.refused] == [column]
    assert outcome.report.created == 1
    assert list(Stock.objects.filter(product__sku="10001").values()) == before


def test_refused_rows_hold_back_the_others_where_nobody_chose_otherwise(office: Client) -> None:
    before = list(Stock.objects.values())
    counted(["10001", "tehran-1", "6", "2026-11-22"], ["000002", "tehran-2", "1", ""], others=False)
    assert list(Stock.objects.values()) == before


# ---- between showing and doing


ROW = made("csv", ["sku", "price"], ["10001", "1"])


@EACH
def test_what_is_done_is_what_was_shown(office: Client) -> None:
    html = try_file(office, PRICES, ROW)
    Price.objects.filter(product__sku="10001").update(amount=2)
    again = do(office, PRICES, html)
    assert "در این میان جدول عوض شد" in again
    assert prices()["10001", None] == 2
    assert "<del>۲</del></td><td><ins>۱</ins>" in again
    assert "وارد شد" in do(office, PRICES, again)
    assert prices()["10001", None] == 1


def test_a_preview_is_of_one_person_one_table_and_done_once(office: Client) -> None:
    html = try_file(office, PRICES, ROW)
    lost = "پرونده را دوباره برگزینید"
    assert lost in do(desk("reza"), PRICES, html)
    assert lost in do(office, STOCK, html)
    assert lost in do(office, PRICES, f'name="shown" value="{shown(html)}x"')
    assert prices() == BEFORE
    assert lost not in do(office, PRICES, html)
    assert lost in do(office, PRICES, html)
    assert office.get(f"/office/{PRICES}/process_import/").status_code == 405


def test_kept_files_are_for_the_server_alone_and_forgotten(
    office: Client, chain: Configuration
) -> None:
    html = try_file(office, PRICES, ROW)
    (file,) = (chain.data_dir / "imports").iterdir()
    assert file.parent.stat().st_mode & 0o777 == 0o700
    old = time.time() - 3_700
    os.utime(file, (old, old))
    try_file(office, PRICES, ROW)
    assert not file.exists()
    assert "دوباره برگزینید" in do(office, PRICES, html)


# ---- rights


@pytest.mark.parametrize("held", ["add_price", "change_price", "view_price"])
def test_an_import_needs_the_rights_to_add_and_to_change(office: Client, held: str) -> None:
    clerk = desk("reza", held, "view_stock")
    assert clerk.get(f"/office/{PRICES}/import/").status_code == 403
    assert clerk.post(f"/office/{PRICES}/process_import/", {"shown": "x"}).status_code == 403
    stranger = Client(headers={"host": "localhost"})
    assert stranger.get(f"/office/{PRICES}/import/").status_code == 302
    html = office.get(f"/office/{PRICES}/").content.decode()
    assert f"/office/{PRICES}/import/" in html


def test_whoever_has_both_rights_imports(office: Client) -> None:
    clerk = desk("reza", "add_price", "change_price")
    do(clerk, PRICES, try_file(clerk, PRICES, ROW))
    assert prices()["10001", None] == 1
    assert AuditEntry.objects.get(deed="import").who == "reza"


def test_a_product_file_is_in_the_log_too(office: Client) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    path, content = "/office/catalogue/product/import/", b"sku,price\n10001,5\n"
    office.post(path, {"file": SimpleUploadedFile("a.csv", content), "dry_run": "on"})
    assert not AuditEntry.objects.filter(deed="import").exists()
    office.post(path, {"file": SimpleUploadedFile("a.csv", content)})
    assert AuditEntry.objects.get(deed="import").detail["rows"] == 1


@EACH
def test_many_rows_take_few_statements(office: Client, django_statements: list[str]) -> None:
    many = [
        Product(sku=f"m{n}", name_fa="x", unit_fa="x", category_id="food") for n in range(2_000)
    ]
    Product.objects.bulk_create(many)
    del django_statements[:]
    outcome = prices_from(["sku", "price"], *([product.sku, 1] for product in many))
    assert outcome.report.created == 2_000
    assert len(django_statements) < 40


@EACH
def test_a_row_that_somebody_else_wrote_at_the_same_time_takes_all_back(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    html = try_file(
        office, PRICES, made("csv", ["sku", "store", "price"], ["10001", "tehran-2", 3])
    )
    monkeypatch.setattr(PriceResource, "rows_of", lambda self, keys: {})  # as it was read before
    Price.objects.create(product=Product.objects.get(sku="10001"), store_id="tehran-2", amount=1)
    assert "هم‌زمان عوض شد" in do(office, PRICES, html)
    assert prices()["10001", "tehran-2"] == 1
    assert not AuditEntry.objects.filter(deed="import").exists()
