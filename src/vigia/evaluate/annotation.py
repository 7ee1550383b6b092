"""Events against a reference annotation given by path: by day and channel, and episode by episode.

The annotation is never an input of a detector; this runs after and outside of the pipeline.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from vigia import frames
from vigia.calendars.clock import Clock, on_the_wall, start_of_day
from vigia.errors import FrameError

CHANNELS = {"active": ("active",), "reactive": ("reactive",), "voltage": ("voltage_fa", "voltage_fc")}
DAYS_PER_MONTH = 30.4
CLASSES = ("consumption", "supply")


@dataclass(frozen=True)
class Annotation:
    """Day marks (1 abnormal, 0 normal, -1 not scored) and episodes, by client."""

    days: pd.DataFrame
    episodes: pd.DataFrame

    @classmethod
    def read(cls, folder: Path) -> "Annotation":
        """Read `annotated_days.csv` and `annotated_episodes.csv`.

        Raises:
            FrameError: a file or column is missing.
        """
        days = _read(folder / "annotated_days.csv", ["client", "day", *CHANNELS])
        episodes = _read(folder / "annotated_episodes.csv", ["client", "channel", "start", "end"])
        return cls(
            days.assign(day=pd.to_datetime(days["day"])),
            episodes.assign(start=pd.to_datetime(episodes["start"]), end=pd.to_datetime(episodes["end"])),
        )

    def normal_days(self, client: str, first_day: date, n_days: int, channel: str = "active") -> npt.NDArray[np.bool_]:
        """(n_days,) days from `first_day` on that are marked as normal on a channel."""
        mine = self.days[self.days["client"] == client].set_index("day")[channel]
        marks = mine.reindex(pd.date_range(first_day, periods=n_days, freq="D"))
        return np.asarray((marks == 0).to_numpy(dtype=bool))


def day_scores(
    annotation: Annotation,
    events: pd.DataFrame,
    channels: pd.DataFrame,
    spans: dict[str, tuple[pd.Timestamp, pd.Timestamp]],
) -> pd.DataFrame:
    """Precision, recall and F1 of days by client, mode and channel.

    A day is flagged when a channel's interval covers half of it, past-only counted from the first alert.

    Args:
        annotation: the reference.
        events: table `events`.
        channels: table `event_channels`.
        spans: first and last reading of each client.
    """
    rows = []
    for client, marks in annotation.days.groupby("client"):
        if str(client) not in spans:
            continue
        marks = marks.set_index("day")
        for mode in frames.MODES:
            for name, members in CHANNELS.items():
                share = flagged_share(events, channels, str(client), mode, members, spans[str(client)])
                truth = marks[name].reindex(share.index)
                scored = truth >= 0
                flag, abnormal = (share >= 0.5)[scored], (truth == 1)[scored]
                rows.append(
                    {
                        "client_id": str(client),
                        "mode": mode,
                        "channel": name,
                        "true_days": int((flag & abnormal).sum()),
                        "false_days": int((flag & ~abnormal).sum()),
                        "missed_days": int((~flag & abnormal).sum()),
                        "days": int(scored.sum()),
                    }
                )
    return _with_ratios(pd.DataFrame(rows))


def totals(scores: pd.DataFrame) -> pd.DataFrame:
    """Day scores over all clients, by mode and channel."""
    counts = ["true_days", "false_days", "missed_days", "days"]
    return _with_ratios(scores.groupby(["mode", "channel"], as_index=False)[counts].sum())


def episode_table(annotation: Annotation, events: pd.DataFrame, channels: pd.DataFrame, zone: str) -> pd.DataFrame:
    """Each annotated episode and mode: whether an event of the channel overlaps it, and the delay past-only (hours).

    The truth is widened by a day on each side; delay counts from midnight of the start day.
    """
    parts = channels.merge(events[["event_id", "client_id", "mode", "class", "first_alert_at"]], on="event_id")
    parts = parts[parts["class"].isin(CLASSES)]
    rows = []
    for episode in annotation.episodes.to_dict("records"):
        start = start_of_day(episode["start"], zone)
        stop = start_of_day(episode["end"] + pd.Timedelta(days=1), zone)
        mine = parts[(parts["client_id"] == episode["client"]) & parts["channel"].isin(CHANNELS[episode["channel"]])]
        for mode in frames.MODES:
            near = mine[(mine["mode"] == mode) & (mine["start"] < stop + pd.Timedelta(days=1))]
            near = near[near["end"].isna() | (near["end"] > start - pd.Timedelta(days=1))]
            alerts = near["first_alert_at"]
            alerts = alerts[(alerts >= start - pd.Timedelta(days=1)) & (alerts <= stop + pd.Timedelta(days=1))]
            past = mode == "past_only"
            delay = (alerts.min() - start) / pd.Timedelta(hours=1) if past and len(alerts) else np.nan
            found = len(alerts) > 0 if past else len(near) > 0
            row = {**episode, "client_id": episode["client"], "mode": mode, "found": bool(found), "delay_hours": delay}
            rows.append(row)
    return pd.DataFrame(rows).drop(columns="client")


def false_alarms(
    annotation: Annotation, events: pd.DataFrame, spans: dict[str, tuple[pd.Timestamp, pd.Timestamp]], zone: str
) -> pd.DataFrame:
    """Consumption and supply events that overlap no annotated abnormal or unscored day, by mode."""
    marks = annotation.days
    touched = marks[(marks[list(CHANNELS)] != 0).any(axis=1)].groupby("client")["day"].agg(set).to_dict()
    months = sum((last - first) / pd.Timedelta(days=DAYS_PER_MONTH) for first, last in spans.values())
    counted = events[events["class"].isin(CLASSES) & events["client_id"].isin(spans)]
    wrong = []
    for row in counted.to_dict("records"):
        last = row["end"] if pd.notna(row["end"]) else spans[row["client_id"]][1]
        days = pd.date_range(_day(row["start"], zone), _day(last, zone), freq="D")
        wrong.append(not touched.get(row["client_id"], set()) & set(days))
    flagged = counted.assign(wrong=wrong).groupby("mode")["wrong"].agg(["sum", "size"]).reset_index()
    flagged.columns = pd.Index(["mode", "false_alarms", "events"])
    return flagged.assign(per_client_month=flagged["false_alarms"] / months)


def flagged_share(
    events: pd.DataFrame,
    channels: pd.DataFrame,
    client: str,
    mode: str,
    members: tuple[str, ...],
    span: tuple[pd.Timestamp, pd.Timestamp],
) -> pd.Series:
    """Share of each local day inside an event interval of one of the channels."""
    mine = events[(events["client_id"] == client) & (events["mode"] == mode) & events["class"].isin(CLASSES)]
    parts = channels[channels["channel"].isin(members)].merge(mine[["event_id", "first_alert_at"]], on="event_id")
    zone = str(span[0].tz)
    clock = Clock.of(pd.DatetimeIndex(span), zone)
    hours = clock.hours(clock.day(span[1]) + 1).times
    hours = hours[hours <= span[1]]
    flag = np.zeros(len(hours), dtype=bool)
    for row in parts.to_dict("records"):
        start = max(row["start"], row["first_alert_at"]) if mode == "past_only" else row["start"]
        flag |= np.asarray(hours >= start) & (np.asarray(hours < row["end"]) if pd.notna(row["end"]) else True)
    return pd.Series(flag, index=on_the_wall(hours, zone).normalize()).groupby(level=0).mean()


def _with_ratios(frame: pd.DataFrame) -> pd.DataFrame:
    hits, false, missed = frame["true_days"], frame["false_days"], frame["missed_days"]
    return frame.assign(
        precision=hits / (hits + false), recall=hits / (hits + missed), f1=2 * hits / (2 * hits + false + missed)
    )


def _day(when: pd.Timestamp, zone: str) -> pd.Timestamp:
    return on_the_wall(pd.DatetimeIndex([when]), zone)[0].normalize()


def _read(path: Path, columns: list[str]) -> pd.DataFrame:
    if not path.is_file():
        raise FrameError(f"no annotation {path}")
    frame = pd.read_csv(path, dtype={"client": str})
    missing = [column for column in columns if column not in frame]
    if missing:
        raise FrameError(f"{path}: missing columns {missing}; there are {list(frame.columns)}")
    return frame
