"""Parameters of commands that read a folder of meter files: of a file, else defaults with a guessed mapping."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from vigia.config import Params, load_params
from vigia.config.sections.ingest import IngestParams
from vigia.ingest.guess import Guess, best_changes, changed, questions, suggestion

DEFAULT_PARAMS = Path("params.yaml")

ParamsFile = Annotated[
    Path | None,
    typer.Option(
        "--params",
        help="parameters with the column mapping; params.yaml of this directory, if any, else the mapping is guessed",
    ),
]


def given_params(file: Path | None) -> Params | None:
    """Parameters of `file`, else of the `params.yaml` of this directory; none where there is neither."""
    if file is None and not DEFAULT_PARAMS.is_file():
        return None
    return load_params(file or DEFAULT_PARAMS)


def guessed_params(guesses: Iterable[Guess], console: Console) -> Params:
    """Defaults with the mapping that most files of a folder ask for; it is printed, to be kept and corrected."""
    params = Params()
    found = best_changes(guesses, params.ingest)
    if not found:
        return params
    console.print(f"there is no {DEFAULT_PARAMS}; the files are read as these lines of one would say:", markup=False)
    console.print("\n".join(f"    {line}" for line in suggestion(found)), markup=False)
    return params.model_copy(update={"ingest": changed(params.ingest, found)})


def print_questions(guesses: Iterable[Guess], params: IngestParams, console: Console) -> bool:
    """Print what files do not tell, each question once with what to write for each answer; whether there is any.

    `params` are those that a person wrote: what was guessed answers nothing.
    """
    said: set[str] = set()
    for seen in guesses:
        for question in questions(seen, params):
            if question.text in said:
                continue
            said.add(question.text)
            console.print(f"{seen.file}: {question.text}", markup=False, style="bold")
            console.print("  write one of these into params.yaml:", markup=False)
            for number, answer in enumerate(question.answers):
                if number:
                    console.print("  or", markup=False)
                console.print("\n".join(f"    {line}" for line in suggestion(answer)), markup=False)
    return bool(said)
