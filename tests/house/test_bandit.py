"""bandit, another reader of the code for holes, has nothing to say.

What is waived here is held by ruff's rules of the same origin (S), line by line with a reason:
B608 is S608 (SQL put together from our own constants), B404 and B603 are S404 and S603 (programs
are started from lists, never by a shell), B311 is S311 (chance that spreads load). B101 are asserts: they state what holds anyway, and
none stands between a request and what it may do.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
WAIVED = ("B101", "B311", "B404", "B603", "B608")
READ = ("retail", "settings", "kiosk", "server")
FALSE = {  # none of these is a secret
    ("server/keys.py", "B105"),  # the name of a file, "secret.key"
    ("kiosk/commands/terminal_options.py", "B105"),  # the name of a variable
    ("kiosk/hardware/terminal/zvt/link.py", "B105"),  # what terminals leave their factory with
}


def test_bandit_has_nothing_to_say() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "bandit", "-q", "-f", "json", "-s", ",".join(WAIVED), "-r", *READ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    told = json.loads(run.stdout)
    assert told["errors"] == []
    found = {(each["filename"].removeprefix("./"), each["test_id"]) for each in told["results"]}
    assert found <= FALSE, [each["issue_text"] for each in told["results"]]
