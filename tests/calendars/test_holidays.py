from datetime import date

import pandas as pd
import pytest

from vigia.calendars.holidays import is_holiday, public_holidays
from vigia.errors import ConfigError

ZONE = "America/Lima"


def test_peruvian_independence_days_are_holidays():
    found = public_holidays("PE", date(2023, 7, 28), date(2024, 7, 29))
    assert {date(2023, 7, 28), date(2023, 7, 29), date(2024, 7, 28), date(2024, 7, 29)} <= found
    assert min(found) >= date(2023, 7, 28)
    assert max(found) <= date(2024, 7, 29)


def test_easter_moves_with_the_year():
    assert date(2023, 4, 7) in public_holidays("PE", date(2023, 4, 1), date(2023, 4, 30))
    assert date(2024, 3, 29) in public_holidays("PE", date(2024, 3, 1), date(2024, 3, 31))


def test_unknown_country_is_named():
    with pytest.raises(ConfigError, match="'XX'"):
        public_holidays("XX", date(2024, 1, 1), date(2024, 1, 2))


def test_a_holiday_is_a_local_day():
    hours = pd.date_range("2024-07-27 23:00", periods=50, freq="h", tz=ZONE)
    found = is_holiday(hours, "PE")
    assert not found[0]
    assert found[1:49].all()
    assert not found[49]


def test_no_days_no_holidays():
    assert len(is_holiday(pd.DatetimeIndex([], tz=ZONE), "PE")) == 0
