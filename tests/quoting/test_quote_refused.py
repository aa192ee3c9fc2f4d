"""Every slip in a typed file is told in one line with file and field."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.__main__ import main
from tests.quoting.typed import EXAMPLE, JUNE, MARCH, TEA, Refused, files, fixed
from tests.rules.pricing.test_records import objects_in
from tests.rules.pricing.test_refusals import VALUES

FIELDS = ("lines", "gifts", "used", "stock", "vouchers", "at", "labels", "grams", "price", "limits")
SOUND = {"lines": [TEA]}


@pytest.mark.parametrize(
    ("rules", "basket", "more", "message"),
    [
        ("{", SOUND, (), "RULES.json: line 1, column 2: expected JSON"),
        ("[]", SOUND, (), "RULES.json: expected an object, got list"),
        ('{"rules": [], "rules": []}', SOUND, (), "RULES.json: rules: expected each field once"),
        ('{"format": NaN}', SOUND, (), "RULES.json: Expected int in 'format', got NaN"),
        ("[" * 100_000, SOUND, (), "RULES.json: expected few lists within lists"),
        ({"rulez\n\x1b[31m": []}, SOUND, (), r"RULES.json: rulez\n\x1b[31m: Expected one of"),
        ({"zone": "x" * 10_000}, SOUND, (), "RULES.json: zone: Expected a zone of the tz"),
        ({"zone": {"y": "x" * 10_000}}, SOUND, (), "zone: Expected str in 'zone', got {'y'"),
        (
            '{"rules": [{"rule": "fixed_price", "id": "f", "sku": "tea", "price": %s}]}'
            % ("9" * 30),
            SOUND,
            (),
            "Expected a whole number, got a number of 30 digits",
        ),
        ({"rules": [{"rule": "x" * 10_000}]}, SOUND, (), "Expected one of fixed_price, adjustment"),
        ({"format": 2}, SOUND, (), "RULES.json: format: Expected 1, got 2"),
        ({"rulez": []}, SOUND, (), "RULES.json: rulez: Expected one of format, currency"),
        ({"zone": "Mars/Base"}, SOUND, (), "RULES.json: zone: Expected a zone of the tz database"),
        ({"zone": ".."}, SOUND, (), "RULES.json: zone: Expected a zone of the tz database"),
        ({"currency": "rial"}, SOUND, (), "RULES.json: currency: Expected a currency code"),
        (
            {"rules": [fixed(1, when={"from": JUNE, "to": MARCH})]},
            SOUND,
            (),
            "RULES.json: rules[0].when.to: پایان باید پس از آغاز باشد / Expected an end that is",
        ),
        (
            {"items": [TEA], "rules": [fixed(1), fixed(1, "x", sku="coffee")]},
            SOUND,
            (),
            "RULES.json: rules[1].sku: کالایی با شناسهٔ coffee نیست / There is no item coffee",
        ),
        (
            {"stores": ["A"], "rules": [fixed(1, stores=["B"])]},
            SOUND,
            (),
            "RULES.json: rules[0].stores[0]: شعبه‌ای با شناسهٔ B نیست",
        ),
        (
            {"items": [TEA | {"floor": 900}], "rules": [fixed(1)]},
            SOUND,
            (),
            "RULES.json: rules[0].price: قیمت ۱ از کف قیمت کالا",
        ),
        (
            {"items": [TEA | {"floor": 1_001}]},
            SOUND,
            (),
            "RULES.json: items[0].floor: کف قیمت، ۱٬۰۰۱، از قیمت کالا",
        ),
        (
            {"rules": [{"rule": "offer", "id": "o", "kind": "each"} | {"x": 1, "off_bp": 0}]},
            SOUND,
            (),
            "RULES.json: rules[0].x: این فیلد شناخته نیست",
        ),
        ({"rules": [fixed(1), fixed(2)]}, SOUND, (), "rules[1].id: Expected an id of its own"),
        ({"rules": [3]}, SOUND, (), "RULES.json: rules[0]: باید چند فیلدِ"),
        ({"items": [TEA, TEA]}, SOUND, (), "items[1]: sku: Expected each once, got 'tea' again"),
        ({"items": [{"sku": "tea"}]}, SOUND, (), "items[0]: Expected a field 'price'"),
        ({"items": [TEA | {"gtins": ["123"]}]}, SOUND, (), "items[0]: gtins[0]: Expected 8, 12"),
        (
            {"labels": ["622IIIIIWWWWWC"]},
            SOUND,
            (),
            "RULES.json: labels[0]: الگوی برچسب ترازو نادرست است",
        ),
        ({}, {"line": []}, (), "BASKET.json: line: Expected one of format, lines"),
        ({}, {"lines": [{"quantity": 1}]}, (), "lines[0]: sku: Expected one of sku, gtin, code"),
        ({}, {"lines": [{"sku": "x"}]}, (), "lines[0]: sku: Expected one of items, or a price"),
        ({}, {"lines": [TEA | {"quantity": 0}]}, (), "lines[0]: quantity: Expected 1 to 999"),
        ({}, {"lines": [TEA | {"quantity": "2"}]}, (), "lines[0]: Expected int in 'quantity'"),
        ({}, {"lines": [TEA | {"colour": "red"}]}, (), "lines[0]: colour: Expected one of sku"),
        (
            {},
            {"lines": [TEA | {"name": "\ud800"}]},
            (),
            "BASKET.json: name: expected text, got half",
        ),
        ({}, {"vouchers": ["v", "\udc00"]}, (), "BASKET.json: vouchers: expected text, got half"),
        ({}, {"lines": [TEA | {"floor": 1_001}]}, (), "The floor of 1,001 is above the list price"),
        (
            {"items": [TEA]},
            {"lines": [{"sku": "tea", "floor": 1_001}]},
            (),
            "lines[0]: floor: کف قیمت، ۱٬۰۰۱، از قیمت کالا",
        ),
        (
            {},
            '{"lines": [{"sku": "tea", "price": %s}]}' % ("9" * 5_000),
            (),
            "Expected int in 'price'",
        ),
        ({}, {"lines": [TEA | {"grams": 5, "quantity": 2}]}, (), "lines[0]: quantity: Expected"),
        ({}, {"lines": [TEA | {"per_kg": True}]}, (), "lines[0]: grams: Expected a weight"),
        ({}, {"lines": [{"code": "hello"}]}, (), "lines[0]: code: Expected the code of an item"),
        ({}, {"lines": [{"code": "4006381333931"}]}, (), "code: Expected a GTIN of one of items"),
        ({}, {"lines": [TEA] * 201}, (), "BASKET.json: lines: Expected at most 200, got 201"),
        ({}, {"at": "today"}, (), "BASKET.json: at: Expected an instant with its zone"),
        ({}, {"used": {"o": {"money": -1}}}, (), "used: o: money: Expected 0 or more"),
        ({}, {"gifts": [{"offer": "o", "sku": "x"}]}, (), "gifts[0]: sku: Expected one of items"),
        ({}, {"stock": {"tea": "none"}}, (), "BASKET.json: stock: Expected int in 'tea'"),
        ({}, SOUND, ("--at", "2026-11-26"), "--at: Expected an instant with its zone"),
    ],
)
def test_what_is_wrong_is_told_in_one_line_with_file_and_field(
    refused: Refused, rules: Any, basket: Any, more: tuple[str, ...], message: str
) -> None:
    assert message in refused(rules, basket, *more)


def test_a_file_that_is_not_there_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = str(tmp_path / "none.json")

    assert main(["quote", "--rules", missing, "--basket", missing]) == 2
    assert "none.json: expected a file, got No such file" in capsys.readouterr().err


def test_bytes_that_are_no_text_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "RULES.json"
    file.write_bytes(b'{"rules": "\xff"}')

    assert main(["quote", "--rules", str(file), "--basket", str(file)]) == 2
    assert "RULES.json: expected text in UTF-8" in capsys.readouterr().err


EXAMPLES = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", EXAMPLE, re.DOTALL)]


@settings(max_examples=300)
@given(which=st.sampled_from([0, 1]), data=st.data())
def test_whatever_stands_in_a_file_it_is_quoted_or_refused(
    which: int, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    typed = json.loads(json.dumps(EXAMPLES))
    place = data.draw(st.sampled_from([each for each in objects_in(typed[which]) if each]))
    field = data.draw(st.sampled_from([*sorted(place), *FIELDS]))
    place[field] = data.draw(VALUES | st.sampled_from([10**30, -(10**30), "۱۲", "\x00", [[]]]))

    command = files(tmp_path_factory.getbasetemp(), *typed)

    assert main([*command, "--json"]) in (0, 2)
