"""A figure of an event: readings around it, what was to be expected, and from when to when they differ."""

import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from vigia import frames
from vigia.calendars.clock import Clock, on_the_wall
from vigia.config import Params
from vigia.detection.finding import Finding
from vigia.detection.series import Series
from vigia.errors import ConfigError, FrameError
from vigia.scanning.given import readings_of
from vigia.scanning.normal import Normal
from vigia.vocabulary import kind_of
from vigia.vocabulary.events import CHANNELS, SEVERITIES

if TYPE_CHECKING:
    from vigia.evaluate.event_picture import Picture

By = Literal["hour", "day"]
NEEDED = ("client_id", "kind", "channels", "start", "end", "first_alert_at", "mode", "severity", "reason_en")
TIMES = ("start", "end", "first_alert_at")
UNITS = {"active": "kWh", "reactive": "kvarh", "voltage_fa": "V", "voltage_fc": "V"}
BY_THE_HOUR = pd.Timedelta(days=4)
"""Longer events are drawn by the day."""
AROUND = {"hour": 4, "day": 28}
"""Days that are drawn before and after an event."""
NOON = pd.Timedelta(hours=12)
"""Where a day stands on an axis on which events have hours."""
TITLE_LETTERS = 125
SIDES = ("lower_kwh", "upper_kwh")


def plot(
    events: pd.DataFrame | pd.Series | Mapping[str, Any],
    readings: pd.DataFrame | pd.Series,
    reference: pd.DataFrame | None = None,
    *,
    by: By | None = None,
    around: int | None = None,
    zone: str | None = None,
    params: Params | None = None,
) -> "Picture":
    """A figure of one event, or of several of one client and mode: measured, expected, and when they differ.

    Drawn is the first channel of the first event. Without a reference, active energy is compared with the usual weeks
    of the client, as `vigia scan` knows them: hours of the events that are given are not usual. Daily totals are those
    of days without a missing hour.

    Args:
        events: a row of table `events`, or rows of it.
        readings: as `vigia.scan` takes them; those of other clients are left out.
        reference: timestamp, expected_kwh and, if there is a band, lower_kwh and upper_kwh, by the hour
            (`Release.expected`). The band is drawn by the hour alone.
        by: `hour` or `day`; None = by the day where events last longer than four days.
        around: days before and after that are drawn too; None = 4 by the hour, 28 by the day.
        zone: local zone of times without an offset.
        params: section `fleet` says whose public holidays count; the defaults, if absent.

    Returns:
        a figure of matplotlib, which a notebook shows; `savefig` writes it.

    Raises:
        FrameError: no event, events of several clients or modes, no readings of theirs, or a table lacks columns.
        ConfigError: `by` or `around` is none that there is.
        ModuleNotFoundError: matplotlib is not installed; the message says which extra brings it.

    >>> usual = pd.Series(50.0, pd.date_range("2024-01-01", periods=24 * 90, freq="h", tz="America/Lima"))
    >>> usual += 10 * (usual.index.hour > 7)
    >>> usual["2024-03-18":"2024-03-20"] = 0.0
    >>> from vigia import scan
    >>> event = scan(usual, modes=("past_only",)).events.iloc[0]
    >>> plot(event, usual).axes[0].get_ylabel()
    'active energy, kWh an hour'
    """
    chosen = _events(events)
    table = _of_client(readings_of(readings, zone), str(chosen["client_id"].iloc[0]))
    local = str(table["timestamp"].dt.tz)
    chosen = chosen.assign(**{name: pd.to_datetime(chosen[name], utc=True).dt.tz_convert(local) for name in TIMES})
    channel = str(chosen["channels"].iloc[0]).split("|")[0]
    last = table["timestamp"].iloc[-1] + pd.Timedelta(hours=1)
    chosen = chosen.assign(end=chosen["end"].fillna(last))
    span = chosen["start"].min(), chosen["end"].max()
    step, days = _step(by, around, span[1] - span[0])
    curves = _curves(table, channel)
    hours = pd.DatetimeIndex(curves.index)
    if reference is not None:
        curves = curves.join(_reference(reference))
    elif channel == "active":
        curves = curves.assign(expected=_usual(table, chosen, params or Params()))
    shown = _by_day(curves, channel, local) if step == "day" else curves.set_index(on_the_wall(hours, local))
    first, after = on_the_wall(pd.DatetimeIndex(span), local).normalize() + pd.to_timedelta([-days, days + 1], unit="D")
    shown = shown[(shown.index >= first) & (shown.index < after)]
    if not shown["measured"].notna().any():
        raise FrameError(
            f"readings: none of client {chosen['client_id'].iloc[0]} by the {step} between {first:%Y-%m-%d} and "
            f"{after:%Y-%m-%d}"
        )
    if step == "day":
        shown.index += NOON
    return _drawn(shown, chosen, local, f"{CHANNELS[channel].short.en}, {UNITS[channel]}{_each(channel, step)}")


def _events(events: pd.DataFrame | pd.Series | Mapping[str, Any]) -> pd.DataFrame:
    """Rows of one client and mode, by time."""
    table = events if isinstance(events, pd.DataFrame) else pd.DataFrame([dict(events)])
    missing = [name for name in NEEDED if name not in table]
    if missing:
        raise FrameError(f"events: missing columns {missing}; a row of table `events` has them")
    if table.empty:
        raise FrameError("events: there is no row to draw")
    for name, word in (("client_id", "client"), ("mode", "mode")):
        there = sorted(table[name].unique())
        if len(there) > 1:
            raise FrameError(f"events: those of one {word} are drawn at once, not of {', '.join(there)}")
    if not isinstance(table["start"].dtype, pd.DatetimeTZDtype):
        raise FrameError(f"events.start: times need a timezone, found {table['start'].dtype}")
    return table.sort_values("start", ignore_index=True)


