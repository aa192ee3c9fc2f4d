from pathlib import Path

import pytest

from server.configuration import Configuration, ConfigurationError, load

ROOT = Path(__file__).parents[2]


def settings_of(tmp_path: Path, toml: str, **environment: str) -> Configuration:
    file = tmp_path / "server.toml"
    file.write_text(toml, "utf-8")
    return load({"PISHKHAN_SERVER_CONFIG": str(file), **environment})


def test_an_empty_file_gives_the_defaults_on_loopback(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, "")
    assert settings.listen.host == "127.0.0.1"
    assert settings.database.engine == "sqlite"
    assert settings.chain.currency == "IRR"


def test_the_explained_file_says_the_defaults_and_leaves_no_key_out() -> None:
    file = ROOT / "config" / "server.toml"
    shipped = load({"PISHKHAN_SERVER_CONFIG": str(file)})
    assert shipped == Configuration(data_dir=ROOT / "build" / "server")
    text = file.read_text("utf-8")
    for section in ("listen", "site", "chain", "database", "metrics"):
        for key in Configuration.__dataclass_fields__[section].default.__dataclass_fields__:
            assert f"\n{key} = " in text or f"# {key} = " in text, key


def test_a_relative_path_is_counted_from_the_settings_file(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, 'data_dir = "data"\n[database]\npassword_file = "secret"')
    assert settings.data_dir == tmp_path / "data"
    assert settings.database.password_file == tmp_path / "secret"


def test_several_processes_are_for_postgresql(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path,
        '[listen]\nworkers = 4\n[database]\nengine = "postgresql"\n[metrics]\ntoken_file = "token"',
    )
    assert settings.listen.workers == 4
    assert settings.metrics.token_file == tmp_path / "token"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path,
        '[listen]\nport = 8000\n[chain]\nid = "one"',
        PISHKHAN_SERVER_LISTEN_PORT="0",
        PISHKHAN_SERVER_SITE_HTTPS="true",
        PISHKHAN_SERVER_SITE_HOSTS='["office.example"]',
        PISHKHAN_SERVER_DATA_DIR="/srv/data",
    )
    assert settings.listen.port == 0
    assert settings.site.https is True
    assert settings.site.hosts == ("office.example",)
    assert settings.chain.id == "one"
    assert settings.data_dir == Path("/srv/data")


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ("prot = 1", ["prot: expected one of the keys data_dir, listen, site"]),
        ("[listen]\nprot = 1", ["listen.prot: expected one of the keys host, port, threads"]),
        (
            "[listen]\nport = 70000",
            ["listen.port: expected less than or equal to 65535, got 70000"],
        ),
        ('[listen]\nport = "80"', ["listen.port: expected a valid integer, got '80'"]),
        ("[site]\nhttps = 1", ["site.https: expected a valid boolean, got 1"]),
        ('[chain]\nzone = "Mars/Base"', ["chain.zone: expected a zone of the tz database"]),
        ("[listen]\nworkers = 2", ["listen.workers: expected 1 on SQLite, got 2"]),
        ("[database]\nconnections = 1", ["database.connections: expected greater than"]),
        ('[database]\nengine = "oracle"', ["database.engine: expected 'sqlite' or 'postgresql'"]),
        ("[listen]\nport = -1\nprot = 1", ["listen.port", "listen.prot"]),
        ("listen = ", ["expected TOML"]),
    ],
)
def test_every_wrong_key_or_value_is_named(tmp_path: Path, toml: str, told: list[str]) -> None:
    with pytest.raises(ConfigurationError) as error:
        settings_of(tmp_path, toml)
    for part in (*told, "server.toml"):
        assert part in str(error.value)


def test_a_wrong_variable_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="PISHKHAN_SERVER_LISTEN_PROT: expected"):
        settings_of(tmp_path, "", PISHKHAN_SERVER_LISTEN_PROT="1")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"absent\.toml: expected a settings file"):
        load({"PISHKHAN_SERVER_CONFIG": str(tmp_path / "absent.toml")})
