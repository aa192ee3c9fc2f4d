"""The kiosk's settings: one TOML file, checked whole before anything starts.

Every wrong key or value is told at once, each with its path, what was expected and what
came. The options of a device are checked by the driver's own dataclass, see ``read_table``.
What each key means stands beside it in config/kiosk.toml. Which kiosk this is, and of which
store, is said by the identity of an enrolled one (``kiosk.identity``); it wins over the file.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import Field

import settings
from kiosk.errors import ConfigError, DataError
from kiosk.identity import FOLDER, Identity, load_identity, read_public_key
from kiosk.messages import Language
from kiosk.payment_settings import PASSWORD_FILE, PaymentSettings, TerminalSettings
from kiosk.pin import PinHash, read_hash
from kiosk.receipt_settings import PrinterSettings, ReceiptSettings
from retail.barcodes import CardLayout, CodeRules, InStoreLayout
from retail.basket import LINES_MAX, QUANTITY_MAX
from settings import Name, SettingsError, ZoneName

T = TypeVar("T")

log = logging.getLogger(__name__)
SERVER_KEY_FILE = Path("/etc/kiosk/server.pub")
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
    public_key_file: Path = SERVER_KEY_FILE
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
class StaffSettings:
    """The way in for staff: ``pin`` is a line of ``kiosk staff-pin``; without one it is closed."""

    pin: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        try:
            self.pin_hash()  # a line that was cut short stops the start
        except DataError as error:
            raise ValueError(str(error)) from None

    def pin_hash(self) -> PinHash | None:
        """Give the PIN as it is kept, if there is one."""
        return read_hash(self.pin) if self.pin else None


@dataclass(frozen=True, slots=True)
class BasketSettings:
    """Whether shoppers put together a basket here, how much goes in, and how long it waits."""

    enabled: bool = False
    scan_opens: bool = False
    lines_max: Annotated[int, Field(ge=1, le=LINES_MAX)] = 200
    quantity_max: Annotated[int, Field(ge=1, le=QUANTITY_MAX)] = 99
    idle_s: Seconds = 90.0
    warn_s: Seconds = 30.0
    undo_s: Seconds = 8.0
    till_s: Seconds = 60.0
    resume_s: Seconds = 45.0
    resume_within_s: Seconds = 600.0

    def __post_init__(self) -> None:
        if self.warn_s >= self.idle_s:
            raise ValueError(f"expected warn_s below idle_s, got {self.warn_s} and {self.idle_s}")


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
    staff: StaffSettings = StaffSettings()
    basket: BasketSettings = BasketSettings()
    terminal: TerminalSettings = field(default_factory=TerminalSettings)
    payment: PaymentSettings = field(default_factory=PaymentSettings)
    printer: PrinterSettings = field(default_factory=PrinterSettings)
    receipt: ReceiptSettings = field(default_factory=ReceiptSettings)
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

    @property
    def log_file(self) -> Path:
        """What was logged lately, for head office to ask for."""
        return self.data_dir / "log" / "kiosk.log"

    @property
    def time_file(self) -> Path:
        """What is known of the server's time in this boot."""
        return self.data_dir / FOLDER / "time.json"

    def terminal_password(self) -> str:
        """Read the merchant's password; nobody need have put one at the place by default."""
        file = self.terminal.password_file
        if file == PASSWORD_FILE and not file.exists():
            return ""
        try:
            return file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            told = error.strerror if isinstance(error, OSError) else "no text"
            raise ConfigError(
                f"terminal.password_file: expected a password in {file}, got {told}"
            ) from None

    def given_server_key(self) -> Ed25519PublicKey | None:
        """Read ``server.public_key_file``; nobody need have put one at the place by default."""
        file = self.server.public_key_file
        if file == SERVER_KEY_FILE and not file.exists():
            return None
        try:
            return read_public_key(file.read_bytes())
        except (OSError, DataError) as error:
            raise ConfigError(
                f"server.public_key_file: expected an Ed25519 key in {file}, got {error}"
            ) from None


def load(file: Path) -> Settings:
    """Read and check the settings; raises ``ConfigError`` that names every wrong key."""
    table = _read(file)
    data_dir = table.get("data_dir")
    identity = load_identity(file.parent / data_dir) if isinstance(data_dir, str) else None
    return _checked(file, table if identity is None else _named_by(identity, table))


def load_unenrolled(file: Path) -> Settings:
    """As ``load``, for a box that is still to hear which kiosk it is; what names it is passed over.

    Of ``kiosk_id`` and ``store_id`` nothing is to be believed.
    """
    return _checked(file, {**_read(file), "kiosk_id": "unknown", "store_id": "unknown"})


def _read(file: Path) -> dict[str, Any]:
    try:
        return settings.read_file(file)
    except SettingsError as error:
        raise ConfigError(str(error)) from None


def _named_by(identity: Identity, table: Mapping[str, Any]) -> Mapping[str, Any]:
    told = {"kiosk_id": identity.kiosk, "store_id": identity.store}
    other = [f"{key} {table[key]!r}" for key in told if table.get(key, told[key]) != told[key]]
    if other:
        log.warning(
            "settings-overruled identity=%s of %s file=%s",
            identity.kiosk,
            identity.store,
            ", ".join(other),
        )
    return {**table, **told}


def _checked(file: Path, table: Mapping[str, Any]) -> Settings:
    try:
        return _fitting(_with_absolute_paths(read_table(Settings, table), file.parent.absolute()))
    except ConfigError as error:
        unnamed = "kiosk_id: expected a value" in str(error)
        hint = " (or an identity: run kiosk enrol CODE)" if unnamed else ""
        raise ConfigError(f"{file}: {error}{hint}") from None


def _fitting(read: Settings) -> Settings:
    """Refuse tables that are right by themselves and do not go together."""
    if read.payment.enabled and not read.basket.enabled:
        raise ConfigError("basket.enabled: expected true where payment.enabled is, got false")
    if read.payment.enabled and not read.terminal.driver:
        raise ConfigError("terminal.driver: expected one where payment.enabled is true, got none")
    return read


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
    server, terminal = read.server, read.terminal
    return replace(
        read,
        data_dir=base / read.data_dir,
        terminal=replace(terminal, password_file=base / terminal.password_file),
        server=replace(
            server,
            key_file=base / server.key_file,
            public_key_file=base / server.public_key_file,
        ),
    )
