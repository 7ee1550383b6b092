"""What `vigia serve` starts: what is installed of the Procfile, with the settings of the directory it is called in."""

import os
from pathlib import Path

import pytest
from honcho.environ import parse_procfile

from vigia.cli import serve as serving
from vigia.config import Settings, load_settings
from vigia.config.settings import Dashboard, Serving
from vigia.errors import ConfigError

ROOT = Path(__file__).parents[2]


def test_the_procfile_has_each_process_that_listens() -> None:
    there = parse_procfile((serving.programs() / "Procfile").read_text(encoding="utf-8")).processes
    assert serving.programs() == ROOT
    assert {listener.process for listener in serving.LISTENERS} <= set(there)


@pytest.mark.parametrize(
    ("extras", "started", "told"),
    [
        ({"train", "serving", "dashboard"}, ["dashboard", "service", "mlflow"], ""),
        (
            {"serving", "dashboard"},
            ["dashboard", "service"],
            "mlflow is not installed and is left out: pip install 'vigia-energia[train]'\n",
        ),
        (
            {"serving"},
            ["service"],
            "dashboard is not installed and is left out: pip install 'vigia-energia[dashboard]'\n"
            "mlflow is not installed and is left out: pip install 'vigia-energia[train]'\n",
        ),
    ],
    ids=["everything", "no training", "the service alone"],
)
def test_a_part_that_is_not_installed_is_left_out_and_said(
    extras: set[str],
    started: list[str],
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(serving, "is_there", extras.__contains__)
    assert [listener.process for listener in serving.installed(serving.LISTENERS)] == started
    assert capsys.readouterr().out == told


def test_nothing_starts_without_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "is_there", {"train", "dashboard"}.__contains__)
    with pytest.raises(ConfigError, match=r"the service is not installed: pip install 'vigia-energia\[serving\]'"):
        serving.installed(serving.LISTENERS)


def test_a_fleet_without_a_release_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VIGIA_FLEET", "norte")
    with pytest.raises(ConfigError, match="fleet norte has no published release in var/"):
        serving.serve()


def test_processes_get_every_setting_this_interpreter_and_no_telemetry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings(serving=Serving(fleet="norte", port=3100))
    found = serving.process_environment({"PATH": "/bin", "HOME": "/home/x"}, settings, ROOT)
    assert found["PATH"].endswith(f"{os.pathsep}/bin")
    assert (Path(found["PATH"].split(os.pathsep)[0]) / "bentoml").is_file()
    assert (found["PYTHONPATH"], found["HOME"], found["DO_NOT_TRACK"]) == (str(ROOT), "/home/x", "true")
    monkeypatch.chdir("/")
    child = load_settings(tmp_path / "configs", found)
    releases = tmp_path / "var"
    assert child.serving == settings.serving.model_copy(update={"releases": releases})
    assert child.dashboard.service_url == "http://127.0.0.1:3100"
    assert child.tracking == settings.tracking


@pytest.mark.parametrize(
    ("serving_", "dashboard", "listeners", "said"),
    [
        ({"open": True}, {}, serving.LISTENERS, False),
        ({"open": False}, {}, serving.LISTENERS, True),
        ({"open": False}, {"key": "vigia_x"}, serving.LISTENERS, False),
        ({"open": False}, {}, (serving.SERVICE,), False),
    ],
    ids=["open", "no key", "a key", "no dashboard"],
)
def test_a_dashboard_that_would_not_be_answered_is_told_in_one_line_what_to_do(
    serving_: dict[str, bool], dashboard: dict[str, str], listeners: tuple[serving.Listener, ...], said: bool
) -> None:
    settings = Settings(serving=Serving.model_validate(serving_), dashboard=Dashboard.model_validate(dashboard))
    found = serving.about_keys(settings, list(listeners))
    assert ("vigia keys add dashboard --role operator --acts-for-others" in found) == said
    assert "\n" not in found
