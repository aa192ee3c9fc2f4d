"""The pages of prices: each kind of rule typed in, refused on its field, tried, and published."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from server.catalogue.models import Price, Product
from server.configuration import Configuration
from server.fleet.models import AuditEntry
from server.pricing import deeds
from server.pricing.models import CustomerGroup, FixedPrice, Kind, PriceChange, PriceRule, State
from tests.server.line import NOON
from tests.server.pricing.chain import OFFICE, adjustment, fix, publish_rule, set_of, tea

BASE = "/office/pricing/pricerule/"


@pytest.fixture
def office(chain: Configuration) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.create_superuser("office"))
    return client


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return unescape(answer.content.decode())


def form(**more: Any) -> dict[str, Any]:
    rows = {
        f"{name}-{field}": 0
        for name in ("steps", "parts", "needs", "weekly")
        for field in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    return {**rows, "name_fa": "آزمایش", "rule_id": "new", "combine": "best_of", **more}


def wrong(client: Client, kind: str, **more: Any) -> list[str]:
    """Post a form that is refused; gives what is said on its fields, without the English."""
    answer = client.post(f"{BASE}add/{kind}/", form(**more))
    assert answer.status_code == 200
    assert not PriceRule.objects.exists()
    said = re.findall(r"<em[^>]*>(.*?) ?(?:<bdi>.*?)?</em>", answer.content.decode())
    return [unescape(each) for each in said]


TYPED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "adjustment": (
        {"how": "up_bp", "value": "۴٫۵", "round_to": "۵٬۰۰۰", "goods-categories": "dairy"},
        {"rule": "adjustment", "goods": {"categories": ["dairy"]}, "up_bp": 450, "round_to": 5_000},
    ),
    "each": (
        {
            **{"by": "quantity", "goods-skus": "10001", "steps-TOTAL_FORMS": 2},
            **{"steps-0-at_least": "2", "steps-0-how": "off", "steps-0-value": "1,000"},
            **{"steps-1-at_least": "۳", "steps-1-how": "price", "steps-1-value": "500000"},
        },
        {
            **{"rule": "offer", "kind": "each", "goods": {"skus": ["10001"]}},
            "steps": [{"at_least": 2, "off": 1_000}, {"at_least": 3, "price": 500_000}],
        },
    ),
    "together": (
        {
            **{"by": "money", "vouchers": "YALDA", "off_max": "2,000", "steps-TOTAL_FORMS": 1},
            **{"steps-0-at_least": "10000", "steps-0-how": "off_bp", "steps-0-value": "5"},
        },
        {
            **{"rule": "offer", "kind": "together", "vouchers": ["YALDA"]},
            **{"steps": [{"at_least": 10_000, "off_bp": 500}], "limits": {"off_max": 2_000}},
        },
    ),
    "set": (
        {
            **{"on": "part", "how": "off_bp", "value": "50", "parts-TOTAL_FORMS": 2},
            **{"parts-0-categories": "dairy", "parts-0-quantity": "2"},
            **{"parts-1-skus": "10001", "parts-1-quantity": "1"},
        },
        {
            **{"rule": "offer", "kind": "set", "on": "part", "off_bp": 5_000},
            "parts": [
                {"goods": {"categories": ["dairy"]}, "quantity": 2},
                {"goods": {"skus": ["10001"]}},
            ],
        },
    ),
    "gift": (
        {
            **{"gifts": "10001", "quantity": "1", "needs-TOTAL_FORMS": 1},
            **{"needs-0-money": "۲۰٬۰۰۰"},
        },
        {
            **{"rule": "offer", "kind": "gift", "gifts": ["10001"]},
            "needs": [{"money": 20_000}],
        },
    ),
}


@pytest.mark.parametrize("kind", TYPED)
def test_each_kind_is_typed_in_shown_again_and_saved_as_it_was(office: Client, kind: str) -> None:
    typed, record = TYPED[kind]
    scope = {
        **{"stores": "tehran-1", "groups": "member", "starts_at": "۱۴۰۵/۰۹/۰۲ ۱۲:۰۰"},
        **{"ends_at": "2026-12-24", "weekly-TOTAL_FORMS": 1, "weekly-0-days": ["thu", "fri"]},
        **{"weekly-0-start": "22:00", "weekly-0-end": "۰۲:۰۰", "priority": "-3"},
    }
    answer = office.post(f"{BASE}add/{kind}/", form(**typed, **scope))
    assert answer.status_code == 302, re.findall(r"<em.*?</em>", answer.content.decode())
    row = PriceRule.objects.get()
    window = {
        "from": "2026-11-23T08:30:00Z",
        "to": "2026-12-23T20:30:00Z",
        "weekly": [{"days": ["thu", "fri"], "from": "22:00", "to": "02:00"}],
    }
    assert row.body == {
        **{"id": "new", "name": {"fa": "آزمایش"}, "stores": ["tehran-1"], "groups": ["member"]},
        **{"when": window, "priority": -3},
        **record,
    }
    html = page(office, f"{BASE}new/change/")
    again = _fields(html)
    answer = office.post(f"{BASE}new/change/", again)
    assert answer.status_code == 302, re.findall(r"<em.*?</em>", answer.content.decode())
    assert PriceRule.objects.get().body == row.body


def _fields(html: str) -> dict[str, Any]:
    """Give what a browser would send back of the form, untouched."""
    html = html[html.index('class="rule-form"') :]
    html = re.sub(r"<template>.*?</template>", "", html, flags=re.S)
    told: dict[str, Any] = {}
    for tag in re.findall(r"<input [^>]*>", html):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ("checkbox" not in tag or " checked" in tag):
            told.setdefault(name[1], []).append(value[1] if value else "")
    for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>\s*(.*?)</textarea>', html, re.S):
        told[name] = [text]
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', html, re.S):
        told[name] = re.findall(r'value="([^"]*)" selected', options)
    return told


def test_what_is_wrong_is_said_on_its_field_in_both_languages(office: Client) -> None:
    step = {"steps-TOTAL_FORMS": 2, "steps-0-how": "off_bp", "steps-1-how": "off_bp"}
    down = {
        **{"steps-0-at_least": "3", "steps-0-value": "5", "steps-1-at_least": "2"},
        "steps-1-value": "6",
    }
    (said,) = wrong(office, "each", by="quantity", **step, **down)
    assert said.startswith("پله‌ها باید یکی پس از دیگری بالا بروند")
    html = office.post(f"{BASE}add/each/", form(by="quantity", **step, **down)).content.decode()
    assert "Expected steps that go up" in html
    row = html[html.index('name="steps-1-at_least"') :]
    assert "بالا بروند" in row[: row.index("steps-1-value")]
    assert wrong(office, "adjustment", how="off_bp", value="5", stores="x") == [
        "شعبه‌ای با شناسهٔ x نیست"
    ]
    ends = {"starts_at": "1405/09/03", "ends_at": "1405/09/02"}
    assert wrong(office, "adjustment", how="off_bp", value="5", **ends) == [
        "پایان باید پس از آغاز باشد"
    ]
    days = {"weekly-TOTAL_FORMS": 1, "weekly-0-start": "10:00", "weekly-0-end": "11:00"}
    assert wrong(office, "adjustment", how="off_bp", value="5", **days) == ["دست‌کم یکی لازم است"]
    assert wrong(office, "adjustment", how="off_bp", value="۲۰۰") != []
    assert wrong(office, "adjustment", how="off_bp", value="پنج") == [
        "درصدی مانند ۱۲٫۵ انتظار می‌رفت، نه پنج."
    ]
    assert wrong(office, "adjustment", how="off", value="5", groups="gold") == [
        "گروهی با شناسهٔ gold نیست."
    ]
    assert wrong(office, "gift", gifts="404") == ["کالایی با شناسهٔ 404 نیست"]
    parts = {"parts-TOTAL_FORMS": 1, "parts-0-categories": "odd", "parts-0-quantity": "2"}
    assert wrong(office, "set", on="set", how="off_bp", value="5", **parts) == [
        "دسته‌ای با شناسهٔ odd نیست"
    ]
    assert len(wrong(office, "set", on="set", how="off_bp", value="5")) == 1  # no part at all


def test_a_rule_is_tried_on_a_basket_before_and_after(office: Client) -> None:
    tea()
    deeds.save(set_of(), OFFICE, NOON)
    query = {"basket": "10001 × 2\n20001\nnothing", "store": "tehran-1"}
    html = unescape(office.get(f"{BASE}three/try/", query).content.decode())
    for told in ("۱٬۱۸۰٬۰۰۰", "۱٬۰۸۰٬۰۰۰", "−۱۰۰٬۰۰۰", "nothing", "سه تا بخر: ۱۰۰٬۰۰۰"):
        assert told in html, told
    deeds.publish("three", OFFICE, NOON)
    assert "−۱۰۰٬۰۰۰" in page(office, f"{BASE}three/try/?{urlencode(query)}")
    deeds.save(set_of(off_bp=5_000), OFFICE, NOON)
    assert "+۵۰٬۰۰۰" in page(office, f"{BASE}three/try/?{urlencode(query)}")
    made_up = page(office, f"{BASE}three/try/")
    assert "10001 × 3" in made_up
    assert AuditEntry.objects.filter(deed="publish rule").count() == 1  # ours, above


def test_a_rule_is_published_scheduled_taken_back_copied_and_deleted(office: Client) -> None:
    deeds.save(adjustment(), OFFICE, NOON)

    def do(rule: str, **what: str) -> None:
        assert office.post(f"{BASE}{rule}/do/", what).status_code == 302

    do("dairy", do="publish")
    assert PriceRule.objects.get().state == State.PUBLISHED
    do("dairy", do="publish")
    assert "از انتشار پیشین چیزی تغییر نکرده است" in page(office, BASE)
    do("dairy", do="withdraw")
    do("dairy", do="schedule", starts_at="1505/01/01")
    assert "زمان‌بندی‌شده" in page(office, f"{BASE}?state=soon")
    do("dairy", do="copy")
    do("dairy-copy-1", do="delete")
    assert list(PriceRule.objects.values_list("pk", flat=True)) == ["dairy"]
    assert "پس گرفته شد" not in page(office, f"{BASE}dairy/change/")
    assert office.post(f"{BASE}dairy/do/", {"do": "odd"}).status_code == 404


def test_the_list_is_filtered_by_state_kind_store_and_words(office: Client) -> None:
    publish_rule(adjustment(stores=["tehran-1"]))
    deeds.save(set_of(name={"fa": "تخم‌مرغ"}), OFFICE, NOON)
    for query, shown in {
        "": (True, True),
        "?state=now": (True, False),
        "?state=draft": (False, True),
        "?kind=set": (False, True),
        "?store=tehran-2": (False, True),
        "?q=تخم": (False, True),
        "?q=dairy": (True, False),
        "?state=odd&page=x": (True, True),
    }.items():
        html = page(office, f"{BASE}{query}")
        links = tuple(f"{BASE}{rule}/change/" in html for rule in ("dairy", "three"))
        assert links == shown, query


def test_many_prices_are_shown_changed_and_undone(office: Client) -> None:
    asked = {"how": "up_bp", "value": "10", "goods-categories": "dairy"}
    html = office.post(f"{BASE}many/", asked).content.decode()
    assert Price.objects.get().amount == 540_000
    shown = re.search(r'name="shown" value="(\w+)"', html)
    assert shown is not None
    assert "۵۹۴٬۰۰۰" in html
    assert office.post(f"{BASE}many/", {**asked, "shown": "other"}).status_code == 200
    assert Price.objects.get().amount == 540_000
    assert office.post(f"{BASE}many/", {**asked, "shown": shown[1]}).status_code == 302
    assert Price.objects.get().amount == 594_000
    assert "٪۱۰ گران‌تر" in page(office, f"{BASE}many/")
    office.post(f"{BASE}many/undo/{PriceChange.objects.get().pk}/")
    assert Price.objects.get().amount == 540_000
    everything = office.post(f"{BASE}many/", {"how": "off", "value": "1"}).content.decode()
    assert 'name="shown"' not in everything


def test_rules_go_out_as_json_and_table_and_come_in_again(office: Client) -> None:
    publish_rule(adjustment())
    deeds.save(set_of(), OFFICE, NOON)
    told = json.loads(office.get(f"{BASE}rules.json").content)
    assert {each["id"] for each in told["rules"]} == {"dairy", "three"}
    chosen = json.loads(office.get(f"{BASE}rules.json?state=draft").content)
    assert [each["id"] for each in chosen["rules"]] == ["three"]
    PriceRule.objects.filter(pk="three").delete()
    told["rules"][0 if told["rules"][0]["id"] == "dairy" else 1]["off_bp"] = 7

    def send(name: str, content: str) -> str:
        file = SimpleUploadedFile(name, content.encode())
        return office.post(f"{BASE}import/", {"file": file}, follow=True).content.decode()

    assert "۲ قاعده" in send("rules.json", json.dumps(told))
    dairy, three = PriceRule.objects.get(pk="dairy"), PriceRule.objects.get(pk="three")
    assert (dairy.body["off_bp"], dairy.published["off_bp"], three.state) == (7, 1_000, "draft")
    text = json.dumps(adjustment("from-table")).replace('"', '""')
    send("rules.csv", f'rule\n"{text}"\n')
    assert PriceRule.objects.filter(pk="from-table").exists()
    refused = send("rules.json", json.dumps([adjustment("odd", off_bp=0), set_of("fine")]))
    assert "odd" in refused
    assert not PriceRule.objects.filter(pk="fine").exists()
    assert "پرونده خوانده نشد" in unescape(send("rules.json", "{"))
    assert office.get(f"{BASE}export/").status_code == 200


def test_fixed_prices_are_imported_by_what_they_are_about(office: Client) -> None:
    content = (
        "sku,price,store,group,from,weekly hours\n10001,500000,tehran-1,member,,thu 17:00-20:00\n"
    )
    fixed = "/office/pricing/fixedprice/"

    def send(text: str) -> str:
        file = SimpleUploadedFile("prices.csv", text.encode())
        shown = office.post(f"{fixed}import/", {"file": file}).content.decode()
        signed = re.search(r'name="shown" value="([^"]+)"', shown)
        if signed:
            office.post(f"{fixed}process_import/", {"shown": unescape(signed[1])})
        return shown

    send(content)
    row = FixedPrice.objects.get()
    assert (row.amount, row.store_id, row.group_id, row.state) == (
        *(500_000, "tehran-1", "member", "draft"),
    )
    assert row.weekly == [{"days": ["thu"], "from": "17:00", "to": "20:00"}]
    send(content.replace("500000", "480000"))
    assert FixedPrice.objects.get().amount == 480_000
    Product.objects.update(floor=400_000)
    assert "کف قیمت" in unescape(send(content.replace("500000", "300000")))
    assert FixedPrice.objects.get().amount == 480_000
    action = {"action": "publish", "_selected_action": [row.pk]}
    office.post(fixed, action)
    assert FixedPrice.objects.get().state == State.PUBLISHED


def test_who_may_see_may_not_change_and_who_may_change_may_not_publish(office: Client) -> None:
    deeds.save(adjustment(), OFFICE, NOON)
    clerk = User.objects.create_user("clerk", is_staff=True)
    client = Client(headers={"host": "localhost"})

    def may(*codes: str) -> None:
        clerk.user_permissions.set(Permission.objects.filter(codename__in=codes))
        client.force_login(User.objects.get(pk=clerk.pk))

    may()
    for path in ("", "add/", "dairy/change/", "dairy/try/", "many/", "past/", "pick/?kind=sku"):
        assert client.get(f"{BASE}{path}").status_code == 403, path
    may("view_pricerule")
    for path in ("", "dairy/change/", "dairy/try/", "past/", "pick/?kind=sku", "rules.json"):
        assert client.get(f"{BASE}{path}").status_code == 200, path
    for path in ("add/", "add/set/", "many/", "import/"):
        assert client.get(f"{BASE}{path}").status_code == 403, path
    assert client.post(f"{BASE}dairy/change/", form()).status_code == 403
    may("view_pricerule", "change_pricerule", "add_pricerule")
    assert client.get(f"{BASE}add/set/").status_code == 200
    for do in ("publish", "schedule", "withdraw", "delete"):
        answer = client.post(f"{BASE}dairy/do/", {"do": do, "starts_at": "1505/01/01"})
        assert answer.status_code == 403, do
    may("view_pricerule", "publish_rule")
    assert client.post(f"{BASE}dairy/do/", {"do": "publish"}).status_code == 302
    assert PriceRule.objects.get().state == State.PUBLISHED


def test_what_is_picked_is_found_by_name_number_and_id(office: Client) -> None:
    tea(brand_fa="احمد", supplier="mihan")
    for query, found in {
        "kind=sku&q=شیر": ["10001"],
        "kind=sku&q=۱۰۰": ["10001"],
        "kind=sku&q=626010": ["10001"],
        "kind=sku&id=20001&id=10001": ["10001", "20001"],
        "kind=category&q=لبن": ["dairy"],
        "kind=brand&q=اح": ["احمد"],
        "kind=supplier&q=": ["mihan"],
        "kind=store&q=پونک": ["tehran-2"],
        "kind=group&q=": ["member"],
    }.items():
        told = office.get(f"{BASE}pick/?{query}").json()["found"]
        assert sorted(each["id"] for each in told) == found, query
    assert office.get(f"{BASE}pick/?kind=odd").status_code == 404


def test_the_past_is_asked_on_a_page(office: Client) -> None:
    fix(Product.objects.get(), 500_000)
    html = page(office, f"{BASE}past/?sku=۱۰۰۰۱&store=tehran-1")
    assert "۵۰۰٬۰۰۰" in html
    assert "معلوم نیست" in page(office, f"{BASE}past/?sku=404&store=tehran-1")


def test_the_group_of_members_stays(office: Client) -> None:
    CustomerGroup.objects.create(group_id="gold", name_fa="طلایی")
    groups = "/office/pricing/customergroup/"
    assert office.get(f"{groups}member/delete/").status_code == 403
    assert office.get(f"{groups}gold/delete/").status_code == 200
    assert set(Kind) == set(TYPED)


def test_a_fixed_price_is_typed_and_refused_on_its_field(office: Client) -> None:
    Product.objects.update(floor=400_000)
    fixed = "/office/pricing/fixedprice/"
    typed = {
        **{"rule_id": "", "state": "draft", "product": Product.objects.get().pk},
        **{"gtin": "6260100000100", "amount": "۵۰۰٬۰۰۰", "priority": "0", "store": "tehran-1"},
        **{"starts_at": "1405/09/02", "weekly": "thu,fri 17:00-20:00|sat 10:00-12:00"},
    }
    answer = office.post(f"{fixed}add/", typed)
    assert answer.status_code == 302, re.findall(r"errorlist.*?</ul>", answer.content.decode())
    row = FixedPrice.objects.get()
    assert (row.amount, row.gtin, len(row.weekly)) == (500_000, "06260100000100", 2)
    html = page(office, f"{fixed}{row.pk}/change/")
    assert 'value="thu,fri 17:00-20:00|sat 10:00-12:00"' in html
    assert 'value="۵۰۰٬۰۰۰"' in html
    for wrong_one, said in {
        ("amount", "300000"): "کف قیمت",
        ("weekly", "sometime"): "ساعت‌های هفتگی مانند",
        ("ends_at", "1405/09/01"): "پایان باید پس از آغاز باشد",
        ("gtin", "123"): "رقم",
    }.items():
        answer = office.post(f"{fixed}{row.pk}/change/", {**typed, wrong_one[0]: wrong_one[1]})
        assert answer.status_code == 200, wrong_one
        assert said in unescape(answer.content.decode()), wrong_one
    assert FixedPrice.objects.get().amount == 500_000
