"""`vigia evaluate`: the release's events and bands against a reference annotation, outside of DVC."""

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from vigia import frames
from vigia.config import Params, load_params
from vigia.evaluate import annotation as reference
from vigia.evaluate import coverage
from vigia.models import DailyHistory


def evaluate(
    annotation: Annotated[Path, typer.Option(help="folder with annotated_days.csv and annotated_episodes.csv")],
    release: Annotated[Path, typer.Option(help="release whose events are judged")] = Path("release"),
    reports: Annotated[Path, typer.Option(help="where annotation_*.csv are written")] = Path("reports"),
) -> None:
    """Judge the events of a release against an annotation, and its bands on the test days that are normal by it."""
    truth = reference.Annotation.read(annotation)
    params = load_params(release / "params.yaml")
    zone = params.fleet.timezone
    events = frames.read(release / "events.parquet", "events")
    channels = frames.read(release / "event_channels.parquet", "event_channels")
    spans, histories = {}, {}
    for client in frames.clients_in(release / "readings"):
        readings = frames.read_client(release / "readings", "readings", client)
        spans[client] = (readings["timestamp"].iloc[0], readings["timestamp"].iloc[-1])
        histories[client] = DailyHistory.from_readings(readings, zone, params.fleet.country)
    scores = reference.day_scores(truth, events, channels, spans)
    episodes = reference.episode_table(truth, events, channels, zone)
    tables = {
        "days": scores,
        "summary": reference.totals(scores),
        "episodes": episodes,
        "false_alarms": reference.false_alarms(truth, events, spans, zone),
        "coverage": _coverage(truth, histories, release, params),
    }
    reports.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        table.to_csv(reports / f"annotation_{name}.csv", index=False, float_format="%.4f")
    console = Console()
    console.print(_table("days", tables["summary"]))
    found = episodes.groupby(["mode", "channel"], as_index=False).agg(
        episodes=("found", "size"), found=("found", "sum"), median_delay_hours=("delay_hours", "median")
    )
    console.print(_table("episodes", found))
    console.print(_table("false alarms", tables["false_alarms"]))
    bands = coverage.fleet_coverage(tables["coverage"])
    console.print(_table("bands on normal days of the test slice, distinct clients", bands))


def _coverage(
    truth: reference.Annotation, histories: dict[str, DailyHistory], release: Path, params: Params
) -> pd.DataFrame:
    """Coverage of each distinct client's past-only bands on test days whose active energy is annotated as normal."""
    parts = []
    for client in coverage.distinct(histories):
        history = histories[client]
        normal = truth.normal_days(client, history.first_day, history.days)
        days = coverage.judged_days(history, params.splits, normal)
        bands = frames.read_client(release / "bands", "bands", client)
        parts.append(coverage.client_coverage(client, history, days, bands))
    return pd.concat(parts, ignore_index=True)


def _table(title: str, frame: pd.DataFrame) -> Table:
    table = Table(*map(str, frame.columns), title=title)
    for row in frame.itertuples(index=False):
        table.add_row(*(f"{value:.3f}" if isinstance(value, float) else str(value) for value in row))
    return table
