"""What trials forecast at the origins of a client, kept so that nothing is fitted twice."""

import json
from pathlib import Path

from vigia import frames, keys
from vigia.models.families.record import Parameters
from vigia.train.subject import Look, Subject

Scored = tuple[float, list[float]]
"""WAPE at an origin, and the daily totals that were forecast there."""


class Forecasts:
    """The kept forecasts of one client.

    Args:
        folder: of a study; what stands there was made from the same data, parameters and code.
        client_id: whose.
    """

    def __init__(self, folder: Path, client_id: str) -> None:
        self._path = folder / f"{frames.client_folder(client_id)}.json"
        self._kept: dict[str, Scored] = {}
        if self._path.is_file():
            self._kept = json.loads(self._path.read_text(encoding="utf-8"))

    def of(
        self, subject: Subject, family: str, parameters: Parameters, number: int, seed: int, look: Look | None = None
    ) -> Scored:
        """As `Subject.scored`; what is kept is not looked at again."""
        name = f"{keys.combine(family, parameters)[:16]}.{number}"
        if name not in self._kept:
            self._kept[name] = subject.scored(family, parameters, number, seed, look)
        error, totals = self._kept[name]
        return error, totals

    def write(self) -> None:
        """Keep them, in one step."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        partial = self._path.with_suffix(".partial")
        partial.write_text(json.dumps(self._kept), encoding="utf-8")
        partial.replace(self._path)
