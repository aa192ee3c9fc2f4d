"""The printing thread within the real kiosk: settings, key, catalogue, journal and a printer."""

from __future__ import annotations

import base64
import gzip
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kiosk.bootstrap import Kiosk
from kiosk.config import load
from kiosk.errors import ConfigError
from kiosk.hardware.printer.fake import FakePrinter, on_socket
from kiosk.identity import keep_identity, make_key
from kiosk.messages import Language
from kiosk.receipt.checking import Verdict, check, read_keys
from kiosk.receipt.examples import AT, SALE_ID
from kiosk.receipt.names import CatalogueNames
from kiosk.receipt_messages import PrintReceipt
from kiosk.storage import InUse, build
from kiosk.storage.in_use import Edition
from retail.catalogue import Text
from retail.goods import Goods
from retail.pricing.off import Percent
from retail.pricing.rules import EachOff, Offer, Step
from retail.rule_lines import rule_line
from retail.snapshot import category_record, product_record, store_record
from tests.receipt.rig import settle
from tests.storage.conftest import HEADING
from tests.storage.shop import CATEGORIES, STORES, product

SETTINGS = """\
kiosk_id = "vanak-03"
store_id = "vanak"
data_dir = "data"
[server]
url = "http://127.0.0.1:9"
public_key_file = "public.pem"
[basket]
enabled = true
[payment]
enabled = true
[terminal]
driver = "fake"
address = "{terminal}"
[printer]
driver = "printer.network"
options = {{ host = "127.0.0.1", port = {port}, paper = {{ answer_s = 0.2 }} }}
"""


def until(done: Callable[[], bool], within_s: float = 20.0) -> None:
    ends = time.monotonic() + within_s
    while not done():
        assert time.monotonic() < ends
        time.sleep(0.02)


def settings_in(folder: Path, port: int) -> Any:
    server = Ed25519PrivateKey.generate().public_key()
    pem = server.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / "public.pem").write_bytes(pem)
    (folder / "kiosk.toml").write_text(SETTINGS.format(terminal=folder / "terminal", port=port))
    make_key(folder / "data")
    told = {"kiosk": "vanak-03", "store": "vanak", "chain": "pishkhan", "server_key": pem.decode()}
    keep_identity(folder / "data", json.dumps(told).encode())
    return load(folder / "kiosk.toml")


def test_a_settled_sale_is_printed_and_its_code_is_good_at_the_gate(tmp_path: Path) -> None:
    printer = FakePrinter()
    with on_socket(printer) as port:
        settings = settings_in(tmp_path, port)
        settle(settings.database)
        kiosk = Kiosk(settings)
        kiosk.start(lambda _: None)
        try:
            assert kiosk.printing is not None
            until(lambda: kiosk.printing.receipt_ways().paper)  # type: ignore[union-attr]
            assert kiosk.printing.receipt_ways().qr
            kiosk.printing.ask(PrintReceipt(SALE_ID, Language.EN))
            until(lambda: len(printer.sheets) == 1)
        finally:
            assert kiosk.stop() == []
    (code,) = zxingcpp.read_barcodes(np.asarray(printer.sheets[0].convert("L")))
    raw = make_key(tmp_path / "data").public_key().public_bytes_raw()
    key = {"kiosk": "vanak-03", "key": base64.b64encode(raw).decode(), "until": None}
    keys = read_keys(json.dumps({"format": 1, "store": "vanak", "keys": [key]}).encode())
    assert check(code.text, keys, AT).verdict is Verdict.GOOD


def test_a_wrong_printer_stops_the_start_with_its_key(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, 9)
    wrong = replace(settings, printer=replace(settings.printer, driver="printer.laser"))
    with pytest.raises(ConfigError, match=r"^printer\.driver: expected one of"):
        Kiosk(wrong)
    wrong = replace(settings, printer=replace(settings.printer, options={"host": "a", "dots": 1}))
    with pytest.raises(ConfigError, match=r"^printer\.options\.dots: expected one of the keys"):
        Kiosk(wrong)


# ---- names


CLUB = Offer(
    "club",
    EachOff(Goods(skus=frozenset({"MILK"})), (Step(1, Percent(1_000)),)),
    name_fa="باشگاه",
    name_en="Club",
)


@pytest.fixture
def names(tmp_path: Path) -> CatalogueNames:
    products = [
        product(1, "شیر کم‌چرب", "Low-fat milk", sku="MILK"),
        product(2, "کبریت", "", sku="MATCH", packs=()),
    ]
    records = [
        *map(category_record, CATEGORIES),
        *map(store_record, STORES),
        rule_line(CLUB),
        *map(product_record, products),
    ]
    lines = [HEADING, *records, {"kind": "end", "records": len(records)}]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (tmp_path / "snapshot.gz").write_bytes(gzip.compress(text.encode()))
    file = tmp_path / "catalogue-000001.db"
    build(tmp_path / "snapshot.gz", file)
    in_use = InUse()
    in_use.answer = Edition(file)
    return CatalogueNames(in_use, "vanak")


def test_names_are_those_of_the_catalogue_in_use(names: CatalogueNames) -> None:
    named = names.of(["MILK", "MATCH", "GONE"])
    assert named.items == {"MILK": Text("شیر کم‌چرب", "Low-fat milk"), "MATCH": Text("کبریت")}
    assert named.offers == {"club": Text("باشگاه", "Club")}
    assert named.store in [store.name for store in STORES]
    names.close()


def test_without_a_catalogue_there_are_no_names(tmp_path: Path) -> None:
    in_use = InUse()
    assert CatalogueNames(in_use, "vanak").of(["MILK"]).items == {}
    broken = tmp_path / "catalogue-000002.db"
    broken.write_bytes(b"rubbish" * 1_000)
    in_use.answer = Edition(broken)
    assert CatalogueNames(in_use, "vanak").of(["MILK"]).items == {}
