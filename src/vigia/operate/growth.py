"""A release with the readings that came since, in memory: expectation, bands and events of every client go on from it.

*Law:* readings that come in pieces give what they give at once (`operate.ground`). A client of which nothing came, and
of which nobody said anything new, is the release's, untouched.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from vigia import frames
from vigia.detection.checkpoints import Checkpoints
from vigia.detection.detectors.between_clients import supply_groups
from vigia.extension import Extended, Known
from vigia.features import MIN_DAYS
from vigia.models.suspect import without_suspect_days
from vigia.operate.ground import Written, begun, gone_on
from vigia.operate.known import PAST_ONLY
from vigia.release import Release
from vigia.release.reader import ClientRelease

CHECKPOINT_DAYS = (0, 7, 28, 91, 182)
"""Days before the end of a release at which there is a checkpoint: most corrections are of the last days."""


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

    def with_readings(self, news: Mapping[str, pd.DataFrame], written: Written | None = None) -> Release:
        """The release with all that came of some clients: table `readings` of each; of others it is as it was before.

        Args:
            news: by client; one without rows is told with what people say of it alone.
            written: what people say; none = what they had written when the release was made.
        """
        written = written or Written(self._release.site_log, self._release.verdicts)
        for client, readings in news.items():
            if client in self._release.clients:
                self._grown[client] = self._one(client, readings, written)
        return self._joined(written)

    def _one(self, client_id: str, news: pd.DataFrame, written: Written) -> Grown:
        release, stored = self._release, self._release.clients[client_id]
        if client_id not in self._known:
            whole = stored.measured.latest_origin
            days = frozenset(whole - back for back in CHECKPOINT_DAYS if back < whole)
            self._known[client_id] = begun(stored, Checkpoints(days))
        known = self._known[client_id]
        readings, found = gone_on(known, stored, news, release.params, written)
        if known.checkpoints is not None:
            self._known[client_id] = replace(known, checkpoints=known.checkpoints.only(known.checkpoints.days or ()))
        events, channels = found.found.events, found.found.event_channels
        return Grown(_stored(stored, readings, found), release.with_kept_ids(events), release.with_kept_ids(channels))

    def _joined(self, written: Written) -> Release:
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
            site_log=written.site_log,
            verdicts=written.verdicts,
            clients=clients,
            events=frames.check(
                "events", all_events.sort_values(["start", "client_id", "mode", "event_id"], ignore_index=True)
            ),
            event_channels=frames.concat("event_channels", channels, zone).sort_values(
                ["event_id", "channel"], ignore_index=True
            ),
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
