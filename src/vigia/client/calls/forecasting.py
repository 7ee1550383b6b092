"""What models say. All of it is asked by POST and changes nothing, so it may be asked again."""

from vigia.client.answers import forecasting as answers
from vigia.client.call import Call
from vigia.client.given import Readings, Time, given, maybe_time, rows_of, time


def forecast(
    client_id: str,
    *,
    start: Time | None = None,
    horizon_hours: int = 24,
    level: float = 0.95,
    basis: str = "as_measured",
    readings: "Readings | None" = None,
) -> Call[answers.Forecast]:
    """What will be consumed, or should be, hour by hour from the last midnight with data.

    Args:
        client_id: a client of the release.
        start: first hour; the one after the last reading where it is missing.
        horizon_hours: 1 to 168.
        level: coverage of the band: 0.9, 0.95 or 0.99.
        basis: `as_measured` (what will be consumed) or `normal` (what should be).
        readings: newer ones than the service has; a frame or rows, as `post_readings` takes them.
    """
    body = given(
        client_id=client_id,
        start=maybe_time(start),
        horizon_hours=horizon_hours,
        level=level,
        basis=basis,
        readings=None if readings is None else list(rows_of(readings, client_id)),
    )
    return Call("POST", "/forecast", answers.Forecast, body=body, asks=True)


def thresholds(
    client_id: str, start: Time, end: Time, *, level: float = 0.95, resolution: str = "hour"
) -> Call[answers.Thresholds]:
    """Lower and upper limits of a past or coming time, how they were made and what they held.

    Args:
        client_id: a client of the release.
        start: first hour.
        end: behind the last hour.
        level: coverage of the band: 0.9, 0.95 or 0.99.
        resolution: `hour` or `day`.
    """
    body = {
        "client_id": client_id, "start": time(start), "end": time(end), "level": level, "resolution": resolution,
    }  # fmt: skip
    return Call("POST", "/thresholds", answers.Thresholds, body=body, asks=True)


def detect(
    client_id: str, readings: Readings, *, false_alarms_per_month: float | None = None
) -> Call[answers.Detection]:
    """Readings scored past-only, with the stored history as context. They are looked at and not kept.

    Args:
        client_id: a client of the release, or an unknown one with at least 28 days of readings.
        readings: a frame or rows, as `post_readings` takes them; at most 20,000 hours.
        false_alarms_per_month: how many are accepted; more of them find smaller faults.
    """
    rows = list(rows_of(readings, client_id))
    body = given(client_id=client_id, readings=rows, false_alarms_per_month=false_alarms_per_month)
    return Call("POST", "/detect", answers.Detection, body=body, asks=True)
