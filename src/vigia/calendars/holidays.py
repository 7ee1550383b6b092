"""Days that are not like others: public holidays."""

from datetime import date

import holidays
import numpy as np
import pandas as pd

from vigia.errors import ConfigError


def public_holidays(country: str, first: date, last: date) -> frozenset[date]:
    """Public holidays of `country` (ISO 3166 code) from `first` to `last`, both included.

    Raises:
        ConfigError: if the country is not known.

    >>> sorted(public_holidays("PE", date(2024, 7, 1), date(2024, 7, 31)))[-1]
    datetime.date(2024, 7, 29)
    """
    try:
        found = holidays.country_holidays(country, years=range(first.year, last.year + 1))
    except NotImplementedError as error:
        raise ConfigError(f"fleet.country: no public holidays known for {country!r}") from error
    return frozenset(day for day in found if first <= day <= last)


def is_holiday(days: pd.DatetimeIndex, country: str) -> np.ndarray:
    """Whether the local day of each time is a public holiday of `country`: booleans, as many as `days`."""
    if not len(days):
        return np.zeros(0, dtype=bool)
    local = days.tz_localize(None).normalize()
    found = public_holidays(country, local.min().date(), local.max().date())
    return np.asarray(local.isin(pd.DatetimeIndex(sorted(found))), dtype=bool)
