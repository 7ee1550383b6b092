"""A further step while a shift goes on is an event of its own; what only wavers, or comes back halfway, is none."""

import pytest

from tests.detection.levels.test_past_levels import Plan, client
from tests.support.findings import rows_of
from vigia.config.sections.screen import LevelParams
from vigia.detection.detectors.levels.past_only import past_only
from vigia.detection.events.merge import merge
from vigia.detection.finding import Finding
from vigia.detection.series import Series

PARAMS = LevelParams()
STEP = 150


def steps(series: Series) -> list[Finding]:
    return [part for part in past_only(series, "active", PARAMS) if part.deeper]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("further", [0.3, 0.54], ids=["half", "a tenth"])
def test_a_loss_that_grows_is_told_of_again(further: float, seed: int) -> None:
    series = client([(90, 1.0), (STEP - 90, 0.6), (60, further)], seed=seed)
    first, second = merge(past_only(series, "active", PARAMS), 7, 72)
    assert (first.kind, second.kind) == ("level_down", "level_down")
    assert abs(second.first.start - STEP * 24) <= 48
    assert STEP * 24 < second.first.alert <= (STEP + 30) * 24
    assert second.stop == first.stop == series.hours
    rows = rows_of(series, past_only(series, "active", PARAMS))
    assert ["further step" in row["reason_en"] for row in rows] == [False, True]


@pytest.mark.parametrize(
    "plan",
    [
        [(90, 1.0), (120, 0.6)],
        [(90, 1.0), (60, 0.6), (60, 0.75)],
        [(90, 1.0), (20, 0.6), (60, 0.4)],
    ],
    ids=["it stays", "half of it comes back", "it has not lasted for a month"],
)
def test_anything_else_is_one_event(plan: Plan) -> None:
    series = client(plan)
    assert len(past_only(series, "active", PARAMS)) == 1


def test_a_further_step_ends_before_its_shift_or_with_it() -> None:
    series = client([(90, 1.0), (60, 0.6), (20, 0.3), (40, 0.6), (60, 1.0)])
    shift, step = merge(past_only(series, "active", PARAMS), 7, 72)
    assert abs(step.stop - 170 * 24) <= 48
    assert abs(shift.stop - 210 * 24) <= 48
    open_one = client([(90, 1.0), (60, 0.6), (40, 0.3), (60, 1.0)])
    shift, step = merge(past_only(open_one, "active", PARAMS), 7, 72)
    assert step.recovery <= shift.recovery


def test_what_is_said_of_a_step_was_known_by_then() -> None:
    series = client([(90, 1.0), (60, 0.6), (40, 0.3), (60, 0.6), (60, 1.0)])
    (step,) = steps(series)
    (before,) = steps(series.head(step.alert + 24))
    assert (before.start, before.alert, before.kind) == (step.start, step.alert, step.kind)
    assert not steps(series.head(step.alert - 24))
