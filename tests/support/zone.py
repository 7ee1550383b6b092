"""The zone of the fleets that tests of pipeline, service and dashboard make.

They are run in a zone without clock changes, and with `VIGIA_TEST_ZONE` in any other (`make test-zones`).
"""

import os

import pandas as pd

from vigia.calendars.clock import start_of_day

ZONE = os.environ.get("VIGIA_TEST_ZONE", "America/Lima")


def at(wall: str, told_in: str = ZONE) -> str:
    """A local time of the fleet as ISO 8601 with its offset, or with that of another zone.

    >>> at("2024-07-01")[:19]
    '2024-07-01T00:00:00'
    """
    return pd.Timestamp(wall).tz_localize(ZONE).tz_convert(told_in).isoformat()


def hours_of(day: str) -> int:
    """Hours that a local day of the fleet has."""
    start, end = (start_of_day(pd.Timestamp(day) + pd.Timedelta(days=more), ZONE) for more in (0, 1))
    return int((end - start) / pd.Timedelta(hours=1))


def hours_from(wall: str, count: int) -> pd.DatetimeIndex:
    """So many hours from a local time on."""
    return pd.date_range(pd.Timestamp(wall).tz_localize(ZONE), periods=count, freq="h")
