"""Each function of ODK's, as a table: what an expression gives."""

from __future__ import annotations

import math
from datetime import datetime, timedelta, timezone

import pytest
from lxml import etree

from xforms.xpath import Scope, World, XPathError
from xforms.xpath import compile as compiled

TREE = etree.fromstring(
    "<instance><data><n>3</n><empty/><t>a b c</t><d>2026-11-26</d><name>Ali</name>"
    "<child><age>4</age></child><child><age>9</age></child><child><age/></child></data></instance>"
)
TYPES = {
    "/data": "", "/data/n": "int", "/data/empty": "string", "/data/t": "string", "/data/d": "date",
    "/data/name": "string", "/data/child": "", "/data/child/age": "int",
}  # fmt: skip
LIST = etree.fromstring(
    "<instance><root><item><name>x</name><label>Ex</label></item>"
    "<item><name>y</name><label>Why</label></item></root></instance>"
)
SCOPE = Scope(
    "/data/n", repeats=frozenset({"/data/child"}), types=TYPES, instances=frozenset({"l"})
)
NOW = datetime(2026, 11, 26, 9, 30, 15, tzinfo=timezone(timedelta(hours=3, minutes=30)))
WORLD = World(
    now=lambda: NOW, random=lambda: 0.25, root=TREE, instances={"l": LIST}, version="7",
    uuid=lambda: "11111111-1111-4111-8111-111111111111", properties={"deviceid": "k1"},
    itext=lambda identity: f"[{identity}]",
)  # fmt: skip
NODE = TREE[0][0]

SAYS = [
    ("1 + 2 * 3", "7"),
    ("7 mod 3 - -1", "2"),
    ("10 div 4", "2.5"),
    ("2 > 1 and not(1 > 2)", "true"),
    ("/data/n", "3"),
    ("../n + 1", "4"),
    (". * 2", "6"),
    ("../empty + 1", ""),
    ("1 div 0", "Infinity"),
    ("0.1 + 0.2", "0.30000000000000004"),
    ("1234567890123 * 10", "12345678901230"),
    ("string(5000000000)", "5000000000"),
    ("starts-with(5000000000, '5000')", "true"),
    ("'a' = 'a'", "true"),
    ("if(../n > 2, 'many', 'few')", "many"),
    ("if(../empty = '', 'none', 'some')", "none"),
    ("coalesce(../empty, ../name)", "Ali"),
    ("selected(../t, 'b')", "true"),
    ("selected(../t, 'z')", "false"),
    ("selected-at(../t, 2)", "c"),
    ("selected-at(../t, 9)", ""),
    ("count-selected(../t)", "3"),
    ("count(/data/child)", "3"),
    ("sum(/data/child[age != '']/age)", "13"),
    ("sum(/data/child/age)", ""),
    ("max(/data/child[age != '']/age)", "9"),
    ("min(4, 2, 8)", "2"),
    ("count-non-empty(/data/child/age)", "2"),
    ("count-non-empty(//age)", "2"),
    ("indexed-repeat(/data/child/age, /data/child, 2)", "9"),
    ("position(/data/child[2])", "2"),
    ("/data/child[position() = 2]/age", "9"),
    ("concat('a', ../n, 'b')", "a3b"),
    ("concat(/data/child/age)", "49"),
    ("join(', ', /data/child/age)", "4, 9, "),
    ("substr('hello', 1, 3)", "el"),
    ("substr('hello', -3)", "llo"),
    ("substring-before('a-b', '-')", "a"),
    ("ends-with('abc', 'bc')", "true"),
    ("contains('abc', 'b')", "true"),
    ("translate('abc', 'ab', 'xy')", "xyc"),
    ("string-length('سلام')", "4"),
    ("normalize-space('  a   b ')", "a b"),
    ("regex('abc12', '[a-z]+[0-9]+')", "true"),
    ("regex('abc12x', '[a-z]+[0-9]+')", "false"),
    ("regex('09121234567', '09[0-9]{9}')", "true"),
    ("round(2.5)", "3"),
    ("round(-2.5)", "-2"),
    ("round(1.005, 2)", "1.01"),
    ("round(1234, -2)", "1200"),
    ("int(-3.7)", "-3"),
    ("pow(2, 10)", "1024"),
    ("sqrt(-1)", ""),
    ("pi() > 3.14 and pi() < 3.15", "true"),
    ("log10(1000)", "3"),
    ("abs(-2)", "2"),
    ("random()", "0.25"),
    ("uuid()", "11111111-1111-4111-8111-111111111111"),
    ("version()", "7"),
    ("property('deviceid')", "k1"),
    ("jr:itext('greeting')", "[greeting]"),
    ("today()", "2026-11-26"),
    ("now()", "2026-11-26T09:30:15.000+03:30"),
    ("../d = today()", "true"),
    ("../d > '2026-01-01'", "true"),
    ("../d < today() + 1", "true"),
    ("today() - ../d", "0"),
    ("date('2026-11-27') - ../d", "1"),
    ("date(20783)", "2026-11-26"),
    ("date(2932896)", "9999-12-31"),
    ("date(2932897)", ""),
    ("date-time(2932897)", ""),
    ("format-date(3000000, '%Y')", ""),
    ("date-time('2026-11-26')", "2026-11-26T00:00:00.000+03:30"),
    ("format-date(../d, '%d/%n/%Y')", "26/11/2026"),
    ("format-date-time(now(), '%H:%M:%S %a %b %e %y %%')", "09:30:15 Thu Nov 26 26 %"),
    ("format-date(../empty, '%Y')", ""),
    ("decimal-date-time('1970-01-02T00:00:00Z')", "1"),
    ("decimal-time('12:00')", "0.5"),
    ("boolean-from-string('1') and not(boolean-from-string('no'))", "true"),
    ("checklist(1, 2, 'yes', 'no', 1)", "true"),
    ("weighted-checklist(5, 10, 'yes', 3, 'yes', 3)", "true"),
    ("once('new')", "3"),
    ("instance('l')/root/item[name = 'y']/label", "Why"),
    ("pulldata('l', 'label', 'name', 'x')", "Ex"),
    ("digest('abc', 'MD5', 'hex')", "900150983cd24fb0d6963f7d28e17f72"),
    ("base64-decode('SGVsbG8=')", "Hello"),
    ("base64-decode('%')", ""),
    ("round(distance('0 0', '0 1'), -3)", "111000"),
    ("area('0 0; 0 1')", "0"),
    ("geofence('1 1', '0 0; 0 2; 2 2; 2 0')", "true"),
    ("number('2026-11-26')", "20783"),
    ("number('x')", ""),
    ("true() or false()", "true"),
    ("(/data/child)[2]/age", "9"),
    ("string(/data/child[last()]/age) = ''", "true"),
    ("  1  ", "1"),
]


