"""What each model would have said at the time: of one client (`client`), of a fleet (`fleet`)."""

from vigia.backtest.client import Backtest, backtest_client
from vigia.backtest.fleet import backtest_fleet

__all__ = ["Backtest", "backtest_client", "backtest_fleet"]
