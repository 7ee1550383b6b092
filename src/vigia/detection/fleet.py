"""All events of a fleet: those of each client, with duplicated feeds and common causes added."""

from collections.abc import Mapping

import pandas as pd

from vigia import frames
from vigia.config.sections.detect import DetectParams
from vigia.detection.detected import Detected
from vigia.detection.detectors.between_clients import duplicated_feeds, supply_groups
from vigia.detection.events.rows import as_table
from vigia.detection.finding import verdicts_of
from vigia.detection.people.verdicts import weighed


def join_fleet(
    parts: Mapping[str, Detected],
    clients: pd.DataFrame,
    data_until: dict[str, pd.Timestamp],
    zone: str,
    params: DetectParams,
    verdicts: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables `events` and `event_channels` of a fleet, with duplicated feeds and common causes added."""
    digests = pd.concat([part.digests for part in parts.values()], ignore_index=True)
    names = dict(zip(clients["client_id"], clients["name"], strict=True))
    rows, channels = duplicated_feeds(digests, names, zone, data_until, params.duplicate_days)
    twice = as_table("events", rows, zone)
    judged = [weighed(mine, verdicts_of(verdicts, str(client))) for client, mine in twice.groupby("client_id")]
    events = frames.concat("events", [*(part.events for part in parts.values()), *judged], zone)
    event_channels = frames.concat(
        "event_channels",
        [*(part.event_channels for part in parts.values()), as_table("event_channels", channels, zone)],
        zone,
    )
    events["group_id"] = supply_groups(events, params.group_hours)
    order = ["start", "client_id", "mode", "event_id"]
    events = events.sort_values(order, ignore_index=True)
    event_channels = event_channels.sort_values(["event_id", "channel"], ignore_index=True)
    return frames.check("events", events), frames.check("event_channels", event_channels)
