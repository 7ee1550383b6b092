"""What a client, or the fleet model, offers of one family: the defaults and what tuning found, with their errors."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from vigia.models.families.record import Parameters
from vigia.tune import Tried, mean

OFFERS_FILE = "offers.json"
DEFAULTS, SHARED, OWN = "defaults", "shared", "own"
"""Whose parameters an offer has: nobody's, those that are best over all clients, or those of the client's own study."""


@dataclass(frozen=True)
class Offer:
    """Parameters with what they reached at each validation origin, also at those that tuning does not see.

    Attributes:
        parameters: as `models.families.fit` takes them.
        errors: WAPE of daily totals by origin.
        totals: daily totals that were forecast, by origin.
        curve: `[steps, error]` at the latest origin, of a fit that has steps (epochs, trees).
    """

    parameters: Parameters
    errors: list[float]
    totals: list[list[float]]
    curve: list[list[float]] = field(default_factory=list)


@dataclass(frozen=True)
class Offers:
    """One family of one client.

    Attributes:
        client_id: whose.
        family: which.
        status: of table `candidates`.
        seconds: of one core.
        days: days of each origin (0 = the client's first day).
        actual: daily totals that were measured on them.
        message: why there is none.
        offers: by whose parameters they are.
        trials: that this client was part of.
        importances: share of each parameter in the variance of the error.
    """

    client_id: str
    family: str
    status: str
    seconds: float
    days: list[list[int]]
    actual: list[list[float]]
    message: str | None = None
    offers: dict[str, Offer] = field(default_factory=dict)
    trials: list[Tried] = field(default_factory=list)
    importances: dict[str, float] = field(default_factory=dict)


def trial_row(number: int, trial: Tried) -> dict[str, Any]:
    """A trial as a row of `Candidate.trials`: `wape` is the mean over the origins on which trials are scored.

    Of a pruned trial, which was not scored on all of them, there is none.
    """
    complete = trial.value is not None
    return {
        "number": number,
        "state": "complete" if complete else "pruned",
        "study": "shared" if trial.shared else "own",
        "wape": mean(trial.errors) if complete else None,
        **trial.parameters,
    }


def write_offers(folder: Path, key: str, offers: Sequence[Offers]) -> None:
    """Write what a client offers, with the key of what it was made from, in one step."""
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f"{OFFERS_FILE}.partial"
    content = {"key": key, "offers": [asdict(each) for each in offers]}
    partial.write_text(json.dumps(content, sort_keys=True, default=float), encoding="utf-8")
    partial.replace(folder / OFFERS_FILE)


def read_key(folder: Path) -> str | None:
    """Key of what `write_offers` wrote; none where nothing is."""
    return _read(folder).get("key")


def read_offers(folder: Path) -> list[Offers]:
    """What `write_offers` wrote; empty where nothing is."""
    return [
        Offers(
            **{
                **each,
                "offers": {whose: Offer(**offer) for whose, offer in each["offers"].items()},
                "trials": [
                    Tried(**{**trial, "seen": {int(at): error for at, error in trial["seen"].items()}})
                    for trial in each["trials"]
                ],
            }
        )
        for each in _read(folder).get("offers", [])
    ]


def _read(folder: Path) -> dict[str, Any]:
    path = folder / OFFERS_FILE
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return content
