import io
import json
from typing import Any

import openpyxl
import pytest

from retail.values import Gtin
from server.catalogue.models import Pack, Price, Product
from server.importing.products import import_products
from server.importing.report import Report
from server.importing.tables import TableError, read_table
from server.stores.models import Store

pytestmark = pytest.mark.usefixtures("chain")
HEADER = "sku,name_fa,category,unit_fa,gtin,price"


def load(*rows: str, header: str = HEADER, dry_run: bool = False) -> Report:
    content = "\n".join([header, *rows]).encode()
    return import_products(read_table("a.csv", content), dry_run=dry_run)


def faults(report: Report) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, fault.got) for fault in report.refused]


def amount(sku: str) -> int:
    return Price.objects.get(product__sku=sku, store=None).amount


def gtins(sku: str) -> set[str]:
    return {pack.gtin.shortest for pack in Pack.objects.filter(product__sku=sku)}


def test_a_bad_row_is_named_and_the_rest_is_imported() -> None:
    report = load(
        "000001,چای,food,بسته,96385074,90000",
        "000002,قند,drinks,بسته,6260100000209,12.5",
        "000003,نبات,food,بسته,12345678,90000",
        "000004,نمک,food,بسته,,45000",
    )
    assert (report.created, report.refused_rows) == (2, 2)
    assert faults(report) == [
        (3, "category", "drinks"),
        (3, "price", "12.5"),
        (4, "gtin", "12345678"),
    ]
    assert set(Product.objects.values_list("sku", flat=True)) == {"10001", "000001", "000004"}
    assert "row 3, price: expected a whole amount of Rial, 0 or more, got 12.5" in report.text()
    assert json.loads(json.dumps(report.record()))["refused"][0]["row"] == 3


def test_persian_headers_digits_and_letters_are_understood() -> None:
    report = load(
        "۰۰۰۰۰۱;چاي كيسه‌ای;food;بسته;۹۶۳۸۵۰۷۴;۹۰٬۰۰۰", header="کد کالا;نام;دسته;واحد;بارکد;قیمت"
    )
    assert report.created == 1
    assert Product.objects.get(sku="000001").name_fa == "چای کیسه‌ای"
    assert gtins("000001") == {"96385074"}
    assert amount("000001") == 90_000


def test_importing_again_updates_by_sku_and_a_third_time_changes_nothing() -> None:
    load("000001,چای,food,بسته,96385074,90000")
    report = load("000001,چای سبز,dairy,بسته,12345670,95000")
    assert (report.created, report.updated, report.unchanged) == (0, 1, 0)
    assert Product.objects.get(sku="000001").category_id == "dairy"
    assert gtins("000001") == {"12345670"}
    assert amount("000001") == 95_000
    again = load("000001,چای سبز,dairy,بسته,12345670,95000")
    assert (again.created, again.updated, again.unchanged) == (0, 0, 1)


def test_a_file_of_prices_alone_changes_prices_alone() -> None:
    report = load("10001,600000", header="sku,price")
    assert report.updated == 1
    assert amount("10001") == 600_000
    assert Product.objects.get(sku="10001").name_fa == "شیر"
    assert gtins("10001") == {"6260100000100"}


def test_a_stores_own_price_is_left_alone() -> None:
    store = Store.objects.get(pk="tehran-1")
    Price.objects.create(product=Product.objects.get(sku="10001"), store=store, amount=1)
    load("10001,600000", header="sku,price")
    assert Price.objects.get(store=store).amount == 1


def test_a_new_product_needs_name_category_unit_and_price() -> None:
    report = load("000009,600000", header="sku,price")
    assert faults(report) == [(2, "name_fa", ""), (2, "category", ""), (2, "unit_fa", "")]


def test_a_dry_run_reports_the_same_and_changes_nothing() -> None:
    row = "000001,چای,food,بسته,96385074,90000"
    tried = load(row, "000002,,food,بسته,,1", dry_run=True)
    assert Product.objects.count() == 1
    done = load(row, "000002,,food,بسته,,1")
    assert {**tried.record(), "dry_run": False} == done.record()


def test_a_gtin_leads_to_one_product_in_the_file_and_in_the_database() -> None:
    report = load(
        "000001,چای,food,بسته,6260100000100,1",
        "000002,قند,food,بسته,96385074,1",
        "000003,نمک,food,بسته,96385074,1",
    )
    assert faults(report) == [
        (2, "gtin", "6260100000100 (10001)"),
        (4, "gtin", "96385074 (000002)"),
    ]


