"""Errors in params.yaml are one sentence a field, before anything is computed."""

from pathlib import Path

import pytest

from vigia.config import load_params, resolved
from vigia.errors import ConfigError

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
