"""Broken frames through each codec of a bank terminal: nothing but the typed error, and no hanging.

Frames are recorded ones, changed in one to four places, and half of the time framed again so that
their checksums are right: else a codec would never be reached behind its frame. One in eight is
random from its first byte. The seed is printed; the same seed gives the same frames.

    python -m tools.bench.terminal_fuzz [--frames 10000000] [--seed N] [PROTOCOL …]

Prints how many frames each codec has read, how many of them it took, and how many a second of the
processor.
"""

from __future__ import annotations

import argparse
import csv
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import FrameType

from kiosk.hardware.terminal.behpardakht import codec as pospc
from kiosk.hardware.terminal.behpardakht import framing as pospc_framing
from kiosk.hardware.terminal.frames import Complete, split, whole
from kiosk.hardware.terminal.protocol_error import ProtocolError
from kiosk.hardware.terminal.sadad import codec as pcpos
from kiosk.hardware.terminal.sadad import framing as pcpos_framing
from kiosk.hardware.terminal.sadad.messages import Response
from kiosk.hardware.terminal.zvt import codec as zvt
from kiosk.hardware.terminal.zvt import framing as zvt_framing
from kiosk.hardware.terminal.zvt import serial_framing
from kiosk.hardware.terminal.zvt.parts import take_apart

DATA = Path(__file__).parents[2] / "tests/data/payment"
FRAMES = 10_000_000
BATCH = 10_000
BATCH_S_MAX = 120  # of the processor; a batch takes about one
LONGEST = 1_500  # of the recorded frames that are changed: a longer one only costs time


def recorded(protocol: str) -> list[bytes]:
    """Give the recorded frames of a protocol."""
    table = "zvt.tsv" if protocol.startswith("zvt") else "iran.tsv"
    with (DATA / table).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    wanted = {"zvt": "tcp", "zvt-serial": "serial"}.get(protocol, protocol)
    column = "transport" if protocol.startswith("zvt") else "protocol"
    frames = [
        bytes.fromhex(row["hex"])
        for row in rows
        if row[column].startswith(wanted) and not row["hex"].startswith("(")
    ]
    if protocol == "zvt-serial":  # few of them are recorded: wrap the others as well
        frames += [serial_framing.pack_block(frame) for frame in recorded("zvt")]
    if protocol == "sadad":  # no response is recorded with its bytes
        frames.append(pcpos.encode(SADAD_RESPONSE))
    return [frame for frame in frames if len(frame) <= LONGEST]


SADAD_RESPONSE = Response(
    "00", 1_898_010, None, "170000", "001002", "320062616302", "0014  ", "C0000301", "1" * 15
)


def changed(frame: bytes, others: list[bytes], random: Random) -> bytes:
    """Change a frame in one to four places."""
    made = bytearray(frame)
    for _ in range(random.randrange(1, 5)):
        at = random.randrange(len(made) + 1)
        match random.randrange(7):
            case 0 | 1 if at < len(made):
                made[at] = random.randrange(256)
            case 2 if at < len(made):
                made[at] ^= 1 << random.randrange(8)
            case 3:
                made[at:at] = random.randbytes(random.randrange(1, 5))
            case 4:
                del made[at : at + random.randrange(1, 5)]
            case 5:
                made[at:] = random.choice(others)[at:]
            case 6:
                del made[at:]
            case _:
                made += b"\xff"
    return bytes(made)


def frames(protocol: str, seed: int) -> Iterator[bytes]:
    """Give broken frames without end."""
    random, known = Random(f"{protocol} {seed}"), recorded(protocol)
    unwrapped = [content for frame in known if (content := unwrap(protocol, frame))]
    while True:
        kind = random.randrange(8)
        if kind == 0:
            yield random.randbytes(random.randrange(64))
        elif kind < 4:
            yield changed(random.choice(known), known, random)
        else:
            content = changed(random.choice(unwrapped), unwrapped, random)
            yield wrap(protocol, content, random)


def unwrap(protocol: str, frame: bytes) -> bytes:
    """Give what is within a frame; empty where the recorded one is broken."""
    match protocol:
        case "zvt":
            return frame
        case "zvt-serial":
            found = serial_framing.find_block(frame)
            piece = found.frame if isinstance(found, Complete) else None
            return piece.apdu if isinstance(piece, serial_framing.Block) else b""
        case "behpardakht":
            return frame[4:-2]
        case _:
            return frame[1 + pcpos_framing.LENGTH_DIGITS : -pcpos_framing.END_BYTES]


