"""What only several clients together show: the same readings twice, and one cause that several of them feel."""

import hashlib
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from vigia.calendars.clock import start_of_day
from vigia.detection.events.identity import event_id
from vigia.detection.events.reasons import reason
from vigia.detection.series import Series

SAME_DAY_GAP = 3


def day_digests(series: Series) -> pd.DataFrame:
    """`client_id, day, digest, telling` of each whole day; a day whose active energy does not vary tells nothing."""
    if "active" not in series.values:
        return pd.DataFrame(columns=["client_id", "day", "digest", "telling"])
    values = series.values["active"]
    days = values[: len(values) // 24 * 24].reshape(-1, 24)
    whole = np.isfinite(days).all(axis=1)
    digests = pd.util.hash_array(np.ascontiguousarray(np.round(days, 9)).ravel()).reshape(days.shape)
    mixed = (digests * np.arange(1, 48, 2, dtype=np.uint64)).sum(axis=1, dtype=np.uint64)
    return pd.DataFrame(
        {
            "client_id": series.client_id,
            "day": series.first + pd.to_timedelta(np.flatnonzero(whole), unit="D"),
            "digest": mixed[whole],
            "telling": np.ptp(days[whole], axis=1) > 0,
        }
    )


def duplicated_feeds(
    digests: pd.DataFrame, names: dict[str, str], zone: str, data_until: dict[str, pd.Timestamp], min_days: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows of `events` and `event_channels` for pairs of clients with at least `min_days` identical days.

    One event a client, mode and stretch, with a common `group_id`; gaps of up to three days are bridged. Equal idle
    days continue a stretch, but only telling ones count.
    """
    pairs = _equal_days(digests, min_days)
    rows: list[dict[str, Any]] = []
    channels: list[dict[str, Any]] = []
    for (first, second), part in pairs.groupby(["client_id_a", "client_id_b"]):
        part = part.sort_values("day")
        days, telling = part["day"].to_numpy(), part["telling"].to_numpy(dtype=bool)
        cuts = np.flatnonzero(np.diff(days) > np.timedelta64(SAME_DAY_GAP, "D")) + 1
        for start, stop in pairwise([0, *cuts, len(days)]):
            told = start + np.flatnonzero(telling[start:stop])
            if len(told) >= min_days:
                known = days[told[min_days - 1]] + np.timedelta64(1, "D")
                span = [_local(when, zone) for when in (days[start], days[stop - 1] + np.timedelta64(1, "D"), known)]
                for client, other in ((str(first), str(second)), (str(second), str(first))):
                    _add(rows, channels, client, other, names, span, data_until[client])
    return rows, channels


def supply_groups(events: pd.DataFrame, hours: int) -> pd.Series:
    """`group_id` of supply events of at least two clients of one kind and mode that begin within `hours`."""
    groups = events["group_id"].copy()
    supply = events[events["class"] == "supply"].sort_values("start")
    for (mode, kind), part in supply.groupby(["mode", "kind"]):
        late = part["start"].diff() > pd.Timedelta(hours=hours)
        for _, members in part.groupby(late.cumsum()):
            if members["client_id"].nunique() > 1:
                first = members["start"].iloc[0]
                groups.loc[members.index] = _group_id([str(mode), str(kind), first.isoformat()])
    return groups


def _equal_days(digests: pd.DataFrame, min_days: int) -> pd.DataFrame:
    """Equal days of pairs of clients with enough telling ones: few pairs, where many clients may be idle at once."""
    key = ["day", "digest", "telling"]
    shared = digests[digests.duplicated(key, keep=False)]
    told = _paired(shared[shared["telling"].astype(bool)], key)
    counts = told.groupby(["client_id_a", "client_id_b"]).size()
    pairs = pd.MultiIndex.from_tuples(counts[counts >= min_days].index.tolist() or [("", "")])
    clients = pairs.get_level_values(0).union(pairs.get_level_values(1))
    idle = _paired(shared[shared["client_id"].isin(clients) & ~shared["telling"].astype(bool)], key)
    both = pd.concat([told, idle], ignore_index=True)
    return both[pd.MultiIndex.from_frame(both[["client_id_a", "client_id_b"]]).isin(pairs)]


def _paired(days: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    pairs = days.merge(days, on=key, suffixes=("_a", "_b"))
    return pairs[pairs["client_id_a"] < pairs["client_id_b"]]


def _add(
    rows: list[dict[str, Any]],
    channels: list[dict[str, Any]],
    client: str,
    other: str,
    names: dict[str, str],
    span: list[pd.Timestamp],
    until: pd.Timestamp,
) -> None:
    start, stop, known = span
    goes_on = stop + pd.Timedelta(days=SAME_DAY_GAP) > until
    group = _group_id(["duplicated_feed", *sorted([client, other]), start.isoformat()])
    text = reason("duplicated_feed", ["active"], "feed_error")
    for mode in ("past_only", "two_sided"):
        identifier = event_id(client, mode, known if mode == "past_only" else start, f"duplicated_feed:{other}")
        rows.append(
            {
                "event_id": identifier,
                "client_id": client,
                "group_id": f"{group}-{mode[0]}",
                "class": "data",
                "kind": "duplicated_feed",
                "cause": "feed_error",
                "stake": "data",
                "channels": "active",
                "start": start,
                "end": None if goes_on else stop,
                "first_alert_at": known if mode == "past_only" else None,
                "mode": mode,
                "severity": "high",
                "score": 5.0,
                "reason_es": f"{text['reason_es'][:-1]}: {names.get(other, other)}.",
                "reason_en": f"{text['reason_en'][:-1]}: {names.get(other, other)}.",
                "witnesses": f"client:{other}",
            }
        )
        channels.append({"event_id": identifier, "channel": "active", "start": start, "end": None if goes_on else stop})


def _local(when: np.datetime64, zone: str) -> pd.Timestamp:
    return start_of_day(pd.Timestamp(when).date(), zone)


def _group_id(parts: Iterable[str]) -> str:
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]
