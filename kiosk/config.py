"""The kiosk's settings: one TOML file, checked whole before anything starts.

Every wrong key or value is told at once, each with its path, what was expected and what
came. The options of a device are checked by the driver's own dataclass, see ``read_table``.
What each key means stands beside it in config/kiosk.toml.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date, datetime, time
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, TypeVar, cast, get_args, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from kiosk.errors import ConfigError
from kiosk.messages import Language
from retail.barcodes import CardLayout, CodeRules, InStoreLayout

T = TypeVar("T")
_STRICT = ConfigDict(extra="forbid", strict=True)

Seconds = Annotated[float, Field(gt=0, le=86_400)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError("a zone of the tz database such as Asia/Tehran") from None
    return name


ZoneName = Annotated[str, AfterValidator(_known_zone)]


class Orientation(Enum):
    """Which way the screen is mounted."""

    PORTRAIT = "portrait"
    LANDSCAPE = "landscape"


class MoneyStyle(Enum):
    """How an amount in Rial is written for the shopper."""

    TOMAN = "toman"
    RIAL = "rial"


@dataclass(frozen=True, slots=True)
class ChainSettings:
    """How the chain is called at the top of the screen."""

    name_fa: str = "پیشخان"
    name_en: str = "Pishkhan"


@dataclass(frozen=True, slots=True)
class ScreenSettings:
    """The window, and how long it waits for a shopper."""

    orientation: Orientation = Orientation.PORTRAIT
    fullscreen: bool = True
    language: Language = Language.FA
    money: MoneyStyle = MoneyStyle.TOMAN
    idle_s: Seconds = 30.0
    warn_s: Seconds = 10.0
    fps_max: Annotated[int, Field(ge=10, le=120)] = 60


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Where the central server is, and what proves each side to the other."""

    url: Annotated[str, Field(pattern=r"^https?://[^\s/]+$")] = "http://127.0.0.1:8000"
    key_file: Path = Path("/etc/kiosk/server.key")
    public_key_file: Path = Path("/etc/kiosk/server.pub")
    poll_s: Seconds = 30.0
    timeout_s: Seconds = 5.0


@dataclass(frozen=True, slots=True)
class BarcodeSettings:
    """What the store's own codes look like: the labels of its scales, its members' cards."""

    layouts: tuple[InStoreLayout, ...] = ()
    cards: tuple[CardLayout, ...] = ()

    def __post_init__(self) -> None:
        self.rules()  # layouts that overlap stop the start

    def rules(self) -> CodeRules:
        """Give the rules that ``retail.barcodes.read`` wants."""
        return CodeRules(self.layouts, self.cards)


@dataclass(frozen=True, slots=True)
class DeviceSettings:
    """A device by the name of its driver; ``options`` are checked by that driver."""

    driver: str
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settings:
    """All that the settings file says; paths are absolute after ``load``."""

    kiosk_id: Name
    store_id: Name
    data_dir: Path
    zone: ZoneName = "Asia/Tehran"
    chain: ChainSettings = ChainSettings()
    screen: ScreenSettings = ScreenSettings()
    server: ServerSettings = ServerSettings()
    barcodes: BarcodeSettings = BarcodeSettings()
    devices: Mapping[Name, DeviceSettings] = field(default_factory=dict)

    @property
    def catalogue_dir(self) -> Path:
        """Where catalogues are kept, the one in use and the one before."""
        return self.data_dir / "catalogue"

    @property
    def pictures_dir(self) -> Path:
        """Where pictures are kept, each named by the SHA-256 of its bytes."""
        return self.data_dir / "pictures"

    @property
    def database(self) -> Path:
        """The kiosk's own database: what happened here."""
        return self.data_dir / "kiosk.db"


def load(file: Path) -> Settings:
    """Read and check the settings; raises ``ConfigError`` that names every wrong key."""
    try:
        table = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"{file}: expected a settings file, got {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: expected TOML, got {error}") from None
    try:
        settings = read_table(Settings, table)
    except ConfigError as error:
        raise ConfigError(f"{file}: {error}") from None
    return _with_absolute_paths(settings, file.parent.absolute())


def read_table(kind: type[T], table: Mapping[str, Any], path: str = "") -> T:
    """Make a ``kind`` (a frozen dataclass) of a TOML table; ``path`` is where it stands.

    Raises ``ConfigError`` with one ``path: expected …, got …`` for each fault, joined by
    "; ".
    """
    try:
        # by way of JSON: there, strict means that a text may be a path, but never a number
        boxed = _adapter(kind).validate_json(json.dumps([table], default=_plain))
        return cast(T, boxed[0])
    except ValidationError as error:
        told = [_told(fault, kind, path) for fault in error.errors()]
        raise ConfigError("; ".join(told)) from None


def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    # a bare dataclass would keep its own, lax rules; inside a tuple it takes ours, at any depth
    boxed: Any = tuple.__class_getitem__(kind)
    return TypeAdapter(boxed, config=_STRICT)


def _plain(value: object) -> object:
    """TOML knows dates, JSON does not; no setting is one, so it is told as text."""
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    raise TypeError(f"Expected what TOML can hold, got {value!r}")


def _told(fault: ErrorDetails, kind: type, path: str) -> str:
    keys = [str(key) for key in fault["loc"][1:]]
    place = ".".join(filter(None, [path, *keys]))
    if fault["type"] == "unexpected_keyword_argument":
        known = ", ".join(_keys_of(kind, keys[:-1]))
        return f"{place}: expected one of the keys {known}; got {keys[-1]!r}"
    if fault["type"] in ("missing", "missing_argument"):
        return f"{place}: expected a value, got none"
    expected = re.sub(r"^(Input should be|String should|Value error,) ", "", fault["msg"])
    if expected.startswith("Expected "):  # a value of ours refused it in the same manner
        return f"{place}: {expected[0].lower()}{expected[1:]}"
    return f"{place}: expected {expected}, got {fault['input']!r}"


def _keys_of(kind: Any, path: list[str]) -> list[str]:
    """Name the keys that the table at ``path`` below ``kind`` knows."""
    for key in path:
        # what is no dataclass is a mapping of names to tables, or a list of them
        kind = get_type_hints(kind)[key] if is_dataclass(kind) else get_args(kind)[-1]
    return [each.name for each in fields(kind)]


def _with_absolute_paths(settings: Settings, base: Path) -> Settings:
    """Count a relative path from the folder of the settings file."""
    server = settings.server
    return replace(
        settings,
        data_dir=base / settings.data_dir,
        server=replace(
            server,
            key_file=base / server.key_file,
            public_key_file=base / server.public_key_file,
        ),
    )
