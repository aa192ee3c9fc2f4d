"""The sub-commands of ``kiosk``: one module each, with ``add_to`` and ``run``."""

from __future__ import annotations

import argparse
from pathlib import Path

SETTINGS = Path("/etc/kiosk/kiosk.toml")


def add_config_option(parser: argparse.ArgumentParser) -> None:
    """Add the option that names the settings file."""
    parser.add_argument(
        "--config",
        type=Path,
        default=SETTINGS,
        metavar="FILE",
        help=f"a kiosk's settings; default: {SETTINGS}",
    )
