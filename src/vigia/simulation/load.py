"""Readings of a healthy client: load from calendar, weather and noise; reactive energy and voltages follow."""

import numpy as np
import pandas as pd
from scipy.signal import lfilter

from vigia.calendars.holidays import is_holiday
from vigia.simulation.profiles import Profile

_HOURS = np.arange(24)
SHAPES: dict[str, np.ndarray] = {
    "flat": np.sin((_HOURS - 8) / 24 * 2 * np.pi),
    "day": np.tanh((_HOURS - 6.5) / 1.2) - np.tanh((_HOURS - 19.5) / 1.6) - 1 + 0.15 * np.sin(_HOURS),
    "night": -(np.tanh((_HOURS - 5.5) / 1.5) - np.tanh((_HOURS - 18.5) / 1.2) - 1),
    "shifts": np.where(np.isin(_HOURS, (6, 7, 14, 15, 22, 23)), -1.0, 0.5) + 0.2 * np.sin((_HOURS - 9) / 3.8),
}
"""Daily shapes between about -1 and 1, by local hour."""


def temperature(hours: pd.DatetimeIndex, rng: np.random.Generator) -> np.ndarray:
    """Air temperature of a coastal desert, °C: warmest in February and at 14:00, days alike their neighbours."""
    of_year = np.cos((hours.day_of_year.to_numpy() - 45) / 365.25 * 2 * np.pi)
    of_day = np.cos((hours.hour.to_numpy() - 14) / 24 * 2 * np.pi)
    return np.asarray(19.5 + 4.0 * of_year + 4.5 * of_day + _by_day(hours, rng, 1.2, 0.7))


def normal_readings(
    client_id: str,
    profile: Profile,
    hours: pd.DatetimeIndex,
    warmth: np.ndarray,
    country: str,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """One client's readings (frame `readings`) without any fault.

    Args:
        client_id: The client.
        profile: What it is like.
        hours: Hours to fill, in the fleet's zone.
        warmth: Temperature of each hour, °C.
        country: Whose public holidays it keeps.
        rng: Source of all noise.
    """
    relative = _relative_load(profile, hours, warmth, is_holiday(hours, country), rng)
    active = profile.median_kwh * relative
    slope = np.tan(np.arccos(profile.power_factor))
    wobble = np.exp(profile.reactive_noise * _noise(len(hours), rng, 0.6))
    reactive = (active * slope + profile.idle_reactive * profile.median_kwh) * wobble
    first, second = _voltages(profile, relative, rng)
    return pd.DataFrame(
        {
            "client_id": client_id,
            "timestamp": hours,
            "active_energy_kwh": active,
            "reactive_energy_kvarh": reactive,
            "voltage_fa_v": first,
            "voltage_fc_v": second,
        }
    )


def _relative_load(
    profile: Profile,
    hours: pd.DatetimeIndex,
    warmth: np.ndarray,
    closed: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    weekday = hours.day_of_week.to_numpy()
    calendar = np.select([closed, weekday == 6, weekday == 5], [profile.holiday, profile.sunday, profile.saturday], 1.0)
    daily = 1 + profile.swing * SHAPES[profile.shape][hours.hour.to_numpy()]
    of_year = (hours.day_of_year.to_numpy() - profile.season_day) / 365.25 * 2 * np.pi
    years = np.arange(len(hours)) / 8766
    level = (1 + profile.season * np.cos(of_year)) * (1 + profile.growth * years)
    weather = np.clip(1 + profile.warmth * (warmth - 19), 0.5, None)
    fast = np.maximum(1 + profile.hour_noise * rng.standard_normal(len(hours)), 0.05)
    slow = profile.slow_noise * _noise(len(hours), rng, 0.85) + _by_day(hours, rng, profile.day_noise, 0.6)
    noise = fast * np.exp(slow)
    works = _at_work(profile, hours, rng)
    return np.asarray(np.maximum(daily, 0.05) * calendar * level * weather * noise * works)


def _at_work(profile: Profile, hours: pd.DatetimeIndex, rng: np.random.Generator) -> np.ndarray:
    """1 on days of a campaign, `rest_level` between: runs of days with geometric lengths."""
    if not profile.campaigns:
        return np.ones(len(hours))
    runs = rng.geometric(0.55, size=len(hours) // 24 + 2)
    resting = rng.random(len(runs)) < profile.campaigns
    by_day = np.repeat(np.where(resting, profile.rest_level, 1.0), runs)
    return np.asarray(by_day[_day_number(hours)])


def _voltages(profile: Profile, relative: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    own, shared = np.sqrt(1 - profile.phase_tie), np.sqrt(profile.phase_tie)
    common = shared * _noise(len(relative), rng, 0.5)
    drop = profile.regulation * (relative - 1)
    phases = [
        profile.nominal_v
        * (1 + offset - drop + profile.voltage_noise * (common + own * rng.standard_normal(len(relative))))
        for offset in rng.normal(0, 0.006, size=2)
    ]
    return phases[0], phases[1]


def _noise(n: int, rng: np.random.Generator, memory: float) -> np.ndarray:
    """First-order autoregressive noise of unit variance."""
    return np.asarray(lfilter([np.sqrt(1 - memory**2)], [1, -memory], rng.standard_normal(n)))


def _by_day(hours: pd.DatetimeIndex, rng: np.random.Generator, size: float, memory: float) -> np.ndarray:
    day = _day_number(hours)
    return np.asarray(size * _noise(int(day[-1]) + 1, rng, memory)[day])


def _day_number(hours: pd.DatetimeIndex) -> np.ndarray:
    days = hours.tz_localize(None).normalize()
    return np.asarray((days - days[0]).days)
