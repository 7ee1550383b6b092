"""`make bench-detection`: what the engine finds of faults put into the readings of the last pipeline run.

Writes tables and pictures to `reports/bench` and logs them to MLflow as one run.
"""

import argparse
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.detection import pictures
from pipelines import common
from vigia import frames, parallel
from vigia.bench import alarms, cases, detectable, measures, run
from vigia.bench.engines import ENGINES, Engine, engine_of
from vigia.bench.subjects import Subject, distinct
from vigia.config import Params, load_params, load_settings
from vigia.errors import ConfigError
from vigia.tracking import Tracker

FOLDER = common.REPORTS / "bench"
CURRENT = "current"


@dataclass
class Results:
    """Tables by file name, pictures, and single figures."""

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    pictures: list[Path] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)


def main() -> None:
    """Draw, judge, write."""
    asked = _arguments()
    params = load_params()
    engines = _engines(asked, params)
    subjects = distinct(_subjects(params))
    results = Results()
    drawn = cases.draw(subjects, asked.cases, params.fleet.country, asked.seed)
    table = measures.table_of(_judged(subjects, drawn, engines, asked.workers, "cases", frames.MODES, results))
    _add_cases(results, table)
    quiet = [alarms.Quiet(subject, engines) for subject in subjects]
    done = parallel.run(alarms.false_alarms, quiet, asked.workers)
    found = [row for _, rows in common.followed(done, len(quiet), "false alarms") for row in rows]
    results.tables["false_alarms"] = alarms.alarm_table(found)
    if asked.onsets:
        cuts = detectable.draw_cuts(subjects, asked.onsets, asked.seed)
        rows = _judged(subjects, cuts, engines, asked.workers, "cuts", ("past_only",), results)
        _add_cuts(results, rows, subjects)
    _draw(results)
    _write(results)
    _log(results, asked, params)
    _print(results)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.detection", description=__doc__)
    parser.add_argument("--cases", type=int, default=100, help="of each fault; benign changes are as many in all")
    parser.add_argument("--onsets", type=int, default=20, help="of cuts a client, for the detectable loss; 0 = none")
    parser.add_argument("--workers", type=int, default=common.workers(), help="local processes")
    parser.add_argument("--seed", type=int, default=20240630, help="of all draws")
    parser.add_argument("--engine", choices=ENGINES, default=ENGINES[0], help="what detects")
    parser.add_argument(
        "--params",
        action="append",
        default=[],
        metavar="NAME=FILE",
        help="further parameters to repeat the run with, as in params.yaml; may be given several times",
    )
    return parser.parse_args()


def _engines(asked: argparse.Namespace, params: Params) -> dict[str, Engine]:
    """The engine with the parameters of the last run, and with each further file."""
    engines = {CURRENT: engine_of(asked.engine, params)}
    for text in asked.params:
        name, _, file = text.partition("=")
        if not file:
            raise ConfigError(f"--params {text}: expected NAME=FILE")
        engines[name] = engine_of(asked.engine, load_params(Path(file)))
    return engines


def _subjects(params: Params) -> list[Subject]:
    clients = common.client_table()
    mask = frames.read(common.SCREEN / "mask.parquet", "mask")
    events = frames.read(common.SCREEN / "events.parquet", "events")
    return [
        Subject.of(
            frames.read_client(common.INGEST / "readings", "readings", client),
            clients.loc[client].to_dict(),
            mask,
            events,
            params.fleet.timezone,
        )
        for client in common.clients()
    ]


def _judged(
    subjects: list[Subject],
    drawn: list[cases.Case],
    engines: Mapping[str, Engine],
    workers: int,
    what: str,
    modes: tuple[str, ...],
    results: Results,
) -> list[run.Row]:
    """Rows of all cases in the order in which they were drawn, and how many a second."""
    started = time.perf_counter()
    work = run.tasks(subjects, drawn, engines, modes)
    done = {id(task): rows for task, rows in common.followed(run.run(work, workers), len(work), what)}
    seconds = time.perf_counter() - started
    results.figures[f"{what}_a_second"] = len(drawn) * len(engines) / seconds
    results.figures[f"{what}_seconds"] = seconds
    return [row for task in work for row in done[id(task)]]


def _add_cases(results: Results, table: pd.DataFrame) -> None:
    results.tables |= {
        "cases": table,
        "recall": measures.recall(table),
        "recall_by_depth": measures.recall(table, "depth_class"),
        "recall_by_length": measures.recall(table, "length_class"),
        "benign": measures.benign(table),
        "causes": measures.causes(table),
    }


def _add_cuts(results: Results, rows: list[run.Row], subjects: list[Subject]) -> None:
    recalls = detectable.recall_table(rows)
    noise = {subject.client_id: detectable.noise_of(subject) for subject in subjects}
    results.tables |= {"cut_recall": recalls, "detectable_loss": detectable.smallest_cuts(recalls, noise)}


def _draw(results: Results) -> None:
    for name in results.tables["recall"]["params"].unique():
        for table, by, columns in (
            ("recall_by_depth", "depth_class", measures.DEPTH_NAMES),
            ("recall_by_length", "length_class", measures.LENGTH_NAMES),
        ):
            for mode in frames.MODES:
                part = results.tables[table]
                part = part[(part["params"] == name) & (part["mode"] == mode)]
                title = f"recall, {mode.replace('_', '-')}, {name}"
                path = FOLDER / f"{table}_{mode}_{name}.png"
                results.pictures.append(pictures.heat_map(part, by, columns, title, path))
        if "cut_recall" in results.tables:
            curves, smallest = (
                part[part["params"] == name]
                for part in (results.tables["cut_recall"], results.tables["detectable_loss"])
            )
            results.pictures.append(pictures.cut_curves(curves, name, FOLDER / f"cut_recall_{name}.png"))
            results.pictures.append(pictures.cut_by_noise(smallest, name, FOLDER / f"detectable_loss_{name}.png"))


def _write(results: Results) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, table in results.tables.items():
        table.to_csv(FOLDER / f"{name}.csv", index=False, float_format="%.6g")


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


def _log(results: Results, asked: argparse.Namespace, params: Params) -> None:
    tags: dict[str, Any] = {"level": "detection_bench", "engine": asked.engine, "seed": asked.seed}
    tags |= {"cases": asked.cases, "onsets": asked.onsets}
    results.figures |= headline(results.tables)
    small = {f"{name}.json": table for name, table in results.tables.items() if name != "cases"}
    Tracker(load_settings().tracking, params.fleet.name).log_report(
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
    recall = results.tables["recall"].drop(columns="end_error_median_hours")
    for name, table in (("recall", recall), *((key, results.tables[key]) for key in ("benign", "false_alarms"))):
        print(f"\n{name}\n{_text(table)}")
    if "detectable_loss" in results.tables:
        print(f"\ndetectable loss: smallest cut with recall 0.9\n{_text(results.tables['detectable_loss'])}")
    print(f"\n{FOLDER}")


def _text(table: pd.DataFrame) -> str:
    return table.to_string(index=False, float_format=lambda value: "-" if np.isnan(value) else f"{value:.3g}")


if __name__ == "__main__":
    common.run(main)
