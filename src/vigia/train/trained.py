"""What the stage `train` left of a fleet, read without a reading."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from vigia import frames
from vigia.errors import ModelError
from vigia.models import families
from vigia.train.candidates import FLEET_FOLDER, RESULT_FILE, Candidate, read_result, with_shared


@dataclass(frozen=True)
class Trained:
    """The finished candidates of a fleet.

    Attributes:
        candidates: by client: its own families', the fleet model's for it, and their combination.
        keys: by client and family, the digest of everything that decided the candidate: of its client, or of all
            clients where the fleet model has a part in it. Runs in MLflow carry it, so that they are found by it.
    """

    candidates: dict[str, list[Candidate]]
    keys: dict[tuple[str, str], str]

    @classmethod
    def read(cls, folder: Path, client_ids: Iterable[str], block_days: int) -> "Trained":
        """Read the results of these clients and of the fleet model.

        Raises:
            ModelError: one of them is not there.
        """
        shared = _result(folder / FLEET_FOLDER)
        candidates, keys = {}, {}
        for client in client_ids:
            own = _result(folder / frames.client_folder(client))
            candidates[client] = with_shared(client, own["candidates"], shared["candidates"], block_days)
            for candidate in candidates[client]:
                of = own if families.named(candidate.family).scope == "client" else shared
                keys[client, candidate.family] = of["key"]
        return cls(candidates, keys)

    def table(self, block_days: int) -> pd.DataFrame:
        """Table `candidates`, with the error of each block of `block_days`."""
        rows = [candidate.row(block_days) for candidates in self.candidates.values() for candidate in candidates]
        return frames.check("candidates", pd.DataFrame(rows))


def _result(folder: Path) -> dict[str, Any]:
    result = read_result(folder)
    if not result:
        raise ModelError(f"{folder / RESULT_FILE} is not there: `dvc pull` brings it, the stage `train` makes it")
    return result
