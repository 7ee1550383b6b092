"""What a run of the bench leaves: tables and pictures in a folder, a run in MLflow, a summary on the screen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.detection import pictures
from pipelines import common
from vigia.bench import measures
from vigia.bench.engines import ENGINES
from vigia.config import load_settings
from vigia.tracking import Tracker

FOLDER = common.REPORTS / "bench"


@dataclass
class Results:
    """Tables by file name, pictures, and single figures."""

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    pictures: list[Path] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)


def report(results: Results, engine: str, fleet: str, tags: Mapping[str, object]) -> None:
    """Draw, write, log and print; every table begins with the engine's name.

    Args:
        results: of one engine.
        engine: its name; those after the first have a folder of their own in `reports/bench`.
        fleet: name of the fleet.
        tags: of the MLflow run, beside `level` and `engine`.
    """
    folder = FOLDER if engine == ENGINES[0] else FOLDER / engine
    for table in results.tables.values():
        table.insert(0, "engine", engine)
    _draw(results, folder)
    _write(results, folder)
    _log(results, fleet, {"level": "detection_bench", "engine": engine, **tags})
    _print(results)
    print(f"\n{folder}")


def _draw(results: Results, folder: Path) -> None:
    for name in results.tables["recall"]["params"].unique():
        for table, by, columns in (
            ("recall_by_depth", "depth_class", measures.DEPTH_NAMES),
            ("recall_by_length", "length_class", measures.LENGTH_NAMES),
        ):
            for mode in results.tables[table]["mode"].unique():
                part = results.tables[table]
                part = part[(part["params"] == name) & (part["mode"] == mode)]
                title = f"recall, {mode.replace('_', '-')}, {name}"
                path = folder / f"{table}_{mode}_{name}.png"
                results.pictures.append(pictures.heat_map(part, by, columns, title, path))
        if "cut_recall" in results.tables:
            curves, smallest = (
                part[part["params"] == name]
                for part in (results.tables["cut_recall"], results.tables["detectable_loss"])
            )
            results.pictures.append(pictures.cut_curves(curves, name, folder / f"cut_recall_{name}.png"))
            results.pictures.append(pictures.cut_by_noise(smallest, name, folder / f"detectable_loss_{name}.png"))


def _write(results: Results, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in results.tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, float_format="%.6g")


def headline(tables: Mapping[str, pd.DataFrame]) -> dict[str, float]:
    """Single figures by parameters: recall and benign raised over all kinds, by mode, and false alarms."""
    out = {}
    for table, value in (("recall", "recall"), ("benign", "share")):
        part = tables[table][tables[table]["fault_id"] == measures.ALL]
        for name, mode, share in zip(part["params"], part["mode"], part[value], strict=True):
            out[f"{table}_{mode}_{name}"] = float(share)
    fleet = tables["false_alarms"][tables["false_alarms"]["client_id"] == measures.ALL]
    for name, rate in zip(fleet["params"], fleet["a_month"], strict=True):
        out[f"false_alarms_a_month_{name}"] = float(rate)
    return out


def _log(results: Results, fleet: str, tags: Mapping[str, object]) -> None:
    results.figures |= headline(results.tables)
    small = {f"{name}.json": table for name, table in results.tables.items() if name != "cases"}
    Tracker(load_settings().tracking, fleet).log_report(
        "detection bench", {name: str(value) for name, value in tags.items()}, small, results.pictures, results.figures
    )


def _print(results: Results) -> None:
    figures = results.figures
    rates = [
        f"{figures[f'{what}_a_second']:.1f} {what} a second"
        for what in ("cases", "cuts")
        if f"{what}_a_second" in figures
    ]
    judged = results.tables["cases"]["status"].value_counts()
    print(f"{', '.join(rates)}; rows: {judged.to_dict()}")
    for name in ("recall", "benign", "false_alarms"):
        table = results.tables[name].drop(columns="end_error_median_hours", errors="ignore")
        print(f"\n{name}\n{_text(table)}")
    if "detectable_loss" in results.tables:
        print(f"\ndetectable loss: smallest cut with recall 0.9\n{_text(results.tables['detectable_loss'])}")
    print(f"\ntargets, past-only\n{_text(results.tables['targets'])}")


def _text(table: pd.DataFrame) -> str:
    return table.drop(columns="engine").to_string(
        index=False, float_format=lambda value: "-" if np.isnan(value) else f"{value:.3g}"
    )
