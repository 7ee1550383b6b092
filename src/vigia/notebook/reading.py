"""Meter files of a folder as one table of readings, with what was found out about them said."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from vigia.config import Params, given_params, load_params
from vigia.config.sections.ingest import IngestParams
from vigia.errors import ConfigError, IngestError
from vigia.ingest import Ingested, ingest_folder
from vigia.ingest.guess import Guess, best_changes, changed, guess, questions

Tell = Callable[[str], object]
HERE = "vigia.read"
SHOWN = 8
NOT_OF_READINGS = "no_sector"
"""An issue of a table that is not given."""


def read(
    folder: str | Path,
    params: Params | str | Path | None = None,
    *,
    zone: str | None = None,
    tell: Tell | None = print,
    **mapping: Any,
) -> pd.DataFrame:
    """Hourly readings of all meter files of a folder: table `readings`, as `vigia scan` and the stage `ingest` read it.

    Without `params` it is guessed which column is what, as `vigia check` does, and said; what files leave open must be
    answered with the field that the error names.

    Args:
        folder: meter files of the forms that docs/intake.md lists.
        params: parameters, or the path of a `params.yaml`; nothing is guessed then.
        zone: local zone of the meters, such as "America/Lima", which is the default.
        tell: called with each sentence on what was guessed, taken and left out; None = nobody wants to know.
        **mapping: fields of section `ingest` that are known, such as `unit="kWh"`, `decimal=","` or
            `columns={"active": "Consumo"}`; the others are guessed.

    Returns:
        client_id, timestamp (start of the hour, in the zone), active_energy_kwh, reactive_energy_kvarh (both of the
        hour), voltage_fa_v, voltage_fc_v; a row an hour that was read, by client and time; NaN where nothing was.

    Raises:
        IngestError: no folder, no file that can be understood, or a question that the files leave open.
        ConfigError: a field or zone that there is not, or both `params` and single fields.

    >>> from tempfile import TemporaryDirectory
    >>> hours = pd.date_range("2024-01-01", periods=24 * 90, freq="h")
    >>> with TemporaryDirectory() as folder:
    ...     lines = ["Fecha,Consumo kWh", *(f"{when:%Y-%m-%d %H:%M},{10 + when.hour}" for when in hours)]
    ...     _ = Path(folder, "norte.csv").write_text("\\n".join(lines))
    ...     readings = read(folder, zone="America/Lima")
    guessed, and fixed if it is passed: columns={'active': 'Consumo kWh'}
    1 file, 1 client, 2,160 hours from 2024-01-01 to 2024-03-30, America/Lima
    """
    tell = tell or _nobody
    known = _given(params, zone, mapping)
    if params is None:
        guesses = guess(Path(folder), known.ingest, every=False)
        _ask(guesses, known.ingest)
        found = _unsaid(best_changes(guesses, known.ingest), mapping)
        if found:
            tell(f"guessed, and fixed if it is passed: {_arguments(found)}")
            known = known.model_copy(update={"ingest": changed(known.ingest, found)})
    taken = ingest_folder(Path(folder), known.ingest, known.fleet)
    for sentence in _told(taken, known, zone is None and params is None):
        tell(sentence)
    return taken.readings


def _given(params: Params | str | Path | None, zone: str | None, mapping: Mapping[str, Any]) -> Params:
    if params is None:
        return given_params(HERE, fleet={} if zone is None else {"timezone": zone}, ingest=mapping)
    if mapping or zone is not None:
        single = sorted([*mapping, *(["zone"] if zone is not None else [])])
        raise ConfigError(f"{HERE}: params say all there is to say, so {', '.join(single)} must be said there")
    return params if isinstance(params, Params) else load_params(Path(params))


def _ask(guesses: Iterable[Guess], params: IngestParams) -> None:
    """Refuse to read what files leave open; `params` are those that a person gave: what was guessed answers nothing."""
    asked: dict[str, str] = {}
    for seen in guesses:
        for question in questions(seen, params):
            answers = " or ".join(_arguments(answer) for answer in question.answers)
            text = question.text if question.text.endswith("?") else f"{question.text}."
            asked.setdefault(question.text, f"{seen.file}: {text} Pass {answers} to {HERE}")
    if asked:
        raise IngestError("\n".join(asked.values()))


def _unsaid(found: Mapping[str, Any], mapping: Mapping[str, Any]) -> dict[str, Any]:
    """Of what was guessed, that which nobody said."""
    said = mapping.get("columns", {})
    columns = {role: column for role, column in found.get("columns", {}).items() if role not in said}
    rest = {name: value for name, value in found.items() if name != "columns" and name not in mapping}
    return {**rest, "columns": columns} if columns else rest


def _arguments(fields: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in fields.items())


def _told(taken: Ingested, params: Params, zone_unsaid: bool) -> list[str]:
    """What was read and what was not, a sentence each."""
    times, clients = taken.readings["timestamp"], taken.readings["client_id"].nunique()
    read = sum("error" not in counts for counts in taken.summary)
    what = f"{_count(read, 'file')}, {_count(clients, 'client')}, {_count(len(times), 'hour')}"
    unsaid = ", which is the default: pass zone= where it is another" if zone_unsaid else ""
    zone = params.fleet.timezone
    told = [f"{what} from {times.min():%Y-%m-%d} to {times.max():%Y-%m-%d}, {zone}{unsaid}"]
    reasons = taken.quarantine.groupby(["source_file", "reason"], sort=False)["line"].agg(["size", "first"])
    for (file, reason), size, first in zip(reasons.index, reasons["size"], reasons["first"], strict=True):
        told.append(f"{file}: {_count(size, 'row')} not taken: {reason} (first in line {first})")
    issues = taken.issues[taken.issues["code"] != NOT_OF_READINGS]
    for (severity, message), part in issues.groupby(["severity", "message"], sort=False):
        told.append(f"{severity}: {_listed(part['client_id'].tolist())}{message}")
    return told


def _listed(clients: list[str]) -> str:
    """Whom something concerns; what concerns the folder names nobody."""
    rest = len(clients) - SHOWN
    names = ", ".join(clients[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")
    return f"client {names}: " if names else ""


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _nobody(_: str) -> None:
    """Nobody wants to know."""
