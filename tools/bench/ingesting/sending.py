"""Kiosks that send as fast as they are answered, in a process of their own.

All that is sent is written beforehand: nothing but sockets is measured. The kiosk's name stands
in ``Signature-Input``; none of the servers that are compared looks at a signature here.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import dataclass

from tests.server.boxes import Box, as_bytes

ROWS = 50  # in a request, as kiosks send


@dataclass(frozen=True, slots=True)
class Sent:
    """How long each request took, in seconds, and all of them together."""

    latencies_s: list[float]
    took_s: float
    rows: int


def requests_of(kiosk_id: str, rows: int, path: str) -> list[bytes]:
    """Write what one kiosk sends: a stream from its beginning, one row in ten an unknown code."""
    box = Box(stream="telemetry")
    for number in range(rows):
        if number % 10:
            box.put("item_looked_up", {"sku": f"{number}", "found": True, "price_minor": 540_000})
        else:
            box.put("unknown_code", {"code": f"{number % 100}", "symbology": "E0"})
    written = []
    for after in range(0, rows, ROWS):
        body = as_bytes(box.batch(after, ROWS))
        head = (
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Signature-Input: {kiosk_id}\r\nSignature: none\r\nContent-Digest: none\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        written.append(head.encode() + body)
    return written


async def send_all(port: int, streams: list[list[bytes]]) -> Sent:
    """Send each stream by a connection of its own, all at once."""
    began = time.perf_counter()
    each = await asyncio.gather(*(_send(port, stream) for stream in streams))
    took = time.perf_counter() - began
    latencies = [seconds for part in each for seconds in part]
    return Sent(latencies, took, ROWS * len(latencies))


async def _send(port: int, stream: list[bytes]) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    latencies = []
    for request in stream:
        began = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        lower = head.lower()
        length = int(lower.partition(b"content-length:")[2].partition(b"\r\n")[0])
        body = await reader.readexactly(length)
        if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201")):
            raise RuntimeError(f"{head!r} {body[:500]!r}")
        latencies.append(time.perf_counter() - began)
    writer.close()
    return latencies


def main() -> int:
    """Prepare, say so, send when told, and print what it took as JSON."""
    port, kiosks, rows = map(int, sys.argv[1:4])
    streams = [requests_of(f"bench-{number}", rows, sys.argv[4]) for number in range(kiosks)]
    print("ready", flush=True)
    sys.stdin.readline()
    sent = asyncio.run(send_all(port, streams))
    print(json.dumps({"latencies_s": sent.latencies_s, "took_s": sent.took_s, "rows": sent.rows}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
