"""What arrives: the release in operation as it is with the readings that came, and with what people say."""

import pandas as pd

from serving.release.served import Served
from vigia.keys import frame_digest
from vigia.operate import Growth
from vigia.operate.ground import Written
from vigia.release import Release
from vigia.store import Database, Readings, records

Seen = tuple[int, int, int]
"""Numbers of the latest reading, verdict and entry of the site log of a client: they grow with all that is recorded."""
NOTHING: Seen = (0, 0, 0)


class Arriving:
    """Follows the store beside one release.

    Args:
        release: as it was published.
        database: the store of its fleet.
    """

    def __init__(self, release: Release, database: Database) -> None:
        self._growth, self._release, self._database = Growth(release), release, database
        self._readings = Readings(database, release.params.fleet.timezone)
        self._written = Written(release.site_log, release.verdicts)
        self._seen: dict[str, Seen] = {}

    def taken_in(self, served: Served) -> Served:
        """What is served with all that has been recorded by now; the same object where nothing is new.

        Raises:
            StoreError: the store cannot be used.
        """
        latest, written = self._known_now()
        changed = {name for name in served.clients if latest.get(name, NOTHING) != self._seen.get(name, NOTHING)}
        first = {name for name in changed if name not in self._seen and latest[name][0] == 0}
        changed -= {name for name in first if _same(written.of(name), self._written.of(name))}
        if changed:
            news = {client: self._readings.current(client) for client in sorted(changed)}
            served = served.grown(self._growth.with_readings(news, written), changed)
        self._seen = latest
        return served

    def _known_now(self) -> tuple[dict[str, Seen], Written]:
        zone = self._release.params.fleet.timezone
        readings = self._readings.latest()
        with self._database.reading() as connection:
            if not records.taken_over(connection):
                return {client: (number, 0, 0) for client, number in readings.items()}, self._written
            said = records.last_written(connection)
            written = Written(records.site_log(connection, zone), records.verdicts(connection, zone))
        names = readings.keys() | said.keys()
        return {name: (readings.get(name, 0), *said.get(name, (0, 0))) for name in names}, written


def _same(one: Written, other: Written) -> bool:
    """Whether both say the same, in whatever order."""
    pairs = ((one.site_log, other.site_log), (one.verdicts, other.verdicts))
    return all(_content(a) == _content(b) for a, b in pairs)


def _content(table: pd.DataFrame) -> str:
    return frame_digest(table.sort_values(table.columns.tolist(), ignore_index=True))
