from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection

from retail.values import Gtin
from server.catalogue.models import Category, Offer, Pack, Picture, Place, Price, Product, Stock
from server.configuration import Configuration
from server.events.models import UnknownCode
from server.stores.models import Store
from tests.server.line import NOON

pytestmark = pytest.mark.usefixtures("chain")


def milk() -> Product:
    return Product.objects.get(sku="10001")


def tehran() -> Store:
    return Store.objects.get(pk="tehran-1")


def an_offer(**other: object) -> object:
    values = {"offer_id": "o", "name_fa": "ن", "starts_at": NOON, "ends_at": NOON + timedelta(1)}
    return Offer.objects.create(**{**values, "off_basis_points": 500, **other})


def a_product(**other: object) -> object:
    values = {"sku": "2", "name_fa": "ن", "unit_fa": "ع", "category_id": "food"}
    return Product.objects.create(**{**values, **other})


REFUSED: dict[str, Callable[[], object]] = {
    "a GTIN twice": lambda: Pack.objects.create(product=milk(), gtin="6260100000100"),
    "a pack of nothing": lambda: Pack.objects.create(product=milk(), gtin="96385074", pieces=0),
    "a negative pack price": lambda: Pack.objects.create(product=milk(), gtin="96385074", price=-1),
    "a negative price": lambda: Price.objects.create(product=milk(), store=tehran(), amount=-1),
    "two prices of the chain": lambda: Price.objects.create(product=milk(), amount=1),
    "two prices in a store": lambda: [
        Price.objects.create(product=milk(), store=tehran(), amount=n) for n in (1, 2)
    ],
    "a SKU twice": lambda: a_product(sku="10001"),
    "a product without a name": lambda: a_product(name_fa=""),
    "VAT above the whole": lambda: a_product(vat_basis_points=10_001),
    "a size without its measure": lambda: a_product(size_amount=5),
    "a size in an unknown measure": lambda: a_product(size_amount=5, size_measure="oz"),
    "a size of nothing": lambda: a_product(size_amount=0, size_measure="g"),
    "negative stock": lambda: Stock.objects.create(
        product=milk(), store=tehran(), on_hand=-1, counted_at=NOON
    ),
    "two places in a store": lambda: [
        Place.objects.create(product=milk(), store=tehran(), aisle=aisle) for aisle in "12"
    ],
    "a place without an aisle": lambda: Place.objects.create(
        product=milk(), store=tehran(), aisle=""
    ),
    "an offer that ends as it starts": lambda: an_offer(ends_at=NOON),
    "an offer without an end": lambda: an_offer(ends_at=datetime(9999, 12, 31, tzinfo=UTC)),
    "an offer of another century": lambda: an_offer(starts_at=datetime(1999, 12, 31, tzinfo=UTC)),
    "a count of another century": lambda: Stock.objects.create(
        product=milk(), store=tehran(), on_hand=1, counted_at=datetime(2200, 1, 1, tzinfo=UTC)
    ),
    "an offer of nothing": lambda: an_offer(off_basis_points=0),
    "an offer of more than all": lambda: an_offer(off_basis_points=10_001),
    "a category in itself": lambda: Category.objects.filter(pk="food").update(parent_id="food"),
    "a picture without a hash": lambda: Picture.objects.create(
        sha256="ab", media_type="image/png", size=1
    ),
    "a store without a name": lambda: Store.objects.create(store_id="x", name_fa=""),
    "a code never seen": lambda: UnknownCode.objects.create(
        code="1", count=0, first_seen_at=NOON, last_seen_at=NOON, last_store=tehran()
    ),
}


@pytest.mark.parametrize("write", REFUSED.values(), ids=REFUSED.keys())
def test_the_database_itself_refuses(write: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError):
        write()


@pytest.mark.parametrize("gtin", ["6260100000101", "626010000010", "abc", "1"])
def test_a_wrong_gtin_is_refused_on_every_way_to_the_database(gtin: str) -> None:
    product = milk()
    with pytest.raises(ValidationError):
        Pack.objects.create(product=product, gtin=gtin)
    with pytest.raises(ValidationError):
        Pack.objects.bulk_create([Pack(product=product, gtin=gtin)])
    with pytest.raises(ValidationError):
        Pack.objects.filter(product=product).update(gtin=gtin)
    assert Pack.objects.count() == 1


def test_a_gtin_is_kept_in_14_digits_and_found_by_its_printed_form(chain: Configuration) -> None:
    pack = Pack.objects.get(gtin="6260100000100")
    assert pack.gtin == Gtin("06260100000100")
    with connection.cursor() as cursor:
        assert cursor.execute("SELECT gtin FROM catalogue_pack").fetchone() == ("06260100000100",)


def test_a_circle_of_categories_is_refused_in_the_office() -> None:
    food = Category.objects.get(pk="food")
    food.parent = Category.objects.get(pk="dairy")
    with pytest.raises(ValidationError):
        food.full_clean()


def test_a_category_with_products_cannot_be_deleted() -> None:
    with pytest.raises(IntegrityError):
        Category.objects.get(pk="dairy").delete()


def test_an_endless_offer_of_before_is_kept_and_ends_with_the_last_day() -> None:
    call_command("migrate", "catalogue", "0002", verbosity=0)
    an_offer(starts_at=datetime(1990, 1, 1, tzinfo=UTC), ends_at=datetime(9999, 12, 31, tzinfo=UTC))
    call_command("migrate", "catalogue", verbosity=0)
    offer = Offer.objects.get(pk="o")
    assert offer.starts_at == datetime(2000, 1, 1, tzinfo=UTC)
    assert offer.ends_at == datetime(2199, 12, 31, 23, 59, 59, tzinfo=UTC)
