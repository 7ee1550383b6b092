"""`vigia check`: what ingest would make of a folder, without writing anything."""

from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from vigia.cli.parameters import ParamsFile, given_params, guessed_params, print_questions
from vigia.config import Params
from vigia.config.sections.ingest import IngestParams
from vigia.ingest import Ingested, ingest_folder
from vigia.ingest.guess import Guess, changes, guess, suggestion

SHOWN = 8


def check(
    folder: Annotated[Path, typer.Argument(help="folder of meter files")],
    params_file: ParamsFile = None,
) -> None:
    """Dry run of ingest: columns, units, zone, hour label guessed, gaps, what would be rejected."""
    console = Console(highlight=False)
    given = given_params(params_file)
    guesses = sorted(guess(folder, (given or Params()).ingest), key=lambda seen: seen.form)
    params = given or guessed_params(guesses, console)
    for _, alike in groupby(guesses, key=lambda seen: seen.form):
        _print_guess(console, list(alike), params.ingest)
    asked = print_questions(guesses, (given or Params()).ingest, console)
    if asked:
        console.print("until that is answered, the figures below are not to be relied on", markup=False)
    zone = params.ingest.timezone or params.fleet.timezone
    console.print(f"zone of times without an offset: {zone}; energies are read as {params.ingest.unit}")
    result = ingest_folder(folder, params.ingest, params.fleet)
    console.print(_counts(result))
    _print_problems(console, result)
    if asked or (result.issues["severity"] == "blocks").any():
        raise typer.Exit(1)


def _print_guess(console: Console, alike: list[Guess], params: IngestParams) -> None:
    seen = alike[0]
    console.print(f"{_listed([each.file for each in alike])}", style="bold", markup=False)
    if seen.problem:
        console.print(f"  {seen.problem}", markup=False)
        return
    form = f"separator {seen.separator!r}, decimal mark {seen.decimal!r}, encoding {seen.encoding}"
    console.print(f"  looks like: {form}", markup=False)
    console.print(f"  times: {seen.date_format}, step {seen.step}, label {seen.label}", markup=False)
    console.print(f"  unit: {seen.unit}", markup=False)
    console.print(f"  columns: {', '.join(seen.columns)}", markup=False)
    for told in (*seen.evidence, *seen.warnings):
        console.print(f"  {told}", markup=False)
    lines = suggestion(changes(seen, params))
    if lines:
        console.print("  the mapping does not fit; it would with", markup=False)
        console.print("\n".join(f"    {line}" for line in lines), markup=False)


def _counts(result: Ingested) -> Table:
    table = Table("file", "read", "accepted", "rejected", "duplicates", title="what ingest would take")
    for row in result.summary:
        counts = (str(row.get(name, "")) for name in ("read", "accepted", "rejected", "duplicates"))
        table.add_row(str(row["file"]), *counts)
    return table


def _print_problems(console: Console, result: Ingested) -> None:
    issues = result.issues.assign(span=[_span(row) for row in result.issues.to_dict("records")])
    for (severity, message, span), part in issues.groupby(["severity", "message", "span"], sort=False):
        who = _listed(part["client_id"].tolist())
        console.print(f"{severity:6} client {who}: {message}{span}", markup=False)
    reasons = result.quarantine.groupby(["source_file", "reason"])["line"].agg(["size", "first"]).reset_index()
    for row in reasons.to_dict("records"):
        text = f"{row['size']} rows: {row['reason']} (first in line {row['first']})"
        console.print(f"reject {row['source_file']}: {text}", markup=False)


def _span(issue: dict[Any, Any]) -> str:
    if pd.isna(issue["start"]):
        return ""
    return f" ({issue['start']:%Y-%m-%d %H:%M} to {issue['end']:%Y-%m-%d %H:%M})"


def _listed(names: list[str]) -> str:
    rest = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")
