"""What the detection bench draws and puts first; the measures themselves are tested with the library."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.detection import pictures
from benchmarks.detection import report as reporting
from benchmarks.detection.__main__ import _add_cases
from benchmarks.detection.report import Results, headline
from tests.bench.test_measures import row
from tests.bench.test_targets import BENIGN, alarms
from vigia.bench import measures, targets
from vigia.bench.detectable import CUTS, WITHIN_DAYS

KEYS = {"params": "current", "mode": "past_only"}


def test_headline_is_of_all_kinds_and_the_whole_fleet() -> None:
    tables = {
        "recall": pd.DataFrame(
            [{**KEYS, "fault_id": name, "recall": share} for name, share in (("a", 1), ("all", 0.7))]
        ),
        "benign": pd.DataFrame([{**KEYS, "fault_id": "all", "share": 0.2}]),
        "false_alarms": pd.DataFrame({"params": "current", "client_id": ["1", "all"], "a_month": [3.0, 0.1]}),
    }
    assert headline(tables) == {
        "recall_past_only_current": 0.7,
        "benign_past_only_current": 0.2,
        "false_alarms_a_month_current": 0.1,
    }


def test_pictures_show_kinds_without_a_case_of_a_class_and_clients_without_a_detectable_cut(tmp_path: Path) -> None:
    rows = [
        {"fault_id": kind, "length_class": length, "recall": 0.5, "cases": 4}
        for kind, length in (("stuck", "1 day"), ("spike", "to 6 h"), (measures.ALL, "to 6 h"), (measures.ALL, "1 day"))
    ]
    cuts = pd.DataFrame(
        [{"client_id": "1", "cut": cut, "days": days, "recall": cut} for cut in CUTS for days in WITHIN_DAYS]
    )
    smallest = pd.DataFrame({"noise": [0.1, 0.2], **{f"smallest_{days}": [0.3, np.inf] for days in WITHIN_DAYS}})
    files = [
        pictures.heat_map(pd.DataFrame(rows), "length_class", measures.LENGTH_NAMES, "recall", tmp_path / "a.png"),
        pictures.cut_curves(cuts, "current", tmp_path / "b.png"),
        pictures.cut_by_noise(smallest, "current", tmp_path / "c.png"),
    ]
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in files)


class Logged:
    """Takes what MLflow would be told."""

    told: tuple[object, ...] = ()

    def __init__(self, *_: object) -> None:
        """Ask for nothing."""

    def log_report(self, *told: object) -> None:
        """Keep it."""
        Logged.told = told


@pytest.mark.parametrize(("engine", "folder"), [("scan", "bench"), ("pipeline", "bench/pipeline")])
def test_a_run_leaves_every_table_with_its_engine_s_name_and_the_targets(
    engine: str, folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(reporting, "FOLDER", tmp_path / "bench")
    monkeypatch.setattr(reporting, "Tracker", Logged)
    said = {"kind": "level_down", "cause": "unknown", "raised": False}
    cases = [row("1", True, 5.0, **said), row("2", False, **said), row("1", False, **{**said, **BENIGN})]
    results = Results()
    _add_cases(results, measures.table_of(cases))
    results.tables["false_alarms"] = alarms({"1": 0, "2": 1})
    results.tables["targets"] = targets.target_table(results.tables)
    reporting.report(results, engine, "test", {"seed": 1})
    written = {path.stem: pd.read_csv(path) for path in (tmp_path / folder).glob("*.csv")}
    assert set(written) == set(results.tables)
    assert all(set(table["engine"]) <= {engine} and table.columns[0] == "engine" for table in written.values())
    assert written["targets"]["line"].tolist() == [line.what for line in targets.PROMISE]
    assert "benign changes raised" in capsys.readouterr().out
    _, tags, tables, drawn, _ = Logged.told
    assert tags["engine"] == engine
    assert "targets.json" in tables
    assert len(list(drawn)) == 2
