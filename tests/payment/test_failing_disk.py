"""A journal that cannot be written, at each step: not begun before SENT, in doubt after it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from retail.tender import Phase
from tests.payment.case import Case, Persona
from tests.payment.dying import Forker

FAILS = {"ENOSPC": "S", "EIO on write": "W", "EIO on fsync": "Y"}
STEPS = ("intent", "sent", "accepted", "result", "acked", "completed", "settled")


@pytest.fixture(scope="module")
def control() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "fails"


@pytest.fixture(scope="module")
def forker(control: Path) -> Iterator[Forker]:
    if shutil.which("gcc") is None:
        if os.environ.get("CI"):
            pytest.fail("gcc is missing: apt-get install gcc libc6-dev")
        pytest.skip("gcc is missing: apt-get install gcc libc6-dev")
    library = control.with_name("failing_disk.so")
    source = Path(__file__).with_name("failing_disk.c")
    subprocess.run(["gcc", "-O2", "-shared", "-fPIC", "-o", library, source], check=True)
    made = Forker(LD_PRELOAD=str(library), JOURNAL_FAILS=str(control))
    yield made
    made.close()


@pytest.mark.parametrize("unacked", ["books", "reverses"])
@pytest.mark.parametrize("how", FAILS)
@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_cannot_be_written(
    tmp_path: Path, forker: Forker, control: Path, step: str, how: str, unacked: str
) -> None:
    case = Case(tmp_path, Persona({"unacked": unacked}), forker)
    before = len(case.ledger.books())
    case.die(f"before:{step}", fails=FAILS[how])
    try:
        assert case.ended == 0
        assert control.exists(), "the disk was to fail"
    finally:
        control.unlink(missing_ok=True)

    said, sent = case.facts(), len(case.ledger.books()) - before
    if step in ("intent", "sent"):
        assert "PaymentRefused" in said
        assert sent == 0
        assert case.ledger._all("SELECT * FROM running") == []
    elif step in ("completed", "settled"):
        assert sent == 1
    else:  # the driver is told to stop reading: nothing after the step has happened
        assert "UnwrittenError" in said
        state = {"accepted": "taken", "result": "booked", "acked": "acked"}[step]
        assert case.ledger._all("SELECT state FROM running") == [(state,)]
    assert "PaymentApproved" not in said
    case.hold()


def test_the_disk_that_fails_is_really_one(tmp_path: Path, forker: Forker, control: Path) -> None:
    """Else every case above would be of a disk that is well."""
    case = Case(tmp_path, Persona(), forker)
    case.die("nowhere")

    assert "PaymentApproved" in case.facts()
    rig = case.rig(2)
    assert {each.phase for each in rig.journal.of_sale(case.sale_id)} == {Phase.SETTLED}
    rig.close()
