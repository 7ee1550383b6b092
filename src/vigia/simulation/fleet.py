"""The demo fleet: clients that do not exist, with faults and benign changes whose truth is known."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from vigia import frames
from vigia.calendars.clock import start_of_day
from vigia.config.sections.fetch import DemoParams
from vigia.simulation.injection import inject
from vigia.simulation.load import normal_readings, temperature
from vigia.simulation.profiles import PROFILES, Profile
from vigia.simulation.scenario import Placed, scenario

COUNTRY = "PE"


@dataclass(frozen=True)
class DemoFleet:
    """A generated fleet: tables `readings`, `clients`, `labels`, `site_log`."""

    readings: pd.DataFrame
    clients: pd.DataFrame
    labels: pd.DataFrame
    site_log: pd.DataFrame


def generate(params: DemoParams, timezone: str) -> DemoFleet:
    """Make the fleet in memory; the same parameters give the same values.

    Noise comes from (seed, client) and an episode's draws from (seed, client, onset), so that another number of
    clients leaves each client as it was.
    """
    hours = _hours(params, timezone)
    warmth = temperature(hours, np.random.default_rng([params.seed, 0]))
    numbers = range(1, params.clients + 1)
    normal = {
        number: normal_readings(
            str(number),
            profile_of(number),
            hours,
            warmth,
            COUNTRY,
            np.random.default_rng([params.seed, 1, number]),
        )
        for number in numbers
    }
    placed = scenario(hours, COUNTRY, params.clients, params.seed)
    readings, labels = [], []
    for number in numbers:
        mine = [item for item in placed if item.episode.client == number]
        changed, found = _happened(normal, number, mine, hours, params)
        readings.append(_as_metered(changed))
        labels.append(found)
    return DemoFleet(
        frames.check("readings", pd.concat(readings, ignore_index=True)),
        _clients(params, timezone),
        frames.check("labels", frames.concat("labels", labels, timezone)),
        _site_log(placed, hours, timezone),
    )


def profile_of(number: int) -> Profile:
    """The kind of client `number`, counted from 1."""
    return PROFILES[(number - 1) % len(PROFILES)]


def _happened(
    normal: dict[int, pd.DataFrame],
    number: int,
    mine: list[Placed],
    hours: pd.DatetimeIndex,
    params: DemoParams,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Readings and labels of a client after its episodes, in time order, and its partial last day."""
    readings, labels = normal[number], []
    after = hours[-1] + pd.Timedelta(hours=1)
    for item in mine:
        episode = item.episode
        readings, rows = inject(
            readings,
            episode.fault_id,
            hours[item.start],
            hours[item.end] if item.end < len(hours) else after,
            np.random.default_rng([params.seed, 3, number, item.start]),
            episode.depth,
            normal[episode.donor] if episode.donor else None,
        )
        labels.append(rows)
    return _last_day(readings, labels, params, ends_inside=any(item.end == len(hours) for item in mine))


def _last_day(
    readings: pd.DataFrame, labels: list[pd.DataFrame], params: DemoParams, ends_inside: bool
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cut the last day; it is a benign control of its own where no episode reaches it."""
    zone = str(readings["timestamp"].dt.tz)
    last = readings["timestamp"].iloc[-1]
    midnight, after = start_of_day(last.date(), zone), last + pd.Timedelta(hours=1)
    rng = np.random.default_rng([params.seed, 4])
    cut, rows = inject(readings, "partial_last_day", midnight, after, rng, depth=float(params.last_day_hours))
    found = frames.concat("labels", labels if ends_inside else [*labels, rows], zone)
    data_end = cut["timestamp"].iloc[-1] + pd.Timedelta(hours=1)
    return cut, found.assign(end=found["end"].clip(upper=data_end))


def _as_metered(readings: pd.DataFrame) -> pd.DataFrame:
    """Meters deliver a fixed number of digits: 4 for energy, 2 for voltage."""
    digits = {"active_energy_kwh": 4, "reactive_energy_kvarh": 4, "voltage_fa_v": 2, "voltage_fc_v": 2}
    return readings.round(digits)


def _hours(params: DemoParams, timezone: str) -> pd.DatetimeIndex:
    first = pd.Timestamp(params.start)
    last = first + pd.DateOffset(months=params.months)
    return pd.date_range(first, last, freq="h", tz=timezone, inclusive="left", unit="us", name="timestamp")


def _clients(params: DemoParams, timezone: str) -> pd.DataFrame:
    rows = [
        {"client_id": str(number), "name": f"Cliente {number}", "sector": profile_of(number).sector}
        for number in range(1, params.clients + 1)
    ]
    del timezone
    return frames.check("clients", pd.DataFrame(rows))


def _site_log(placed: list[Placed], hours: pd.DatetimeIndex, timezone: str) -> pd.DataFrame:
    rows = [
        {
            "client_id": str(item.episode.client),
            "from": hours[item.start],
            "to": hours[item.end] if item.end < len(hours) else pd.NaT,
            "what": item.episode.announced,
        }
        for item in placed
        if item.episode.announced
    ]
    if not rows:
        return frames.empty("site_log", timezone)
    return frames.check("site_log", pd.DataFrame(rows))