def test_a_sku_stands_once_in_a_file() -> None:
    report = load("1,چای,food,بسته,,1", "1,چای,food,بسته,,2")
    assert faults(report) == [(3, "sku", "1 (row 2)")]
    assert amount("1") == 1


def test_packs_of_several_pieces_are_replaced_only_by_a_file_that_tells_them() -> None:
    header = f"{HEADER},pack_gtins"
    load("10001,شیر,dairy,بطری,6260100000100,540000,16260100000107:6:3150000", header=header)
    assert gtins("10001") == {"6260100000100", "16260100000107"}
    load("10001,شیر,dairy,بطری,96385074,540000")
    assert gtins("10001") == {"96385074", "16260100000107"}
    load("10001,شیر,dairy,بطری,96385074,540000,", header=header)
    assert gtins("10001") == {"96385074"}


def test_zeros_that_a_spreadsheet_lost_are_put_back_where_the_check_digit_proves_them() -> None:
    report = load("1,چای,food,بسته,1234565,1", "2,قند,food,بسته,1234566,1")
    assert gtins("1") == {"01234565"}
    assert [(each.got, each.taken) for each in report.mended] == [("1234565", "01234565")]
    assert faults(report) == [(3, "gtin", "1234566")]


def workbook(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_workbook_is_imported_with_numbers_and_texts() -> None:
    table = read_table(
        "a.xlsx",
        workbook(
            HEADER.split(","),
            ["000001", "چای", "food", "بسته", 12345670, 90_000],
            ["000002", "قند", "food", "بسته", "0096385074", 90_000],
        ),
    )
    report = import_products(table)
    assert report.created == 2
    assert Pack.objects.get(product__sku="000001").gtin == Gtin("00000012345670")
    assert Pack.objects.get(product__sku="000002").gtin == Gtin("00000096385074")
    assert amount("000001") == 90_000


def test_a_sku_that_lost_its_zeros_is_named_and_makes_no_second_product() -> None:
    load("000001,چای,food,بسته,,1")
    report = import_products(read_table("a.xlsx", workbook(["sku", "price"], [1, 5])))
    assert faults(report) == [(2, "sku", "1")]
    assert amount("000001") == 1


def test_a_row_with_a_cell_that_cannot_be_trusted_is_refused_and_the_others_go_on() -> None:
    header = [*HEADER.split(","), "رنگ"]
    report = import_products(
        read_table(
            "a.xlsx",
            workbook(
                header,
                [1e300, True, "food", "بسته", None, "=40+2", None],
                ["000002", "قند", "food", "بسته", None, 90_000, "=1+1"],
            ),
        )
    )
    assert faults(report) == [(2, "sku", "1e+300"), (2, "name_fa", "TRUE"), (2, "price", "=40+2")]
    assert "save the file in a spreadsheet program" in report.refused[2].expected
    assert (report.created, amount("000002")) == (1, 90_000)


def test_unknown_columns_are_told_and_left_out() -> None:
    report = load("1,چای,food,بسته,,1,آبی", header=f"{HEADER},رنگ")
    assert report.created == 1
    assert report.ignored_columns == ("رنگ",)


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("name_fa,price", "expected a column sku"),
        ("sku,کد کالا", "expected each column once"),
        ("sku,pack_gtins", "expected a column gtin"),
    ],
)
def test_a_header_that_is_no_use_is_refused(header: str, told: str) -> None:
    with pytest.raises(TableError, match=told):
        load("1,2", header=header)


def test_a_header_without_rows_changes_nothing() -> None:
    assert load().created == 0


def test_labels_come_in_pairs_of_languages() -> None:
    report = load(
        "1,چای,food,بسته,,1,تازه|ارزان,New",
        "2,قند,food,بسته,,1,تازه|ارزان,New|Cheap",
        header=f"{HEADER},labels_fa,labels_en",
    )
    assert faults(report) == [(2, "labels_en", "New")]


def test_many_rows_take_few_statements(django_statements: list[str]) -> None:
    load(*(f"{n},کالا,food,عدد,,{n}" for n in range(1_000)))
    assert len(django_statements) < 40
