"""The kiosk's settings: one TOML file, checked whole before anything starts.

Every wrong key or value is told at once, each with its path, what was expected and what
came. The options of a device are checked by the driver's own dataclass, see ``read_table``.
What each key means stands beside it in config/kiosk.toml.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import Field

import settings
from kiosk.errors import ConfigError
from kiosk.messages import Language
from retail.barcodes import CardLayout, CodeRules, InStoreLayout
from settings import Name, SettingsError, ZoneName

T = TypeVar("T")

Seconds = Annotated[float, Field(gt=0, le=86_400)]


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
        table = settings.read_file(file)
    except SettingsError as error:
        raise ConfigError(str(error)) from None
    try:
        return _with_absolute_paths(read_table(Settings, table), file.parent.absolute())
    except ConfigError as error:
        raise ConfigError(f"{file}: {error}") from None


def read_table(kind: type[T], table: Mapping[str, Any], path: str = "") -> T:
    """Make a ``kind`` (a frozen dataclass) of a TOML table; ``path`` is where it stands.

    Raises ``ConfigError``.
    """
    try:
        return settings.read_table(kind, table, path)
    except SettingsError as error:
        raise ConfigError(str(error)) from None


def _with_absolute_paths(read: Settings, base: Path) -> Settings:
    """Count a relative path from the folder of the settings file."""
    server = read.server
    return replace(
        read,
        data_dir=base / read.data_dir,
        server=replace(
            server,
            key_file=base / server.key_file,
            public_key_file=base / server.public_key_file,
        ),
    )
