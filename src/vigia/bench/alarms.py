"""What is raised although nothing was done: false alarms on the clean hours of the readings as they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from vigia.bench.engines import Engine
from vigia.bench.found import Raised
from vigia.bench.run import COUNTED, Unchanged
from vigia.bench.subjects import Flags, Subject, widened
from vigia.simulation.faults import DAY

MONTH_HOURS = 30.4 * DAY
WIDENED_HOURS = DAY


@dataclass(frozen=True)
class Quiet:
    """A client to be looked at as it is, and with what."""

    subject: Subject
    engines: Mapping[str, Engine]


def false_alarms(task: Quiet) -> list[dict[str, Any]]:
    """A row a set of parameters: past-only events that touch no masked hour, and the share of clean hours in them.

    Masked = the two-sided mask of any channel, a day wider; for supply events also two-sided supply events, which are
    findings of their own. Columns: `params, client_id, clean_hours, clean_supply_hours`, number of `consumption` and
    `supply` alarms, `flagged` clean hours.
    """
    subject = task.subject
    masked = {
        "consumption": widened(subject.masked, WIDENED_HOURS),
        "supply": widened(subject.masked | subject.troubled, WIDENED_HOURS),
    }
    rows = []
    for name, engine in task.engines.items():
        events = Unchanged(subject, engine).events("past_only", None)
        row = {"params": name, "client_id": subject.client_id, "clean_hours": int((~masked["consumption"]).sum())}
        row["clean_supply_hours"] = int((~masked["supply"]).sum())
        flagged = np.zeros(subject.series.hours, dtype=bool)
        for class_ in COUNTED:
            mine = [event for event in events if event.class_ == class_]
            wrong = [event for event in mine if not _touches(event, masked[class_])]
            row[class_] = len(wrong)
            for event in mine:
                flagged[_hours(event)] |= ~masked[class_][_hours(event)]
        rows.append({**row, "flagged": int(flagged.sum())})
    return rows


def alarm_table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """`false_alarms` by client and, as client `all`, over the fleet, a client-month and share of clean hours."""
    table = pd.DataFrame(rows)
    total = table.drop(columns="client_id").groupby("params", as_index=False, sort=False).sum()
    table = pd.concat([table, total.assign(client_id="all")], ignore_index=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        consumption = table["consumption"] / (table["clean_hours"] / MONTH_HOURS)
        supply = table["supply"] / (table["clean_supply_hours"] / MONTH_HOURS)
        share = table["flagged"] / table["clean_hours"]
    return table.assign(
        consumption_a_month=consumption, supply_a_month=supply, a_month=consumption + supply.fillna(0), share=share
    )


def _hours(event: Raised) -> slice:
    start = min(start for start, _ in event.spans.values())
    return slice(max(int(start), 0), int(max(end for _, end in event.spans.values())))


def _touches(event: Raised, masked: Flags) -> bool:
    return bool(masked[_hours(event)].any())
