"""The sample chain's pictures, drawn once and kept for the next time."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tools.stage.server import ROOT, SAMPLE

FOLDER = ROOT / "build" / "sample" / "pictures"


def sample_pictures() -> Path:
    """Give the folder of the pictures, drawn anew where the chain or the drawing changed."""
    from tools.sample_chain.pictures.studio import write_pictures

    stamp, state = FOLDER / "drawn-from", _state()
    if not stamp.is_file() or stamp.read_text() != state:
        write_pictures(FOLDER)
        stamp.write_text(state)
    return FOLDER


def _state() -> str:
    """Hash what the pictures depend on: the products, and the code that draws them."""
    sources = [SAMPLE / "products.csv", *sorted((ROOT / "tools" / "sample_chain").rglob("*.py"))]
    return hashlib.sha256(b"".join(file.read_bytes() for file in sources)).hexdigest()