@pytest.mark.parametrize(("text", "says"), SAYS, ids=[text for text, _ in SAYS])
def test_what_an_expression_says(text: str, says: str) -> None:
    assert compiled(text, SCOPE).string(NODE, WORLD) == says


WRONG = [
    ("nope(1)", "unknown_function"),
    ("selected('a')", "arguments"),
    ("1 +", "syntax"),
    ("'open", "syntax"),
    ("((((1)", "syntax"),
    ("a b", "syntax"),
    ("namespace::x", "axis"),
    ("instance('other')/root", "instance"),
    ("regex(., '(a+)+b')", "pattern"),
    ("regex(., '([')", "pattern"),
    ("(" * 100 + "1" + ")" * 100, "too_long"),
    ("1" + " + 1" * 2_000, "too_long"),
    ("1" + " + 1" * 1_000, "too_long"),
    ("indexed-repeat(/data/n, /data/child, 1)", "arguments"),
    ("", "syntax"),
]


@pytest.mark.parametrize(("text", "code"), WRONG, ids=[text[:30] for text, _ in WRONG])
def test_what_is_no_expression_is_refused_by_name(text: str, code: str) -> None:
    with pytest.raises(XPathError) as refused:
        compiled(text, SCOPE)
    assert refused.value.code == code


def test_numbers_are_numbers() -> None:
    assert math.isnan(compiled("../empty", SCOPE).number(NODE, WORLD))
    assert compiled("../d", SCOPE).number(NODE, WORLD) == 20783
    assert compiled("../n = 3", SCOPE).truth(NODE, WORLD) is True
