"""What typed files of the tests have in common, and the schemas that they fit."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FORMATS = ROOT / "docs/formats"
EXAMPLE = (FORMATS / "README.md").read_text("utf-8")
SCHEMAS = {
    name: json.loads((FORMATS / f"{name}.schema.json").read_text("utf-8"))
    for name in ("rules", "basket", "quote")
}
Quote = Callable[..., dict[str, Any]]
Refused = Callable[..., str]


def files(folder: Path, rules: Any, basket: Any) -> list[str]:
    """Write both files and give the command line that names them."""
    words = []
    for name, content in (("rules", rules), ("basket", basket)):
        file = folder / f"{name.upper()}.json"
        text = content if isinstance(content, str) else json.dumps(content)
        file.write_text(text, "utf-8")
        words += [f"--{name}", str(file)]
    return ["quote", *words]


MARCH, JUNE = "2026-03-01T00:00:00Z", "2026-06-01T00:00:00Z"
TEA = {"sku": "tea", "price": 1_000}


def fixed(price: int, rule_id: str = "f", **more: Any) -> dict[str, Any]:
    return {"rule": "fixed_price", "id": rule_id, "sku": "tea", "price": price, **more}
