"""Whether a service that starts asks for keys."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from vigia.config import Settings, load_settings
from vigia.config.settings import Dashboard, Serving
from vigia.errors import ConfigError
from vigia.operate import store_of
from vigia.operate.opening import opened
from vigia.store.access import keys

NOW = datetime(2024, 7, 1, tzinfo=UTC)


def settings(folder: Path, **serving: object) -> Settings:
    return Settings(serving=Serving.model_validate({"fleet": "norte", "releases": folder, **serving}))


def with_key(asked: Settings, revoked: bool = False) -> Settings:
    database = store_of(asked)
    with database.writing() as connection:
        key, _ = keys.add(connection, "panel", "operator", True, "test", NOW)
        if revoked:
            keys.revoke(connection, key.prefix, NOW)
    database.close()
    return asked


def test_one_command_on_this_machine_opens_a_service_that_never_had_a_key(tmp_path: Path) -> None:
    asked = settings(tmp_path)
    assert opened(asked, here=True).serving.open is True
    assert asked.serving.open is None


@pytest.mark.parametrize(
    ("more", "here", "left"),
    [
        ({}, False, "or set VIGIA_SERVING_OPEN=true for this machine alone"),
        ({"open": False}, True, "or set VIGIA_SERVING_OPEN=true for this machine alone"),
        ({"host": "0.0.0.0"}, True, "--role admin`$"),
        ({"host": "10.1.2.3"}, True, "--role admin`$"),
        ({"hosts": "vigia.example"}, True, "--role admin`$"),
    ],
    ids=["the service by itself", "forbidden", "everywhere", "another address", "a name of a proxy"],
)
def test_a_service_that_would_answer_nobody_does_not_start(
    tmp_path: Path, more: dict[str, object], here: bool, left: str
) -> None:
    with pytest.raises(ConfigError, match=f"answer nobody, because it has no key: .*{left}") as caught:
        opened(settings(tmp_path, **more), here=here)
    assert "\n" not in str(caught.value)


def test_where_there_is_a_key_it_is_asked_for(tmp_path: Path) -> None:
    asked = with_key(settings(tmp_path))
    assert opened(asked, here=True).serving.open is False
    assert opened(asked, here=False).serving.open is False
    assert opened(settings(tmp_path, host="0.0.0.0"), here=False).serving.open is False
    assert opened(settings(tmp_path, open=True), here=False).serving.open is True


def test_a_service_whose_keys_were_revoked_is_not_opened_by_that(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="each of its keys was revoked"):
        opened(with_key(settings(tmp_path), revoked=True), here=True)


@pytest.mark.parametrize("more", [{"HOST": "0.0.0.0"}, {"HOSTS": "localhost, vigia.example"}])
def test_an_open_service_that_others_reach_is_no_setting(tmp_path: Path, more: dict[str, str]) -> None:
    variables = {"VIGIA_SERVING_OPEN": "true", **{f"VIGIA_SERVING_{name}": value for name, value in more.items()}}
    with pytest.raises(ConfigError, match=r"serving.open: .*this machine alone"):
        load_settings(tmp_path, variables)


def test_the_key_of_the_dashboard_comes_from_the_environment_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("vigia_b\n", encoding="ascii")
    by_file = {"VIGIA_DASHBOARD_KEY_FILE": str(tmp_path / "key")}
    assert load_settings(tmp_path, {}).dashboard.service_key == ""
    assert load_settings(tmp_path, by_file).dashboard.service_key == "vigia_b"
    assert load_settings(tmp_path, {**by_file, "VIGIA_DASHBOARD_KEY": "vigia_a"}).dashboard.service_key == "vigia_a"
    assert "vigia_a" not in repr(Dashboard(key="vigia_a"))
    with pytest.raises(ConfigError, match="key_file"):
        _ = Dashboard(key_file=str(tmp_path / "none")).service_key
