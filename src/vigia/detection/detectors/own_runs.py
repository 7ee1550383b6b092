"""Runs of hours that are longer than the client's own ones."""

from bisect import insort

import numpy as np

from vigia.config.sections.screen import LEAST_RATE, ScreenParams
from vigia.detection.finding import UNTIL_NEVER, Finding
from vigia.detection.series import Series, runs
from vigia.detection.sizes import FIRST_HOURS, Flags

MANY = 10
"""Runs that show how fast longer ones become rarer."""
RUN_SHARE = 0.2
"""Of the false alarms that are accepted, what each kind of run may cost."""
MONTH_HOURS = 24 * 30.4


def long_runs(
    series: Series,
    channel: str,
    kind: str,
    flags: Flags,
    min_hours: int,
    params: ScreenParams,
    sign: int,
) -> list[Finding]:
    """Runs longer than `min_hours` and than the client's habit, which is made of its runs before them.

    How long a client rests or repeats itself is its own; one that never does is told of after a few hours. In the
    first 28 days nothing of that is known, and `first_run_hours` are waited for.
    """
    found = []
    habit: list[int] = []
    for start, stop in runs(flags).tolist():
        length = stop - start
        needed = min_hours if start >= FIRST_HOURS else max(min_hours, params.first_run_hours)
        if length >= needed and len(habit) >= params.min_habit_runs:
            needed = max(needed, _own_limit(habit, start, params))
        if length >= needed:
            recovery = stop if stop < series.hours else UNTIL_NEVER
            score = 2.0 * length / needed
            found.append(Finding(channel, kind, start, stop, start + needed, recovery, sign, score))
        if min_hours / 2 <= length < 4 * needed:
            insort(habit, length)
    return found


def _own_limit(habit: list[int], hours: int, params: ScreenParams) -> int:
    """From which length on a run is longer than a client's own ones, of which `habit` has all, by length.

    Few runs say no more than how long the longest are; of many the tail is known. The longest `MANY` are taken to
    exceed the shortest of them exponentially (peaks over a threshold, Pickands 1975), and the limit is the length that
    would be exceeded as often as is accepted.
    """
    if len(habit) < MANY:
        return int(np.ceil(params.habit_factor * habit[-params.min_habit_runs]))
    longest = np.array(habit[-MANY:])
    accepted = RUN_SHARE * max(params.levels.false_alarms_per_month, LEAST_RATE) * hours / MONTH_HOURS
    limit = longest[0] + float(longest.mean() - longest[0]) * np.log(MANY / accepted)
    return int(np.ceil(max(limit, longest[-1] + 1)))
