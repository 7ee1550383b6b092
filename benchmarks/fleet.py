"""The clients of the last pipeline run on one calendar, and what a fleet model may learn from at a midnight."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from vigia import keys, splits
from vigia.config import Params
from vigia.evaluate.forecasts import test_slice
from vigia.features import MIN_DAYS
from vigia.models.as_of import AsOfHistory
from vigia.models.history import DailyHistory
from vigia.train import ClientData
from vigia.train.data import thinned

Days = npt.NDArray[np.int64]
View = tuple[DailyHistory, Days]


@dataclass(frozen=True)
class Client:
    """One client.

    Attributes:
        client_id: whose.
        digest: of its times and active energy; duplicates have the same.
        as_of: its normal history as of each midnight.
        test_start: first day of its test slice (own count).
        scored: whole days of the test slice (own count), abnormal ones included.
    """

    client_id: str
    digest: str
    as_of: AsOfHistory
    test_start: int
    scored: Days

    @classmethod
    def of(cls, data: ClientData, params: Params) -> "Client":
        """The client with the test slice that the reports score."""
        test = test_slice(data, params)
        start = splits.cut(test.history.days, params.splits.test_share, params.splits.block_days).test_start
        return cls(
            data.client_id, keys.data_digest(data.readings), AsOfHistory(test.history, data.mask), start, test.days
        )

    @property
    def history(self) -> DailyHistory:
        """As measured."""
        return self.as_of.history

    @property
    def actual(self) -> npt.NDArray[np.float64]:
        """Daily totals of the scored days, kWh."""
        return np.asarray(self.history.values[self.scored].sum(axis=1))


@dataclass(frozen=True)
class Fleet:
    """Clients on one calendar, whose day 0 is the first day of any of them."""

    clients: list[Client]
    params: Params

    @classmethod
    def of(cls, data: Sequence[ClientData], params: Params) -> "Fleet":
        """The fleet of these clients."""
        return cls([Client.of(each, params) for each in data], params)

    @property
    def first_day(self) -> date:
        """Local date of day 0."""
        return min(client.history.first_day for client in self.clients)

    def offset(self, client: Client) -> int:
        """First day of a client on the fleet's calendar."""
        return (client.history.first_day - self.first_day).days

    def starts(self, clients: Collection[str]) -> list[int]:
        """Days of the fleet's refit schedule whose model predicts a scored day of one of `clients`."""
        days = max(self.offset(client) + client.history.days for client in self.clients)
        schedule = splits.refit_days(days, self.params.backtest.refit_days, MIN_DAYS)
        chosen = [client for client in self.clients if client.client_id in clients]
        return [int(start) for start in schedule if any(len(self.predicted(client, int(start))) for client in chosen)]

    def predicted(self, client: Client, start: int) -> Days:
        """Scored days of a client (own count) that the model of `start` predicts: those before the next refit."""
        when = client.scored + self.offset(client)
        return np.asarray(client.scored[(when >= start) & (when < start + self.params.backtest.refit_days)])

    def known_at(self, start: int, left_out: Collection[str] = ()) -> list[View]:
        """What a fleet model fitted at the midnight of `start` learns from: each client's days before it.

        Masked as was known then. The clients in `left_out` are not there.
        """
        histories = []
        for client in self.clients:
            until = min(start - self.offset(client), client.history.days)
            if until > 0 and client.client_id not in left_out:
                histories.append(client.as_of.at(until).head(until))
        days = thinned([np.arange(history.days) for history in histories], self.params.train.fleet_rows)
        return list(zip(histories, days, strict=True))
