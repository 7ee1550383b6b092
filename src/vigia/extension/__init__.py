"""A client's history with other or newer readings: mask, expectation, bands and events made again, without a refit.

What was known of a client (`known`) stays as it was up to the first hour that changed. From there on the mask is made
again, so that an expectation follows a change just as far as it would have, and is protected from it just when it would
have been (`extend`). The service asks it about posted readings, and the bench about injected faults. The days that come
after a history are forecast with bands (`ahead`).

*Law:* readings that come in pieces give what they give at once, because the expectation of a day follows from hours
before it, and from the mask as of its midnight.
"""

from vigia.extension.ahead import Coming, coming, day_starts, first_open_time, forecast_days
from vigia.extension.bands import MAX_DAYS, Offsets, latest_offsets
from vigia.extension.extend import Extended, Look, extend, normal_history, prepared
from vigia.extension.known import Known, by_released

__all__ = [
    "MAX_DAYS",
    "Coming",
    "Extended",
    "Known",
    "Look",
    "Offsets",
    "by_released",
    "coming",
    "day_starts",
    "extend",
    "first_open_time",
    "forecast_days",
    "latest_offsets",
    "normal_history",
    "prepared",
]