def wrap(protocol: str, content: bytes, random: Random) -> bytes:
    """Frame changed content so that its length and checksum are right."""
    match protocol:
        case "zvt":
            control = int.from_bytes(content[:2].ljust(2, b"\x04"), "big")
            return zvt_framing.pack(zvt_framing.Apdu(control, content[3:]))
        case "zvt-serial":
            return serial_framing.pack_block(wrap("zvt", content, random))
        case "behpardakht":
            pack = random.choice((pospc_framing.pack_request, pospc_framing.pack_response))
            return pack(content)
        case _:
            covered = f"{len(content) + 2:03d}".encode("ascii") + content + b"\x03"
            return b"\x02" + covered + bytes((pcpos_framing.lrc(covered),))


def read_zvt(frame: bytes) -> object:
    """Read as the driver and the command do."""
    split(zvt_framing.find_frame, frame)
    found = whole(zvt_framing.find_frame(frame))
    parts = take_apart(zvt_framing.unpack(found.frame))
    parts.as_json()
    return zvt.message_of(parts)


def read_zvt_serial(frame: bytes) -> object:
    """Read blocks and what is within."""
    received = split(serial_framing.find_block, frame)
    blocks = [each for each in received.frames if isinstance(each, serial_framing.Block)]
    if not blocks:
        raise ProtocolError(received.refused or "incomplete")
    return [zvt.decode(block.apdu) for block in blocks]


def read_behpardakht(frame: bytes) -> object:
    """Read as a request, and as a response."""
    taken = []
    for read in (pospc.decode_request, pospc.decode_response):
        try:
            taken.append(read(frame))
        except ProtocolError:
            continue
    if not taken:
        raise ProtocolError("neither request nor response")
    return taken


def read_sadad(frame: bytes) -> object:
    """Read as the driver and the command do."""
    found = whole(pcpos_framing.find_frame(frame))
    pcpos.as_json(found.frame)
    return pcpos.message_of(found.frame)


CODECS: dict[str, Callable[[bytes], object]] = {
    "zvt": read_zvt,
    "zvt-serial": read_zvt_serial,
    "behpardakht": read_behpardakht,
    "sadad": read_sadad,
}


@dataclass
class Count:
    """What came of the frames so far."""

    read: int = 0
    taken: int = 0


def run(protocol: str, count: int, seed: int, alive: Callable[[], object] = lambda: None) -> Count:
    """Read so many frames; anything but ``ProtocolError`` comes out, the frame in its notes.

    ``alive`` is called after each batch.
    """
    read, counted, source = CODECS[protocol], Count(), frames(protocol, seed)
    for _ in range(count):
        frame = next(source)
        try:
            read(frame)
            counted.taken += 1
        except ProtocolError:
            pass
        except BaseException as error:
            error.add_note(f"{protocol}, frame {counted.read} of seed {seed}: {frame.hex()}")
            raise
        counted.read += 1
        if counted.read % BATCH == 0:
            alive()
    return counted


def _wind() -> None:
    signal.setitimer(signal.ITIMER_PROF, BATCH_S_MAX)


def _hung(_number: int, _frame: FrameType | None) -> None:
    raise TimeoutError(f"{BATCH} frames took more than {BATCH_S_MAX} s of the processor")


def main() -> int:
    """Print a line a codec; the status is 1 where one did not read all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("protocols", nargs="*", choices=[*CODECS, []], metavar="PROTOCOL")
    parser.add_argument("--frames", type=int, default=FRAMES, help=f"a codec; default: {FRAMES:,}")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    arguments = parser.parse_args()
    print(
        f"seed {arguments.seed}, {arguments.frames:,} frames a codec, load {os.getloadavg()[0]:.1f}"
    )
    signal.signal(signal.SIGPROF, _hung)
    missed = 0
    for protocol in arguments.protocols or CODECS:
        start = time.process_time()
        try:
            _wind()
            counted = run(protocol, arguments.frames, arguments.seed, _wind)
        except Exception as error:  # the run's very finding: told, and the next codec is tried
            notes = getattr(error, "__notes__", "")
            print(f"MISS {protocol:12} {type(error).__name__}: {error} {notes}", flush=True)
            missed += 1
            continue
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        spent = time.process_time() - start
        print(
            f"ok   {protocol:12} {counted.read:>11,} read, {counted.taken:,} taken, no other error;"
            f" {counted.read / spent:,.0f} a second of the processor, making them included",
            flush=True,
        )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
