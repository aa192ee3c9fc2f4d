import csv
import gzip
import json
import shutil
from pathlib import Path

import pytest

from retail.snapshot import read_category, read_product, read_store
from server.catalogue.models import Offer, Product, Stock
from server.configuration import Configuration
from server.importing.sample import load_sample
from server.importing.tables import TableError
from server.keys import signing_key
from server.snapshots.publish import publish_store, snapshot_file
from server.stores.models import Store
from tests.server.line import NOON

SAMPLE = Path(__file__).parents[2] / "config" / "sample"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def rows(name: str) -> list[dict[str, str]]:
    with (SAMPLE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder like the sample's with one product."""
    folder = tmp_path / "sample"
    folder.mkdir()
    files = {
        "categories.csv": "category,parent,name_fa,name_en,icon,vat_bp\nfood,,خوراکی,Food,,0\n",
        "stores.csv": "store,name_fa,name_en,address_fa,address_en\ns1,یک,,,\n",
        "products.csv": "sku,name_fa,category,unit_fa,price,picture\n001,چای,food,بسته,90000,tea.png\n",
        "prices.csv": "sku,store,price\n001,s1,80000\n",
        "stock.csv": "sku,store,on_hand,counted_hours_ago\n001,s1,4,2\n",
        "places.csv": "sku,store,aisle,bay,shelf\n001,s1,1,2,A\n",
        "offers.csv": "offer,sku,store,off_bp,starts_in_days,ends_in_days,members_only,name_fa,name_en\n"
        "week,001,,500,0,7,1,هفته,Week\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def test_the_sample_chain_loads_publishes_and_is_read_back_whole(
    configuration: Configuration,
) -> None:
    report = load_sample(SAMPLE, None, configuration, NOON)
    assert report.created == len(rows("products.csv")) >= 1_500
    assert not report.refused
    publish_store("baran-01", configuration, signing_key(configuration.data_dir), NOON)
    file = snapshot_file(configuration, "baran-01", 1).read_bytes()
    heading, *lines, end = map(json.loads, gzip.decompress(file).splitlines())
    assert heading["store"] == "baran-01"
    assert end["records"] == len(lines)
    by_kind = {kind: [x for x in lines if x["kind"] == kind] for kind in ("category", "store")}
    assert len(list(map(read_category, by_kind["category"]))) == len(rows("categories.csv"))
    assert [read_store(x).store_id for x in by_kind["store"]] == [
        row["store"] for row in rows("stores.csv")
    ]
    products = [read_product(line, "IRR") for line in lines if line["kind"] == "product"]
    assert len(products) == report.created


def test_loading_again_changes_no_product(configuration: Configuration, small: Path) -> None:
    load_sample(small, None, configuration, NOON)
    again = load_sample(small, None, configuration, NOON)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 1)


def test_days_and_hours_count_from_the_moment_of_loading(
    configuration: Configuration, small: Path
) -> None:
    load_sample(small, None, configuration, NOON)
    offer = Offer.objects.get()
    assert offer.starts_at.isoformat() == "2026-11-22T20:30:00+00:00"  # midnight in Tehran
    assert (offer.ends_at - offer.starts_at).days == 7
    assert Stock.objects.get().counted_at.isoformat() == "2026-11-23T06:30:00+00:00"


def test_pictures_are_kept_by_their_hash(configuration: Configuration, small: Path) -> None:
    pictures = small / "pictures"
    pictures.mkdir()
    (pictures / "tea.png").write_bytes(PNG)
    load_sample(small, pictures, configuration, NOON)
    picture = Product.objects.get().picture
    assert picture is not None
    assert (configuration.pictures_dir / picture.sha256).read_bytes() == PNG


@pytest.mark.parametrize(
    ("name", "row", "told"),
    [
        ("stock.csv", "002,s1,4,2", "stock.csv, row 3: expected one known, got '002'"),
        ("stock.csv", "001,s1,-4,2", "stock.csv, row 3"),
        ("stock.csv", "001,s9,4,2", "stock.csv, row 3: expected one known, got 's9'"),
        ("stock.csv", "001,s1,4,2", "stock.csv: "),
        ("stock.csv", f"001,s1,4,{10**12}", "stock.csv, row 3"),
        ("offers.csv", "o,001,,500,0,99999999,0,هفته,", "offers.csv, row 3"),
        ("offers.csv", "o,001,,500,0,99999,0,هفته,", "offers.csv, row 3"),
        ("prices.csv", "001,s1,x", "prices.csv, row 3"),
        ("categories.csv", "tea,drinks,چای,,,0", "categories.csv, row 3"),
        ("products.csv", "002,چای,drinks,بسته,1,tea.png", "products.csv, row 3, category"),
        ("offers.csv", "o,001,,0,0,7,1,هفته,", "offers.csv, row 3"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_loaded(
    configuration: Configuration, small: Path, name: str, row: str, told: str
) -> None:
    with (small / name).open("a", encoding="utf-8") as file:
        file.write(f"{row}\n")
    with pytest.raises(TableError, match=told):
        load_sample(small, None, configuration, NOON)
    assert not Store.objects.exists()


def test_a_missing_file_is_named(configuration: Configuration, small: Path) -> None:
    shutil.move(small / "offers.csv", small / "else.csv")
    with pytest.raises(TableError, match=r"expected a file .*offers\.csv"):
        load_sample(small, None, configuration, NOON)
