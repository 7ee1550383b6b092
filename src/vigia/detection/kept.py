"""Findings as a table, so that what one stage found need not be found again by the next."""

from collections.abc import Mapping, Sequence

import pandas as pd

from vigia import frames
from vigia.detection.finding import Finding

NAMES = {"start": "start_hour", "stop": "stop_hour", "alert": "alert_hour", "recovery": "recovery_hour"}
"""Fields that are hours from the client's first midnight, and their columns."""


def findings_table(client_id: str, found: Mapping[str, Sequence[Finding]]) -> pd.DataFrame:
    """Table `findings` of one client, by mode; rows stand in the order in which findings were made."""
    rows = [
        {"client_id": client_id, "mode": mode, **{NAMES.get(name, name): value for name, value in vars(each).items()}}
        for mode, part in found.items()
        for each in part
    ]
    return frames.check("findings", pd.DataFrame(rows)) if rows else frames.empty("findings", "UTC")


def findings_of(table: pd.DataFrame) -> dict[str, list[Finding]]:
    """What `findings_table` made the table of, in every mode."""
    found: dict[str, list[Finding]] = {mode: [] for mode in frames.MODES}
    fields = {column: name for name, column in NAMES.items()}
    for row in table.drop(columns="client_id").to_dict("records"):
        mode = str(row.pop("mode"))
        found[mode].append(Finding(**{fields.get(str(name), str(name)): value for name, value in row.items()}))
    return found
