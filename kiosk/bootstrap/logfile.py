"""The kiosk's own log on the disk, so that head office can ask for its newest part.

It holds what the journal holds. Two files of 2 MiB at most; a disk that takes none is no reason
not to serve.
"""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

BYTES_MAX = 2 << 20
log = logging.getLogger(__name__)


def keep_log(file: Path) -> None:
    """Write what is logged from now on to ``file`` too; its owner alone may read it."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = RotatingFileHandler(file, maxBytes=BYTES_MAX, backupCount=1, encoding="utf-8")
    except OSError as error:
        log.error("log-not-kept reason=%s", error)
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.getLogger().addHandler(handler)
