"""Facts of each month: what a client consumed, and where that, or its supply, leaves what was agreed.

Hours are what there is. A demand is billed by quarters of an hour, of which an hour is the mean, so demand is
understated; a voltage outside its tolerance for less than an hour may not show.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from vigia.calendars.clock import on_the_wall, start_of_day
from vigia.calendars.holidays import is_holiday
from vigia.contracts.terms import Contracts, Tariff, Terms

VOLTAGES = ("voltage_fa_v", "voltage_fc_v")


@dataclass(frozen=True)
class MonthFacts:
    """One month of one client; what is not known is None.

    Attributes:
        month: its first day.
        hours, missing_hours: that were read, and that were not.
        complete: whether the month is over and hardly an hour is missing.
        active_kwh, peak_kwh: energy, and of it that in the peak.
        reactive_kvarh, reactive_share: and as a share of active energy.
        reactive_billed_kvarh: beyond the share that is free.
        demand_kw, demand_at: the greatest hour, and when it began.
        excess_kw: above the contracted power.
        voltage_hours_outside, voltage_share_outside: hours with a phase out of tolerance, and as a share.
        poor_voltage: whether these are too many.
        energy_cost, demand_cost, reactive_cost: by the tariff.
    """

    month: pd.Timestamp
    hours: int
    missing_hours: int
    complete: bool
    active_kwh: float
    peak_kwh: float | None
    reactive_kvarh: float | None
    reactive_share: float | None
    reactive_billed_kvarh: float | None
    demand_kw: float | None
    demand_at: pd.Timestamp | None
    excess_kw: float | None
    voltage_hours_outside: int | None
    voltage_share_outside: float | None
    poor_voltage: bool | None
    energy_cost: float | None
    demand_cost: float | None
    reactive_cost: float | None


COMPLETE = 0.98
"""Share of the hours of a month that must have been read."""


def month_facts(readings: pd.DataFrame, terms: Terms, contracts: Contracts, country: str) -> list[MonthFacts]:
    """Facts of each month with readings, in order.

    Args:
        readings: a client's rows of table `readings`, in order.
        terms: what was agreed with it.
        contracts: what holds for all.
        country: whose public holidays have no peak; ISO 3166 code.
    """
    if readings.empty:
        return []
    zone = str(readings["timestamp"].dt.tz)
    wall = on_the_wall(readings["timestamp"], zone)
    tariff = contracts.tariff_of(terms)
    peak = in_peak(wall, tariff, country)
    months = wall.to_period("M")
    last = readings["timestamp"].iloc[-1] + pd.Timedelta(hours=1)
    found = []
    for month in months.unique().sort_values():
        rows = readings[np.asarray(months == month)]
        places = rows.index - readings.index[0]
        found.append(_facts(month, rows, peak[places], terms, contracts, tariff, zone, last))
    return found


def in_peak(wall: pd.DatetimeIndex, tariff: Tariff | None, country: str) -> npt.NDArray[np.bool_]:
    """(n,) whether hours of the local clock are in the peak of a tariff."""
    if tariff is None:
        return np.zeros(len(wall), dtype=bool)
    inside = (wall.hour >= tariff.peak_from) & (wall.hour < tariff.peak_to)
    days, place = np.unique(wall.normalize().to_numpy(), return_inverse=True)
    free = is_holiday(pd.DatetimeIndex(days), country) | (pd.DatetimeIndex(days).day_of_week == 6)
    return np.asarray(inside & ~np.asarray(free)[place])


def _facts(
    month: pd.Period,
    rows: pd.DataFrame,
    peak: npt.NDArray[np.bool_],
    terms: Terms,
    contracts: Contracts,
    tariff: Tariff | None,
    zone: str,
    last: pd.Timestamp,
) -> MonthFacts:
    begin, end = (start_of_day(when.start_time.date(), zone) for when in (month, month + 1))
    active = rows["active_energy_kwh"].to_numpy(dtype=float)
    read = np.isfinite(active)
    hours, whole = int(read.sum()), round((end - begin) / pd.Timedelta(hours=1))
    energy = float(active[read].sum())
    at_peak = float(active[read & peak].sum()) if tariff else None
    reactive = _reactive(rows, read, energy, contracts)
    demand, when = (
        (float(active[read].max()), rows["timestamp"].iloc[int(np.nanargmax(active))]) if hours else (None, None)
    )
    excess = None if demand is None or terms.contracted_kw is None else max(demand - terms.contracted_kw, 0.0)
    outside, known = _voltage(rows, terms, contracts)
    share = None if outside is None or not known else outside / known
    return MonthFacts(
        begin,
        hours,
        whole - hours,
        bool(end <= last and hours >= COMPLETE * whole),
        energy,
        at_peak,
        *reactive,
        demand,
        when,
        excess,
        outside,
        share,
        None if share is None else bool(share > contracts.voltage_hours_share),
        None if tariff is None or at_peak is None else _energy_cost(tariff, energy, at_peak),
        None if tariff is None or demand is None else demand * tariff.demand_kw,
        None if tariff is None or reactive[2] is None else reactive[2] * tariff.reactive_kvarh,
    )


def _reactive(
    rows: pd.DataFrame, read: npt.NDArray[np.bool_], energy: float, contracts: Contracts
) -> tuple[float | None, float | None, float | None]:
    """Reactive energy of hours in which both were read, its share, and what of it is billed."""
    reactive = rows["reactive_energy_kvarh"].to_numpy(dtype=float)
    both = read & np.isfinite(reactive)
    if not both.any():
        return None, None, None
    total, active = float(reactive[both].sum()), float(rows["active_energy_kwh"].to_numpy(dtype=float)[both].sum())
    share = total / active if active > 0 else None
    return total, share, max(total - contracts.reactive_share * active, 0.0) if energy > 0 else total


def _voltage(rows: pd.DataFrame, terms: Terms, contracts: Contracts) -> tuple[int | None, int]:
    """Hours with a phase out of tolerance, of the hours in which a voltage was read; outages are no matter of it."""
    if terms.nominal_voltage_v is None:
        return None, 0
    values = rows[list(VOLTAGES)].to_numpy(dtype=float)
    there = np.isfinite(values) & (values > 0)
    wrong = there & (np.abs(values / terms.nominal_voltage_v - 1) > contracts.voltage_tolerance)
    known = int(there.any(axis=1).sum())
    return (int(wrong.any(axis=1).sum()), known) if known else (None, 0)


def _energy_cost(tariff: Tariff, energy: float, at_peak: float) -> float:
    dear = tariff.off_peak_kwh if tariff.peak_kwh is None else tariff.peak_kwh
    return (energy - at_peak) * tariff.off_peak_kwh + at_peak * dear
