"""The server's own settings: one TOML file and the environment, checked whole.

Every wrong key or value is told at once, each with its path, what was expected and what came.
What each key means stands beside it in config/server.toml. Secrets are not settings: they lie
in files of the data directory, see ``server.keys``.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

from pydantic import Field

import settings
from settings import Name, SettingsError, ZoneName

CONFIG_VARIABLE = "PISHKHAN_SERVER_CONFIG"
PREFIX = "PISHKHAN_SERVER_"  # of the variables that stand in for a key: …_LISTEN_PORT
CONFIG_FILES = (
    Path("/etc/pishkhan/server.toml"),
    Path(__file__).parents[1] / "config" / "server.toml",  # of a checkout
)


class ConfigurationError(Exception):
    """A wrong key or value in the settings; the installer reads key path, expected, got."""


CurrencyCode = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


@dataclass(frozen=True, slots=True)
class ListenSettings:
    """Where the server listens, and with how many processes and threads; port 0: a free one."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8000
    threads: Annotated[int, Field(ge=1, le=64)] = 4
    workers: Annotated[int, Field(ge=1, le=64)] = 1


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """By which names it is called, and whether browsers and kiosks reach it by HTTPS."""

    hosts: tuple[str, ...] = ("localhost", "127.0.0.1")
    https: bool = False


@dataclass(frozen=True, slots=True)
class ChainSettings:
    """Whose prices these are."""

    id: Name = "pishkhan"
    currency: CurrencyCode = "IRR"
    zone: ZoneName = "Asia/Tehran"
    vat_included: bool = True


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """SQLite in the data directory, or a PostgreSQL server (15 or newer)."""

    engine: Literal["sqlite", "postgresql"] = "sqlite"
    name: str = "pishkhan"
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65_535)] = 5432
    user: str = "pishkhan"
    password_file: Path | None = None
    connections: Annotated[int, Field(ge=8, le=1_000)] = 30


@dataclass(frozen=True, slots=True)
class MetricsSettings:
    """Who may read the numbers: this machine, or whoever has the token."""

    token_file: Path | None = None


@dataclass(frozen=True, slots=True)
class FeedSettings:
    """When it publishes by itself, when it makes snapshots, and how kiosks are told."""

    settle_s: Annotated[float, Field(ge=0, le=3_600)] = 2.0  # 0: only when asked to
    snapshot_every: Annotated[int, Field(ge=1, le=100_000)] = 200
    push: Literal["sse", "mqtt", "poll"] = "sse"
    mqtt_host: str = "127.0.0.1"
    mqtt_port: Annotated[int, Field(ge=1, le=65_535)] = 1883
    mqtt_tls: bool = False
    mqtt_user: str = "pishkhan-server"
    mqtt_password_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Configuration:
    """All that the settings file and the environment say; paths are absolute after ``load``."""

    data_dir: Path = Path("build/server")
    listen: ListenSettings = ListenSettings()
    site: SiteSettings = SiteSettings()
    chain: ChainSettings = ChainSettings()
    database: DatabaseSettings = DatabaseSettings()
    metrics: MetricsSettings = MetricsSettings()
    feed: FeedSettings = FeedSettings()

    @property
    def database_file(self) -> Path:
        """The SQLite database."""
        return self.data_dir / "server.db"

    @property
    def snapshots_dir(self) -> Path:
        """Where published snapshots lie, a folder a store."""
        return self.data_dir / "snapshots"

    @property
    def feed_dir(self) -> Path:
        """Where segments lie, a folder a store."""
        return self.data_dir / "feed"

    @property
    def pictures_dir(self) -> Path:
        """Where pictures lie, each named by the SHA-256 of its bytes."""
        return self.data_dir / "pictures"

    @property
    def address_file(self) -> Path:
        """Where a running server writes the URL that it listens at."""
        return self.data_dir / "address"


def load(environment: Mapping[str, str] = os.environ) -> Configuration:
    """Read the settings that ``environment`` names; raises ``ConfigurationError``."""
    file = _config_file(environment)
    table = _read_file(file) if file else {}
    base = file.parent.absolute() if file else Path.cwd()
    data_dir = environment.get(f"{PREFIX}DATA_DIR")
    if data_dir is not None:  # counted from where one stands, as on any command line
        table["data_dir"] = str(Path(data_dir).absolute())
    for variable, text in sorted(environment.items()):
        if variable.startswith(PREFIX) and variable not in (CONFIG_VARIABLE, f"{PREFIX}DATA_DIR"):
            _put(table, variable, text)
    return _with_absolute_paths(_check(table, str(file or "environment")), base)


def _config_file(environment: Mapping[str, str]) -> Path | None:
    if named := environment.get(CONFIG_VARIABLE):
        return Path(named)
    return next((file for file in CONFIG_FILES if file.is_file()), None)


def _read_file(file: Path) -> dict[str, Any]:
    try:
        return settings.read_file(file)
    except SettingsError as error:
        raise ConfigurationError(str(error)) from None


def _put(table: dict[str, Any], variable: str, text: str) -> None:
    """Let ``PISHKHAN_SERVER_LISTEN_PORT=80`` stand for ``port = 80`` under ``[listen]``."""
    section, _, key = variable.removeprefix(PREFIX).lower().partition("_")
    kind = get_type_hints(Configuration).get(section)
    if not (is_dataclass(kind) and key in {each.name for each in fields(kind)}):
        raise ConfigurationError(
            f"{variable}: expected a variable such as {PREFIX}LISTEN_PORT, got this one"
        )
    table.setdefault(section, {})[key] = _value_of(text)


def _value_of(text: str) -> Any:
    """Read a number, truth value or list as TOML does; anything else is the text itself."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _check(table: Mapping[str, Any], source: str) -> Configuration:
    try:
        configuration = settings.read_table(Configuration, table)
    except SettingsError as error:
        raise ConfigurationError(f"{source}: {error}") from None
    _check_workers(configuration, source)
    return configuration


def _with_absolute_paths(configuration: Configuration, base: Path) -> Configuration:
    """Count a relative path from the folder of the settings file."""
    database = configuration.database
    if database.password_file is not None:
        database = replace(database, password_file=base / database.password_file)
    feed = configuration.feed
    if feed.mqtt_password_file is not None:
        feed = replace(feed, mqtt_password_file=base / feed.mqtt_password_file)
    metrics = configuration.metrics
    if metrics.token_file is not None:
        metrics = replace(metrics, token_file=base / metrics.token_file)
    data_dir = (base / configuration.data_dir).resolve()
    return replace(configuration, data_dir=data_dir, database=database, metrics=metrics, feed=feed)


def _check_workers(configuration: Configuration, source: str) -> None:
    """SQLite has one writer: several processes would wait for each other and gain nothing."""
    workers = configuration.listen.workers
    if workers > 1 and configuration.database.engine == "sqlite":
        raise ConfigurationError(f"{source}: listen.workers: expected 1 on SQLite, got {workers}")
