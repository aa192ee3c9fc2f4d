"""``kiosk-server enrol`` and ``kiosks``: the office's deeds from a command line."""

import json
import re

import pytest

from server.__main__ import main
from server.fleet.models import AuditEntry, KeyState, Kiosk
from tests.server.line import Line
from tests.server.signing import SignedLine, a_kiosk

pytestmark = pytest.mark.usefixtures("chain")


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(words) == 0
    return capsys.readouterr().out


def test_a_code_is_printed_for_whoever_stands_before_the_box(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert re.fullmatch(r"[2-9A-Z]{4}-[2-9A-Z]{4}\n", said(capsys, "enrol", "k7", "tehran-1"))
    told = json.loads(said(capsys, "enrol", "k7", "tehran-1", "--json"))
    assert told.keys() == {"kiosk", "store", "code", "until"}
    assert Kiosk.objects.get(pk="k7").key_sha256 is None


def test_from_the_code_to_the_key_in_use(line: Line, capsys: pytest.CaptureFixture[str]) -> None:
    box = SignedLine(line.url)
    box.enrol(said(capsys, "enrol", "k7", "tehran-1").strip())
    listed = json.loads(said(capsys, "kiosks", "list", "--json").splitlines()[0])
    assert (listed["kiosk"], listed["waiting"], listed["key"]) == ("k7", box.key.key_id, "")
    assert said(capsys, "kiosks", "approve", "k7", "--fingerprint", box.key.key_id) == (
        f"{box.key.key_id}\n"
    )
    said(capsys, "kiosks", "rename", "k7", "کنار در")
    said(capsys, "kiosks", "move", "k7", "tehran-2")
    told = box.ask("GET", "/api/v2/me").json()
    assert (told["name"], told["store"]) == ("کنار در", "tehran-2")
    assert "k7  store tehran-2" in said(capsys, "kiosks", "list")
    said(capsys, "kiosks", "revoke", "k7")
    assert box.ask("GET", "/api/v2/me").json()["code"] == "key_revoked"
    assert {each.split()[0] for each in AuditEntry.objects.values_list("who", flat=True)} == {
        "command",
        "kiosk",
    }


def test_a_code_made_with_approve_lets_the_box_in_at_once(
    line: Line, capsys: pytest.CaptureFixture[str]
) -> None:
    box = SignedLine(line.url)
    box.enrol(said(capsys, "enrol", "k7", "tehran-1", "--approve"))
    assert box.ask("GET", "/api/v2/me").status_code == 200


def test_a_refused_key_is_out(capsys: pytest.CaptureFixture[str]) -> None:
    key = a_kiosk("k7", state=KeyState.WAITING)
    assert said(capsys, "kiosks", "refuse", "k7") == f"{key.key_id}\n"
    assert Kiosk.objects.get(pk="k7").keys.get().state == KeyState.REVOKED


def test_a_bearer_key_is_still_to_be_had(line: Line, capsys: pytest.CaptureFixture[str]) -> None:
    key = said(capsys, "enrol", "k7", "tehran-1", "--bearer").strip()
    manifest = "/api/v1/catalogue/manifest?store=tehran-1"
    assert Line(line.url, key).get(manifest).status_code == 404  # known, and nothing is published


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("enrol", "k7", "tehran-1", "--approve", "--bearer"), "Expected --approve or --bearer"),
        (("kiosks", "approve", "nowhere"), "Expected a kiosk that there is, got 'nowhere'"),
        (("kiosks", "move", "nowhere", "tehran-9"), "Expected a store of tehran-1, tehran-2"),
        (("kiosks", "move", "nowhere", "tehran-1"), "Expected a kiosk that there is"),
    ],
)
def test_wrong_use_ends_with_2_and_one_clear_line(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str
) -> None:
    assert main(words) == 2
    said = capsys.readouterr()
    assert told in said.err
    assert (said.out, said.err.count("\n")) == ("", 1)
