"""Django on a data directory of its own: each test gets a copy of a migrated database.

Nothing is rolled back and nothing is mocked: transactions commit, so what a test sees is what
another process would see.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

_FOLDER = Path(tempfile.mkdtemp(prefix="pishkhan-server-tests-"))
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
for _name in [name for name in os.environ if name.startswith("PISHKHAN_SERVER_")]:
    del os.environ[_name]
os.environ["PISHKHAN_SERVER_DATA_DIR"] = str(_FOLDER)
os.environ["DJANGO_SETTINGS_MODULE"] = "server.settings"

from server.keys import make_secrets  # noqa: E402

make_secrets(_FOLDER)  # before Django reads its settings: they need the secret key

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402

from server.catalogue.models import Category, Pack, Price, Product  # noqa: E402
from server.configuration import Configuration  # noqa: E402
from server.fleet.keys import enrol  # noqa: E402
from server.stores.models import Store  # noqa: E402
from server.surveys.forms import form_of  # noqa: E402
from tests.server.engines import database  # noqa: E402
from tests.server.line import NOON, Line  # noqa: E402
from tests.server.running import running  # noqa: E402


@pytest.fixture(scope="session")
def migrated() -> Path:
    call_command("migrate", interactive=False, verbosity=0)
    connections["default"].close()
    return _FOLDER / "server.db"


@pytest.fixture
def engine() -> str:
    """The database's engine; ``tests.server.engines.EACH`` runs a test on both."""
    return "sqlite"


@pytest.fixture
def configuration(
    migrated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str
) -> Iterator[Configuration]:
    """An empty server: data directory, keys and database."""
    empty = replace(settings.CONFIGURATION, data_dir=tmp_path / "server")
    make_secrets(empty.data_dir)
    with database(empty, engine, migrated) as here:
        monkeypatch.setattr(settings, "CONFIGURATION", here)
        yield here


@pytest.fixture
def chain(configuration: Configuration) -> Configuration:
    """Two stores, two categories, and milk that has a price everywhere."""
    form_of.cache_clear()  # what an earlier test called by the same id was another form
    for store_id, name in (("tehran-1", "شعبهٔ ونک"), ("tehran-2", "شعبهٔ پونک")):
        Store.objects.create(store_id=store_id, name_fa=name)
    food = Category.objects.create(category_id="food", name_fa="خوراکی")
    dairy = Category.objects.create(category_id="dairy", name_fa="لبنیات", parent=food)
    milk = Product.objects.create(sku="10001", name_fa="شیر", unit_fa="بطری", category=dairy)
    Pack.objects.create(product=milk, gtin="6260100000100")
    Price.objects.create(product=milk, amount=540_000)
    return configuration


@pytest.fixture
def line(chain: Configuration) -> Iterator[Line]:
    """The line of kiosk ``tehran-1-k1`` to the server in a thread of its own."""
    from server.asgi import make_application

    key = enrol("tehran-1-k1", Store.objects.get(pk="tehran-1"), NOON)
    with running(make_application()) as url:
        yield Line(url, key)


@pytest.fixture
def django_statements(chain: Configuration) -> Iterator[list[str]]:
    """The SQL statements that the test has sent so far."""
    sent: list[str] = []

    def note(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        sent.append(sql)
        return execute(sql, params, many, context)

    with connections["default"].execute_wrapper(note):
        yield sent
