"""Candidates: one family of one client after tuning; how they are kept, and the combination of them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from vigia import frames, metrics
from vigia.models.experts import joined
from vigia.models.families import COMBINATION, FLEET
from vigia.models.families.combination import MEMBERS, following

RESULT_FILE = "candidates.json"
FLEET_FOLDER = f"@{FLEET.name}"
NOT_IN_TABLE = ("parameters", "trials", "seconds", "importances", "validation", "curve")


@dataclass(frozen=True)
class Candidate:
    """One family of one client after tuning; the fields of the `candidates` table, and what led to them.

    Attributes:
        trials: a row a trial that this client was part of, of the study over all clients first.
        importances: share of each parameter in the variance of the error.
        validation: `[day, measured, forecast]` daily totals on the validation days.
        tuned_by: whose parameters it has: `defaults`, `shared` (best over all clients) or `own` (of its own study).
        believed_gain: logarithm of its error over that of the defaults, as far as it is believed; at most zero.
        curve: `[steps, WAPE]` on the latest validation block, of a fit that has steps (epochs, trees).
    """

    client_id: str
    family: str
    status: str
    validation_wape_day: float | None
    default_wape_day: float | None
    validation_days: int
    seconds: float
    parameters: dict[str, Any]
    trials: list[dict[str, Any]]
    message: str | None = None
    importances: dict[str, float] = field(default_factory=dict)
    validation: list[list[float]] = field(default_factory=list)
    tuned_by: str = "defaults"
    believed_gain: float = 0.0
    curve: list[list[float]] = field(default_factory=list)

    def row(self, block_days: int) -> dict[str, Any]:
        """As a row of the `candidates` table, with the WAPE of each block of `block_days` that has validation days."""
        return {
            **{name: value for name, value in vars(self).items() if name not in NOT_IN_TABLE},
            "validation_wape_by_block": json.dumps(wape_by_block(self.validation, block_days)),
            "parameters": json.dumps(self.parameters, sort_keys=True),
            "trials": len(self.trials),
        }


def wape_by_block(validation: Sequence[Sequence[float]], block_days: int) -> dict[str, float]:
    """WAPE of daily totals by block of days, of blocks on which anything was consumed."""
    table = np.asarray(validation, dtype=float).reshape(-1, 3)
    blocks = table[:, 0] // block_days
    parts = {int(block): table[blocks == block] for block in np.unique(blocks)}
    errors = {block: metrics.wape(part[:, 1], part[:, 2]) for block, part in parts.items()}
    return {str(block): float(error) for block, error in errors.items() if np.isfinite(error)}


def block_wape(validation: Sequence[Sequence[float]], block_days: int) -> float:
    """Mean over blocks of days of the WAPE of daily totals; NaN without a day on which anything was consumed."""
    errors = list(wape_by_block(validation, block_days).values())
    return float(np.mean(errors)) if errors else float("nan")


def combine(client_id: str, candidates: Sequence[Candidate], block_days: int) -> Candidate | None:
    """The combination of a client's fitted candidates, judged on the validation days that all members forecast.

    None where fewer than two of its members are fitted.
    """
    fitted = {c.family: c for c in candidates if c.status == "fitted" and c.validation_wape_day is not None}
    members = [family for family in MEMBERS if family in fitted]
    if len(members) < 2:
        return None
    by_day = {family: {row[0]: row for row in fitted[family].validation} for family in members}
    days = sorted(set.intersection(*(set(rows) for rows in by_day.values())))
    measured = by_day[members[0]]
    rows = [[day, measured[day][1], said] for day, said in zip(days, _together(members, by_day, days), strict=True)]
    error = block_wape(rows, block_days)
    parameters = {"members": members}
    name = COMBINATION.name
    return Candidate(client_id, name, "fitted", error, error, len(days), 0.0, parameters, [], validation=rows)


def _together(
    members: Sequence[str], by_day: Mapping[str, Mapping[float, Sequence[float]]], days: list[float]
) -> list[float]:
    """Daily totals that the members say together on their validation days; each block begins with what it knows."""
    if not days:
        return []
    at = np.asarray(days, dtype=int)
    actual = np.full(at.max() + 1, np.nan)
    actual[at] = [by_day[members[0]][day][1] for day in days]
    values = {family: np.full((len(actual), 1), np.nan) for family in members}
    for family in members:
        values[family][at, 0] = [by_day[family][day][2] for day in days]
    weights, _ = following(values, actual)
    said: list[float] = joined(np.stack(list(values.values())), weights[:-1])[at, 0].tolist()
    return said


def read_candidates(folder: Path, client_id: str, block_days: int) -> list[Candidate]:
    """The finished candidates of a client: its own families', the fleet model's for it, and their combination."""
    own = read_result(folder / frames.client_folder(client_id))["candidates"]
    return with_shared(client_id, own, read_result(folder / FLEET_FOLDER).get("candidates", []), block_days)


def with_shared(
    client_id: str, own: Sequence[dict[str, Any]], shared: Sequence[dict[str, Any]], block_days: int
) -> list[Candidate]:
    """A client's candidates from what is kept of it and of the fleet model for all clients."""
    found = [Candidate(**candidate) for candidate in [*own, *(c for c in shared if c["client_id"] == client_id)]]
    joined = combine(client_id, found, block_days)
    return found if joined is None else [*found, joined]


def read_result(folder: Path) -> dict[str, Any]:
    """What `write_result` wrote; empty where nothing is."""
    path = folder / RESULT_FILE
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return content


def write_result(folder: Path, key: str, candidates: Sequence[Candidate]) -> None:
    """Write finished candidates with the key of what they were made from, in one step."""
    folder.mkdir(parents=True, exist_ok=True)
    result = {"key": key, "candidates": [vars(candidate) for candidate in candidates]}
    partial = folder / f"{RESULT_FILE}.partial"
    partial.write_text(json.dumps(result, sort_keys=True, default=float), encoding="utf-8")
    partial.replace(folder / RESULT_FILE)
