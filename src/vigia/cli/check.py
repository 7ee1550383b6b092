"""`vigia check`: what ingest would make of a folder, without writing anything."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from vigia.config import load_params
from vigia.ingest import Ingested, ingest_folder
from vigia.ingest.guess import guess


def check(
    folder: Annotated[Path, typer.Argument(help="folder of meter files")],
    params_file: Annotated[Path, typer.Option("--params", help="parameters with the column mapping")] = Path(
        "params.yaml"
    ),
) -> None:
    """Dry run of ingest: columns, units, zone, hour label guessed, gaps, what would be rejected."""
    params = load_params(params_file)
    console = Console()
    guesses = Table("file", "separator", "decimal", "time", "step", "label", "unit", "columns")
    guesses.title = "what files look like"
    for row in guess(folder, params.ingest):
        guesses.add_row(*row)
    console.print(guesses)
    result = ingest_folder(folder, params.ingest, params.fleet)
    console.print(f"zone of times without an offset: {params.ingest.timezone or params.fleet.timezone}")
    console.print(_counts(result))
    _print_problems(console, result)
    if (result.issues["severity"] == "blocks").any():
        raise typer.Exit(1)


def _counts(result: Ingested) -> Table:
    table = Table("file", "read", "accepted", "rejected", "duplicates", "problem", title="what ingest would take")
    for row in result.summary:
        cells = [str(row.get(name, "")) for name in ("read", "accepted", "rejected", "duplicates", "error")]
        table.add_row(str(row["file"]), *cells)
    return table


def _print_problems(console: Console, result: Ingested) -> None:
    for row in result.issues.to_dict("records"):
        mark = "blocks" if row["severity"] == "blocks" else "warns "
        console.print(f"{mark} client {row['client_id']}: {row['message']}", markup=False)
    reasons = result.quarantine.groupby(["source_file", "reason"])["line"].agg(["size", "first"]).reset_index()
    for row in reasons.to_dict("records"):
        text = f"{row['size']} rows: {row['reason']} (first in line {row['first']})"
        console.print(f"reject {row['source_file']}: {text}", markup=False)
