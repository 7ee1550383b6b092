"""`vigia evaluate`: the release's events against a reference annotation, outside of DVC."""

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from vigia import frames
from vigia.config import load_params
from vigia.evaluate import annotation as reference


def evaluate(
    annotation: Annotated[Path, typer.Option(help="folder with annotated_days.csv and annotated_episodes.csv")],
    release: Annotated[Path, typer.Option(help="release whose events are judged")] = Path("release"),
    reports: Annotated[Path, typer.Option(help="where annotation_*.csv are written")] = Path("reports"),
) -> None:
    """Judge the events of a release against an annotation."""
    truth = reference.Annotation.read(annotation)
    zone = load_params(release / "params.yaml").fleet.timezone
    events = frames.read(release / "events.parquet", "events")
    channels = frames.read(release / "event_channels.parquet", "event_channels")
    spans = {}
    for client in frames.clients_in(release / "readings"):
        stamps = frames.read_client(release / "readings", "readings", client)["timestamp"]
        spans[client] = (stamps.iloc[0], stamps.iloc[-1])
    scores = reference.day_scores(truth, events, channels, spans)
    episodes = reference.episode_table(truth, events, channels, zone)
    tables = {
        "days": scores,
        "summary": reference.totals(scores),
        "episodes": episodes,
        "false_alarms": reference.false_alarms(truth, events, spans, zone),
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


def _table(title: str, frame: pd.DataFrame) -> Table:
    table = Table(*map(str, frame.columns), title=title)
    for row in frame.itertuples(index=False):
        table.add_row(*(f"{value:.3f}" if isinstance(value, float) else str(value) for value in row))
    return table
