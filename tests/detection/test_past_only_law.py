"""The law of every detector, those that are added later too: what was known at an hour does not change with the next.

A detector that finds nothing in the scenes below fails here: give it a scene in which it does.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pytest

from tests.detection.test_runs import DAY, DAYS, client, frozen, scaled
from vigia.config.sections.screen import ScreenParams
from vigia.detection.detectors.base import Detector
from vigia.detection.engine import DETECTORS
from vigia.detection.finding import Finding
from vigia.detection.series import Band, Series

BY_DAY = ("level_shifts", "channel_ratios")
"""These look at a day when it is over, so that an alert within it is known from the next midnight on."""
VOLTAGE_KINDS = ("voltage_sag", "voltage_loss")
"""Which of the two a low voltage is, its first three days say."""
PHASES = ("voltage_fa", "voltage_fc")
Found = dict[str, list[Finding]]


def energies() -> Series:
    """A standing meter, a floor, a spike and a longer surge, reversed energy, and a cut that goes on for weeks."""
    series = scaled(client(), 40 * DAY + 9, 40, active=0.05)
    scaled(scaled(series, 50 * DAY + 5, 2, active=9.0), 54 * DAY + 5, 6, active=9.0)
    frozen(series, 58 * DAY + 9, 30)
    scaled(series, 66 * DAY + 9, 50, active=0.0, reactive=0.0)
    scaled(scaled(series, 76 * DAY + 9, 6, active=-1.0), 77 * DAY + 15, 5, active=-1.0)
    return scaled(series, 90 * DAY + 9, 16 * DAY, active=0.5, reactive=0.5)


def supply() -> Series:
    """An outage, readings that are missing, too much voltage that turns into none, and one phase a little lower."""
    series = scaled(client(), 40 * DAY + 9, 30, **dict.fromkeys(("active", "reactive", *PHASES), 0.0))
    for values in series.values.values():
        values[52 * DAY + 9 : 55 * DAY + 7] = np.nan
    scaled(series, 60 * DAY + 9, 60, **dict.fromkeys(PHASES, 1.5))
    scaled(series, 60 * DAY + 69, 50, **dict.fromkeys(PHASES, 0.0))
    return scaled(series, 80 * DAY + 9, 20 * DAY, voltage_fa=0.95)


def shapes() -> Series:
    """Flat days, days read backwards, and then a clock that is off."""
    series = client()
    days = series.values["active"].reshape(-1, DAY)
    days[35:40] = days[35:40].mean(axis=1, keepdims=True) * (0.99 + 0.02 * (np.arange(DAY) % 2))
    days[50:70] = days[50:70, ::-1]
    for channel in ("active", "reactive"):
        late = series.values[channel].reshape(-1, DAY)
        late[90:] = np.roll(late[90:], 5, axis=1)
    return series


SCENES: tuple[Callable[[], Series], ...] = (energies, supply, shapes)


@dataclass(frozen=True)
class Scene:
    """What all detectors find in a series, and in the part of it that was read by some hours."""

    name: str
    whole: Found
    parts: dict[int, Found]


def found_in(series: Series) -> Found:
    found: list[Finding] = []
    by_detector: Found = {}
    for detector in DETECTORS:
        by_detector[detector.name] = detector.find(series, found, ScreenParams(), "past_only")
        found += by_detector[detector.name]
    return by_detector


def cuts(whole: Found) -> Iterator[int]:
    """Hours around which something became known, within a surge and between parts of an event, and some others."""
    yield from (54 * DAY + 6, 77 * DAY + 2)
    for part in (part for parts in whole.values() for part in parts):
        yield from (part.alert, part.alert + 1, min(part.recovery + 1, DAYS * DAY))
    yield from np.random.default_rng(0).integers(34 * DAY, DAYS * DAY, 6).tolist()


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    made = []
    for scene in SCENES:
        series = scene()
        usual = 24 * float(np.nanmedian(series.values["active"]))
        band = Band(np.full(DAYS, 0.8 * usual), np.full(DAYS, 1.2 * usual), breach_days=3)
        series = replace(series, bands={"past_only": band})
        whole = found_in(series)
        parts = {hour: found_in(series.head(hour)) for hour in sorted(set(cuts(whole)))}
        made.append(Scene(scene.__name__, whole, parts))
    return made


def known(part: Finding) -> tuple[str, str, int, int, int]:
    """What of a finding may not change from its alert on."""
    kind = "low" if part.kind in VOLTAGE_KINDS else part.kind
    return (part.channel, kind, part.start, part.alert, part.sign)


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.name)
def test_what_was_known_at_an_hour_does_not_change_with_what_is_read_after_it(
    scenes: list[Scene], detector: Detector
) -> None:
    raised = 0
    for scene in scenes:
        whole = scene.whole[detector.name]
        for hour, found in scene.parts.items():
            part, where = found[detector.name], f"{scene.name} cut at hour {hour}"
            looked_at = hour // DAY * DAY if detector.name in BY_DAY else hour
            then = {known(each) for each in part if each.alert <= hour}
            assert then <= {known(each) for each in whole if each.alert <= hour}, where
            assert then >= {known(each) for each in whole if each.alert <= looked_at}, where
            over = [each for each in part if each.recovery < hour]
            assert over == [each for each in whole if each.recovery < hour], where
            raised += len(then)
    assert raised, f"{detector.name} finds nothing in any scene"
    assert {each.kind for scene in scenes for each in scene.whole[detector.name]} <= set(detector.kinds)
