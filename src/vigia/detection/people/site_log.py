"""What the site log explains, so that it is not raised, and what is told of that."""

from typing import Any

import pandas as pd

from vigia.detection.finding import Finding
from vigia.detection.people.accepted import accepted_rows
from vigia.detection.series import Series
from vigia.vocabulary import class_of, kind_of


def is_excused(series: Series, start: int, kind: str, site_log: pd.DataFrame | None) -> bool:
    """Whether the site log explains a finding that begins then.

    What an entry without an end announces is a change on its first days; the band follows it within a month.
    """
    if site_log is None or site_log.empty or class_of(kind) != "consumption":
        return False
    mine = site_log[site_log["client_id"] == series.client_id]
    if mine.empty:
        return False
    when = series.at(start)
    day = pd.Timedelta(days=2)
    learnt = kind_of(kind).excused_days
    until = mine["to"].fillna(mine["from"] + pd.Timedelta(days=learnt))
    return bool(((mine["from"] - day <= when) & (when <= until + day)).any())


def told_of(series: Series, excuses: list[Finding]) -> list[dict[str, Any]]:
    """What people wrote of a client and what came of it: rows of table `issues`."""
    return excuse_rows(series, excuses) + reset_rows(series) + accepted_rows(series)


def excuse_rows(series: Series, excuses: list[Finding]) -> list[dict[str, Any]]:
    """What the site log explained, so that nothing disappears without a word."""
    return [
        {
            "client_id": series.client_id,
            "code": "explained_by_site_log",
            "severity": "warns",
            "start": series.at(part.start),
            "end": series.at(part.stop),
            "message": f"{part.kind} of {part.channel} is not raised: the site log explains it",
        }
        for part in excuses
    ]


def reset_rows(series: Series) -> list[dict[str, Any]]:
    """Where the site log announces another normal, from which levels are then learnt anew."""
    return [
        {
            "client_id": series.client_id,
            "code": "explained_by_site_log",
            "severity": "warns",
            "start": series.at(24 * day),
            "end": series.at(series.hours),
            "message": "levels are learnt anew: the site log announces another normal",
        }
        for day in series.resets
        if 24 * day < series.hours
    ]
