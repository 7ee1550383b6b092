"""Runs of the day, how models do, and retraining."""

from datetime import date

from vigia.client.answers import operation as answers
from vigia.client.call import Call


def runs(*, limit: int = 50, before: date | None = None) -> Call[answers.RunList]:
    """Daily runs, the latest day first."""
    return Call("GET", "/runs", answers.RunList, query={"limit": limit, "before": before})


def latest_run() -> Call[answers.RunAnswer]:
    """The run of the latest day."""
    return Call("GET", "/runs/latest", answers.RunAnswer)


def drift() -> Call[answers.DriftList]:
    """Whether bands hold and expectations are as near as at the end of the release, by client."""
    return Call("GET", "/drift", answers.DriftList)


def challenger() -> Call[answers.Challenger]:
    """The latest retraining: what its release would change, and what was decided."""
    return Call("GET", "/challenger", answers.Challenger)
