"""The recorded frames of tests/data/payment, a row each, with the source of each kept."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[2] / "data/payment"


@dataclass(frozen=True)
class Row:
    id: str
    protocol: str  # as kiosk terminal decode names it
    request: bool
    sound: bool
    frame: bytes
    expect: dict[str, Any]


def zvt_rows() -> list[Row]:
    return [
        Row(
            id=row["id"],
            protocol="zvt-serial" if row["transport"] == "serial" else "zvt",
            request=row["direction"] == "ECR>PT",
            sound=row["valid"] == "yes",
            frame=bytes.fromhex(row["hex"]),
            expect=json.loads(row["expect"]),
        )
        for row in read("zvt.tsv")
    ]


IRAN_PROTOCOLS = {"behpardakht_pospc_3.1": "behpardakht", "sadad_pcpos_1.5": "sadad"}


def iran_rows() -> list[Row]:
    """Every row with bytes of a protocol that we speak."""
    return [
        Row(
            id=f"{row['protocol']}-{number}",
            protocol=IRAN_PROTOCOLS[row["protocol"]],
            request=row["direction"] != "POS>PC",
            sound=row["checksum_ok"] == "yes",
            frame=bytes.fromhex(row["hex"]),
            expect=json.loads(row["fields"]),
        )
        for number, row in enumerate(read("iran.tsv"))
        if row["protocol"] in IRAN_PROTOCOLS and not row["hex"].startswith("(")
    ]


def read(table: str) -> list[dict[str, str]]:
    with (DATA / table).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
