"""A release with the readings that came since: what a client is expected to consume, and its events, go on from it.

*Law:* readings that come in pieces give what they give at once, because everything is extended from the release, and
what came is the same (`vigia.extension`). A client of which nothing came is the release's, untouched.
"""

import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from vigia import frames
from vigia.detection.detectors.between_clients import supply_groups
from vigia.extension import Extended, Known, Look, by_released, extend, prepared
from vigia.features import MIN_DAYS
from vigia.frames import CHANNEL_COLUMNS
from vigia.models.suspect import without_suspect_days
from vigia.release import Release
from vigia.release.reader import ClientRelease

PAST_ONLY = "past_only"
NORMAL = "normal"
CHANNELS = list(CHANNEL_COLUMNS.values())
REACH = pd.Timedelta(hours=20_000)
"""From a release's readings of a client to what comes of it; as far as `detect` takes posted hours."""


@dataclass(frozen=True)
class Grown:
    """A client with what came since the release: its part, and its past-only events by their kept ids."""

    stored: ClientRelease
    events: pd.DataFrame
    event_channels: pd.DataFrame


class Growth:
    """A release that grows; it is made ready for a client when something of it comes, and kept so.

    Args:
        release: as it was published.
    """

    def __init__(self, release: Release) -> None:
        self._release = release
        self._known: dict[str, Known] = {}
        self._grown: dict[str, Grown] = {}

    def with_readings(self, news: Mapping[str, pd.DataFrame]) -> Release:
        """The release with all that came of some clients: table `readings` of each; of others it is as it was before.

        A value that is null says nothing; of a client without rows the release alone is told.
        """
        for client, readings in news.items():
            if client in self._release.clients:
                self._grown[client] = self._one(client, readings)
        return self._joined()

    def _one(self, client_id: str, news: pd.DataFrame) -> Grown:
        release, stored = self._release, self._release.clients[client_id]
        params = release.params
        look = Look(stored.attributes, params.screen, params.fleet.country, release.site_log, release.verdicts)
        if client_id not in self._known:
            self._known[client_id] = prepared(known_of(stored), stored.readings, look)
        readings = merged(stored.readings, within_reach(stored.readings, news))
        found = extend(self._known[client_id], readings, look, params.detect)
        events, channels = found.found.events, found.found.event_channels
        return Grown(_stored(stored, readings, found), release.with_kept_ids(events), release.with_kept_ids(channels))

    def _joined(self) -> Release:
        """Events of all clients together, where what several clients had is one incident."""
        release, zone = self._release, self._release.params.fleet.timezone
        mine = (release.events["mode"] == PAST_ONLY) & release.events["client_id"].isin(list(self._grown))
        alone = mine & ~_of_several(release.events)
        gone = set(release.events.loc[alone, "event_id"])
        events = [release.events[~alone], *(each.events for each in self._grown.values())]
        channels = [
            release.event_channels[~release.event_channels["event_id"].isin(gone)],
            *(each.event_channels for each in self._grown.values()),
        ]
        all_events = frames.concat("events", events, zone)
        all_events["group_id"] = supply_groups(all_events, release.params.detect.group_hours)
        clients = {**release.clients, **{name: each.stored for name, each in self._grown.items()}}
        until = max(
            [release.data_until, *(each.stored.readings["timestamp"].iloc[-1] for each in self._grown.values())]
        )
        return replace(
            release,
            manifest={**release.manifest, "data_until": until.isoformat()},
            clients=clients,
            events=frames.check(
                "events", all_events.sort_values(["start", "client_id", "mode", "event_id"], ignore_index=True)
            ),
            event_channels=frames.concat("event_channels", channels, zone).sort_values(
                ["event_id", "channel"], ignore_index=True
            ),
        )


def within_reach(before: pd.DataFrame, news: pd.DataFrame) -> pd.DataFrame:
    """The newer readings that are not too far from the others: they stay in the store, and are not looked at.

    A history is a row an hour, so one hour of another decade would cost decades.
    """
    times, known = news["timestamp"], before["timestamp"]
    return news.loc[times.between(known.iloc[0] - REACH, known.iloc[-1] + REACH)]


