"""Errors in params.yaml are one sentence a field, before anything is computed."""

from pathlib import Path

import pytest

from vigia.config import Params, load_params, resolved
from vigia.config.written import commented
from vigia.errors import ConfigError

ROOT = Path(__file__).parents[1]
FLEET = "fleet: {name: test}\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("splits: {test_sahre: 0.2}", r"splits.test_sahre: unknown; did you mean `test_share`\?"),
        ("splitz: {test_share: 0.2}", r"splitz: unknown; did you mean `splits`\?"),
        ("choose: {zzz: 1}", "choose.zzz: unknown; there are min_validation_days"),
        ("splits: {test_share: 1.5}", r"splits.test_share: .*less than 1 \(found 1.5\)"),
        ("train: {seed: seven}", r"train.seed: .*valid integer.*\(found 'seven'\)"),
        ("calibrate: {levels: [90, 95]}", r"calibrate.levels.0: .*less than 1 \(found 90\)"),
        ("calibrate: {levels: []}", "calibrate.levels: .*at least 1 item"),
        ("ingest: {timezone: Lima}", r"ingest.timezone: .*no such time zone.*\(found 'Lima'\)"),
        ('ingest: {separator: ";;"}', "ingest.separator: .*at most 1 character"),
        ("ingest: {encoding: latin-one}", "ingest.encoding: .*no such encoding"),
        ('ingest: {date_format: "%Q"}', "ingest.date_format: .*neither ISO8601 nor a format of strptime"),
        ('ingest: {separator: ","', "params.yaml is not valid YAML"),
    ],
    ids=[
        "misspelt field",
        "misspelt section",
        "unknown field",
        "out of range",
        "text for a number",
        "percent for a share",
        "no level",
        "zone",
        "two separators",
        "encoding",
        "form of dates",
        "open bracket",
    ],
)
def test_a_bad_parameter_is_named_with_what_was_found(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(FLEET + text + "\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        load_params(path)


def test_parameters_in_another_encoding_are_refused_with_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_bytes("fleet: {name: test} # señal".encode("latin-1"))
    with pytest.raises(ConfigError, match="is not UTF-8"):
        load_params(path)


def test_resolved_parameters_read_again_are_the_same_with_nothing_left_to_a_default(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(FLEET + "detect: {currency: S/}\ncalibrate: {levels: [0.9]}\n", encoding="utf-8")
    params = load_params(path)
    path.write_text(resolved(params), encoding="utf-8")
    again = load_params(path)
    assert again == params
    assert resolved(again) == resolved(params)
    for section in (again, again.screen, again.screen.levels, again.detect, again.detect.severity, again.fetch.demo):
        assert section.model_fields_set == set(type(section).model_fields)


@pytest.mark.parametrize(
    "text",
    ["", "detect: {currency: S/, price_per_kwh: 0.61}", "screen: {shape: null}", "ingest: {columns: {active: kWh}}"],
    ids=["defaults", "of detect", "switched off", "a column"],
)
def test_all_parameters_written_with_their_meaning_are_read_again_as_they_were(tmp_path: Path, text: str) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(FLEET + text + "\n", encoding="utf-8")
    params = load_params(path)
    path.write_text(commented(params), encoding="utf-8")
    assert load_params(path) == params
    assert commented(load_params(path)) == commented(params)


def test_what_nobody_has_said_of_the_files_is_a_comment_and_stays_open() -> None:
    text = commented(Params())
    assert "\n  # unit: kWh\n" in text
    assert "\n    # active: Active_energy\n" in text
    assert "\n  unit: kWh\n" in commented(Params.model_validate({"ingest": {"unit": "kWh"}}))


def test_params_yaml_has_every_parameter_so_that_each_can_be_changed_by_its_name() -> None:
    path = ROOT / "params.yaml"
    assert path.read_text(encoding="utf-8") == commented(load_params(path)), "`vigia params --write` writes them"


def test_the_demo_fleet_differs_from_the_defaults_in_its_name_alone() -> None:
    own, default = (each.model_dump(mode="json") for each in (load_params(ROOT / "params.yaml"), Params()))
    differing = {
        f"{section}.{name}" for section in own for name in own[section] if own[section][name] != default[section][name]
    }
    assert differing == {"fleet.name"}
