"""All clients together: what several of them show, which no client shows by itself."""

import pandas as pd

from vigia import frames
from vigia.detection.detectors.between_clients import duplicated_feeds, supply_groups
from vigia.detection.events.rows import as_table
from vigia.detection.finding import verdicts_of
from vigia.detection.people.verdicts import weighed
from vigia.operate.day.results import Joined
from vigia.operate.known import PAST_ONLY
from vigia.release.reader import ReleaseReader


def events_of_fleet(joined: Joined, reader: ReleaseReader, verdicts: pd.DataFrame) -> pd.DataFrame:
    """Past-only rows of table `events` of all clients: duplicated feeds added, common causes as one group.

    Args:
        joined: results of all clients.
        reader: of the release.
        verdicts: what people say.
    """
    zone, params = reader.params.fleet.timezone, reader.params.detect
    names = {client: str(row["name"]) for client, row in reader.rows.items()}
    rows, _ = duplicated_feeds(joined.digests, names, zone, joined.until, params.duplicate_days)
    twice = reader.with_kept_ids(as_table("events", [row for row in rows if row["mode"] == PAST_ONLY], zone))
    judged = [weighed(mine, verdicts_of(verdicts, str(client))) for client, mine in twice.groupby("client_id")]
    events = frames.concat("events", [joined.events, *judged], zone)
    events["group_id"] = supply_groups(events, params.group_hours)
    order = ["start", "client_id", "mode", "event_id"]
    return frames.check("events", events.sort_values(order, ignore_index=True))