def merged(before: pd.DataFrame, news: pd.DataFrame) -> pd.DataFrame:
    """Readings of a client with newer ones: of an hour that both have each value that is not null of the newer."""
    old, new = (each.set_index("timestamp")[CHANNELS] for each in (before, news))
    joined = new.combine_first(old).sort_index()
    table = joined.reset_index().assign(client_id=before["client_id"].iloc[0])
    return frames.check("readings", table[["client_id", "timestamp", *CHANNELS]])


def known_of(
    stored: ClientRelease, levels: Collection[float] | None = None, hourly: Collection[float] | None = None
) -> Known:
    """What a release knows past-only of a client, before its history goes on.

    Args:
        stored: its part of the release.
        levels: of the bands that are wanted; none = all.
        hourly: of those, the levels of which bands of hours are wanted too; none = all.
    """
    expected, bands = stored.expected, stored.bands
    there = {*stored.thresholds["level"]}
    levels, hourly = (there if some is None else some for some in (levels, hourly))
    wanted = np.isin(bands["level"], sorted(levels))
    wanted &= np.isin(bands["level"], sorted(hourly)) | (bands["resolution"] == "day")
    return Known(
        stored.client_id,
        PAST_ONLY,
        stored.measured,
        stored.measured.arrange(expected[expected["mode"] == PAST_ONLY], "expected_kwh"),
        bands[(bands["mode"] == PAST_ONLY) & wanted].reset_index(drop=True),
        by_released(stored.model),
        {level: stored.offsets(NORMAL, level) for level in sorted(there & {*levels})},
        stored.floor_kwh,
    )


def _of_several(events: pd.DataFrame) -> pd.Series:
    """Events that no client has by itself: they stay as the release has them."""
    return events["kind"] == "duplicated_feed"


def _stored(stored: ClientRelease, readings: pd.DataFrame, found: Extended) -> ClientRelease:
    """The client's part with what was extended; two-sided rows, which need what comes after, end with the release."""
    expected, bands, zone = stored.expected, stored.bands, stored.measured.zone
    two_sided = expected[expected["mode"] != PAST_ONLY], bands[bands["mode"] != PAST_ONLY]
    tables = {
        "expected": frames.concat("expected", [_expected(stored, expected, found), two_sided[0]], zone),
        "bands": frames.concat("bands", [found.bands, two_sided[1]], zone),
    }
    normal = found.history.normal(found.mask)
    return replace(
        stored,
        readings=readings,
        mask=found.mask,
        packed={name: _packed(name, table) for name, table in tables.items()},
        measured=found.history,
        normal=without_suspect_days(normal, normal.latest_origin),
    )


def _expected(stored: ClientRelease, released: pd.DataFrame, found: Extended) -> pd.DataFrame:
    """Past-only rows of table `expected`; on days that the release does not have, its model speaks."""
    history = found.history
    hours, midnights = history.hours(), history.midnights()
    known = np.isfinite(found.expected).all(axis=1)
    quality = np.where(known, np.where(np.arange(history.days) < MIN_DAYS, "provisional", "ok"), "warming_up")
    spoke = released[released["mode"] == PAST_ONLY].set_index("timestamp")["model"].reindex(hours.times)
    table = {
        "client_id": stored.client_id,
        "timestamp": hours.times,
        "issued_at": midnights[hours.row],
        "mode": PAST_ONLY,
        "expected_kwh": hours.of(found.expected),
        "model": spoke.fillna(stored.model.family).to_numpy(),
        "quality": quality[hours.row],
    }
    return frames.check("expected", pd.DataFrame(table))


def _packed(name: str, table: pd.DataFrame) -> frames.Packed:
    content = io.BytesIO()
    table.to_parquet(content, compression="zstd", index=False)
    return frames.Packed(name, content.getvalue())
