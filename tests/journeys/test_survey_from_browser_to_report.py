"""A survey is made in a browser, published, answered on a real window, and seen in the report.

Server, window and browser each are a process, as they are in a chain; only the display is virtual.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MISSING = [name for name in ("chromium", "Xvfb") if shutil.which(name) is None]


@pytest.mark.skipif(bool(MISSING), reason=f"not here: {', '.join(MISSING)}")
def test_somebody_makes_a_survey_and_reads_what_was_answered(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tools.survey_journey", "--out", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert run.returncode == 0, run.stderr[-4_000:]
    shown = sorted(file.name for file in tmp_path.glob("*.png"))
    assert [name[0] for name in shown] == list("1234567")