def _of_client(readings: pd.DataFrame, client: str) -> pd.DataFrame:
    mine = readings[readings["client_id"] == client].sort_values("timestamp", ignore_index=True)
    if mine.empty:
        there = ", ".join(sorted(readings["client_id"].unique(), key=frames.client_order))
        raise FrameError(f"readings: none of client {client}; there are those of {there}")
    return mine


def _step(by: By | None, around: int | None, length: pd.Timedelta) -> tuple[By, int]:
    if by not in (None, "hour", "day"):
        raise ConfigError(f"by: {by!r} given; there are 'hour' and 'day'")
    if around is not None and around < 0:
        raise ConfigError(f"around: {around} days given; 0 or more can be drawn")
    step: By = by or ("hour" if length <= BY_THE_HOUR else "day")
    return step, AROUND[step] if around is None else around


def _curves(table: pd.DataFrame, channel: str) -> pd.DataFrame:
    """What was measured, an hour a row from the first midnight to the end of the last day; NaN where nothing was."""
    times = table["timestamp"]
    clock = Clock.of(times, str(times.dt.tz))
    hours = clock.hours(clock.day(times.iloc[-1]) + 1).times
    measured = table.set_index("timestamp")[frames.CHANNEL_COLUMNS[channel]]
    return pd.DataFrame({"measured": measured.reindex(hours)}, index=hours)


def _reference(reference: pd.DataFrame) -> pd.DataFrame:
    missing = [name for name in ("timestamp", "expected_kwh") if name not in reference]
    if missing:
        raise FrameError(f"reference: missing columns {missing}; there are {list(reference.columns)}")
    if reference["timestamp"].duplicated().any():
        raise FrameError("reference: more than one row of an hour; give those of one client and mode")
    names = {"expected_kwh": "expected", **{side: side.removesuffix("_kwh") for side in SIDES if side in reference}}
    return reference.set_index("timestamp")[list(names)].rename(columns=names)


def _usual(table: pd.DataFrame, events: pd.DataFrame, params: Params) -> pd.Series:
    """The usual weeks by the hour, as the mode of the events knows them."""
    series = Series.of(table, str(table["timestamp"].dt.tz), params.fleet.country)
    found = [
        Finding(
            "active",
            str(row["kind"]),
            series.hour_of(row["start"]),
            series.hour_of(row["end"]),
            series.hour_of(row["start"] if pd.isna(row["first_alert_at"]) else row["first_alert_at"]),
            series.hour_of(row["end"]),
            -1,
            1.0,
        )
        for row in events.to_dict("records")
    ]
    expected = Normal(series, found, str(events["mode"].iloc[0])).hours().expected
    days = -(-series.hours // 24)
    hours = series.clock.hours(days)
    place = 24 * hours.row + hours.place
    known = place < series.hours
    return pd.Series(expected[place[known]], index=hours.times[known])


def _by_day(curves: pd.DataFrame, channel: str, zone: str) -> pd.DataFrame:
    """Totals of energy, means of voltage, by local day; NaN where an hour is missing."""
    values = curves[[name for name in ("measured", "expected") if name in curves]]
    days = on_the_wall(pd.DatetimeIndex(values.index), zone).normalize()
    whole = values.notna().groupby(days).all()
    grouped = values.groupby(days)
    return (grouped.mean() if channel.startswith("voltage") else grouped.sum()).where(whole)


def _each(channel: str, step: By) -> str:
    """What a value is for."""
    if channel.startswith("voltage"):
        return ", mean of the day" if step == "day" else ""
    return " a day" if step == "day" else " an hour"


def _drawn(curves: pd.DataFrame, events: pd.DataFrame, zone: str, unit: str) -> "Picture":
    try:
        from vigia.evaluate.event_picture import Marked, event_picture
    except ModuleNotFoundError as error:
        from vigia.cli.extras import extra_of, how_to_install  # nobody else waits for the command line

        library = str(error.name).split(".")[0]
        extra = extra_of(library)
        if extra is None:
            raise
        raise ModuleNotFoundError(
            f"a figure needs {library}, which is not installed: {how_to_install(extra)}", name=library
        ) from error

    def local(when: pd.Timestamp) -> pd.Timestamp:
        return on_the_wall(pd.DatetimeIndex([when]), zone)[0]

    marked = [
        Marked(
            local(row["start"]),
            local(row["end"]),
            None if pd.isna(row["first_alert_at"]) else local(row["first_alert_at"]),
        )
        for row in events.to_dict("records")
    ]
    row = events.iloc[0]
    kind, severity = kind_of(str(row["kind"])).short.en, SEVERITIES[str(row["severity"])].short.en
    more = f", and {len(events) - 1} more" if len(events) > 1 else ""
    reason = [] if more else textwrap.wrap(str(row["reason_en"]), TITLE_LETTERS)
    title = "\n".join([f"Client {row['client_id']}: {kind}, severity {severity}{more}", *reason])
    return event_picture(curves, marked, title, unit)
