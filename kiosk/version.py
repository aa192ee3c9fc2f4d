"""Which version of the software this is, as its installation says."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

LENGTH_MAX = 64  # of what the server takes


def software_version() -> str:
    """Give the version, empty where the software was not installed as a package."""
    try:
        return version("pishkhan")[:LENGTH_MAX]
    except PackageNotFoundError:
        return ""
