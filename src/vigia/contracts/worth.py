"""What energy of an event is worth, by the hours in which it is missing."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from vigia.contracts.facts import in_peak
from vigia.contracts.terms import Tariff

Values = npt.NDArray[np.float64]


def money_of(wall: pd.DatetimeIndex, energy_kwh: Values, tariff: Tariff, country: str) -> float:
    """What energies of hours cost together, in the currency of the tariff; those that are NaN count for nothing.

    Args:
        wall: (n,) hours of the local clock.
        energy_kwh: (n,) of each; below zero where it is owed.
        tariff: prices.
        country: whose public holidays have no peak.

    >>> hours = pd.DatetimeIndex(["2024-05-03 17:00", "2024-05-03 18:00"])  # a Friday
    >>> money_of(hours, np.array([10.0, 10.0]), Tariff(off_peak_kwh=0.2, peak_kwh=0.5), "PE")
    7.0
    """
    dear = tariff.off_peak_kwh if tariff.peak_kwh is None else tariff.peak_kwh
    price = np.where(in_peak(wall, tariff, country), dear, tariff.off_peak_kwh)
    return round(float(np.nansum(price * energy_kwh)), 6)
