"""`make bench-detection`: what the engine finds of faults put into the readings of the last pipeline run.

Writes tables and pictures to `reports/bench` and logs them to MLflow as one run.
"""

import argparse
import time
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from benchmarks.detection.report import Results, report
from pipelines import common
from pipelines.subjects import read_subjects
from vigia import frames
from vigia.bench import alarms, cases, detectable, measures, run, targets
from vigia.bench.engines import ENGINES, Engine, engine_of
from vigia.bench.expectation import Run
from vigia.bench.subjects import Subject, distinct
from vigia.compute import Executor, executor_of
from vigia.config import Params, load_params
from vigia.config.settings import Compute
from vigia.errors import ConfigError

CURRENT = "current"


def main() -> None:
    """Draw, judge, write."""
    asked = _arguments()
    params, compute = load_params(), executor_of(Compute(workers=asked.workers))
    engines = _engines(asked, params)
    subjects = distinct(read_subjects(common.clients(), params))
    results = Results()
    drawn = cases.draw(subjects, asked.cases, params.fleet.country, asked.seed)
    modes = (targets.MODE,) if asked.past_only else frames.MODES
    table = measures.table_of(_judged(subjects, drawn, engines, compute, "cases", modes, results))
    _add_cases(results, table)
    quiet = [alarms.Quiet(subject, engines) for subject in subjects]
    done = compute.run(alarms.false_alarms, quiet)
    found = [row for _, rows in common.followed(done, len(quiet), "false alarms") for row in rows]
    results.tables["false_alarms"] = alarms.alarm_table(found)
    if asked.onsets:
        cuts = detectable.draw_cuts(subjects, asked.onsets, asked.seed)
        rows = _judged(subjects, cuts, engines, compute, "cuts", (targets.MODE,), results)
        _add_cuts(results, rows, subjects)
    results.tables["targets"] = targets.target_table(results.tables)
    tags = {"seed": asked.seed, "cases": asked.cases, "onsets": asked.onsets, "past_only": asked.past_only}
    report(results, asked.engine, params.fleet.name, tags)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.detection", description=__doc__)
    parser.add_argument("--cases", type=int, default=100, help="of each fault; benign changes are as many in all")
    parser.add_argument("--onsets", type=int, default=20, help="of cuts a client, for the detectable loss; 0 = none")
    parser.add_argument("--workers", type=int, default=common.compute().workers, help="local processes")
    parser.add_argument("--seed", type=int, default=20240630, help="of all draws")
    parser.add_argument(
        "--engine", choices=ENGINES, default=ENGINES[0], help="what detects: with the last run's model, or without"
    )
    parser.add_argument("--past-only", action="store_true", help="leave the two-sided mode out")
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
    folders = (common.INGEST, common.SCREEN, common.BACKTEST, common.CALIBRATE, common.CANDIDATES, common.CHOSEN)
    last = Run(*folders, params)
    engines = {CURRENT: engine_of(asked.engine, params, last)}
    for text in asked.params:
        name, _, file = text.partition("=")
        if not file:
            raise ConfigError(f"--params {text}: expected NAME=FILE")
        engines[name] = engine_of(asked.engine, load_params(Path(file)), last)
    return engines


def _judged(
    subjects: list[Subject],
    drawn: list[cases.Case],
    engines: Mapping[str, Engine],
    compute: Executor,
    what: str,
    modes: tuple[str, ...],
    results: Results,
) -> list[run.Row]:
    """Rows of all cases in the order in which they were drawn, and how many a second."""
    started = time.perf_counter()
    work = run.tasks(subjects, drawn, engines, modes)
    done = {id(task): rows for task, rows in common.followed(compute.run(run.judge, work), len(work), what)}
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


if __name__ == "__main__":
    common.run(main)
