"""The chosen models against the strongest single peer, with an interval that knows that weeks are shared.

A week of holidays or heat hits many clients at once, and an error of one day hangs together with the next: so calendar
weeks are resampled, each with all its clients (a block bootstrap, Künsch 1989, blocks joint over clients).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.peers import scores
from pipelines import common
from vigia import frames, keys
from vigia.config import load_params

Matrix = npt.NDArray[np.float64]

FORECASTS = common.REPORTS / "peers" / "peer_forecasts.csv"
SCORES = common.REPORTS / "peers" / "peer_scores.csv"
COMPARISON = common.REPORTS / "peers" / "comparison.json"
RIVALS = ("AutoETS", "MSTL", "LightGBM")
DRAWS = 2000
SEED = 7
CLEARLY_WORSE = 1.05


@dataclass(frozen=True)
class Comparison:
    """Chosen models against one peer, on the days that both forecast; identical clients count once.

    Attributes:
        peer: the strongest single peer.
        clients: number of distinct clients.
        weeks: calendar weeks that were resampled.
        wape_mean: mean WAPE of the chosen models over clients.
        wape_mean_peer: the same of the peer.
        gain: mean over clients of 1 - WAPE / WAPE of the peer; above 0 the chosen models are better.
        gain_low: lower end of its 95 % interval.
        gain_high: upper end.
        better: clients with a smaller WAPE than the peer's.
        clearly_worse: clients whose WAPE is more than 5 % above the peer's.
        by_client: gain of each client.
    """

    peer: str
    clients: int
    weeks: int
    wape_mean: float
    wape_mean_peer: float
    gain: float
    gain_low: float
    gain_high: float
    better: int
    clearly_worse: int
    by_client: dict[str, float]


def distinct(digests: Mapping[str, str]) -> list[str]:
    """The clients, in order, without those whose series an earlier one already has.

    >>> distinct({"12": "a", "13": "b", "30": "a"})
    ['12', '13']
    """
    first: dict[str, str] = {}
    for client, digest in digests.items():
        first.setdefault(digest, client)
    return list(first.values())


def strongest(peer_scores: pd.DataFrame, clients: Sequence[str], rivals: Sequence[str] = RIVALS) -> str:
    """The rival with the lowest mean WAPE over `clients`."""
    counted = peer_scores[peer_scores["client_id"].isin(clients) & peer_scores["model"].isin(rivals)]
    return str(counted.groupby("model")["wape_day"].mean().idxmin())


def daily_forecasts(hourly: pd.DataFrame, zone: str) -> pd.DataFrame:
    """`client_id, day, forecast_kwh` of the days in local time that have all 24 hours.

    Args:
        hourly: rows of the table `forecasts`, one issue and model an hour.
        zone: timezone of the days.
    """
    day = hourly["timestamp"].dt.tz_convert(zone).dt.tz_localize(None).dt.normalize().rename("day")
    totals = hourly.groupby(["client_id", day], sort=False)["forecast_kwh"].sum(min_count=24)
    return totals.dropna().reset_index()


def weekly_errors(own: pd.DataFrame, peer: pd.DataFrame, clients: Sequence[str]) -> tuple[Matrix, Matrix, Matrix]:
    """Sums of absolute errors (own, peer) and of absolute consumption, each `(clients, weeks)`, kWh.

    Only days that both forecast count. Weeks begin on Monday; a week in which a client has no day is 0.

    Args:
        own: `client_id, day, forecast_kwh`.
        peer: `client_id, day, actual_kwh, forecast_kwh`.
        clients: order of the rows.
    """
    days = own.merge(peer, on=["client_id", "day"], suffixes=("", "_peer")).dropna()
    days = days[days["client_id"].isin(clients)]
    sums = days.assign(
        week=days["day"] - pd.to_timedelta(days["day"].dt.day_of_week, unit="D"),
        own=(days["actual_kwh"] - days["forecast_kwh"]).abs(),
        peer=(days["actual_kwh"] - days["forecast_kwh_peer"]).abs(),
        actual=days["actual_kwh"].abs(),
    ).pivot_table(index="client_id", columns="week", values=["own", "peer", "actual"], aggfunc="sum", fill_value=0.0)
    own_sums, peer_sums, actual_sums = (
        sums[name].reindex(list(clients), fill_value=0.0).to_numpy(dtype=float) for name in ("own", "peer", "actual")
    )
    return own_sums, peer_sums, actual_sums


def gains(own: Matrix, peer: Matrix) -> Matrix:
    """1 - WAPE / WAPE of the peer from sums of errors on the same days; NaN where the peer makes no error."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(peer > 0, 1 - own / peer, np.nan)


def bootstrap_interval(own: Matrix, peer: Matrix, draws: int = DRAWS, seed: int = SEED) -> tuple[float, float]:
    """95 % percentile interval of the mean gain over clients, weeks resampled jointly over all clients.

    Args:
        own: `(clients, weeks)` sums of absolute errors.
        peer: the same of the peer.
        draws: resamples.
        seed: of the draws.
    """
    weeks = own.shape[1]
    counts = np.random.default_rng(seed).multinomial(weeks, np.full(weeks, 1 / weeks), size=draws).astype(float)
    means = np.nanmean(gains(counts @ own.T, counts @ peer.T), axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def compare(own: pd.DataFrame, peer: pd.DataFrame, name: str, clients: Sequence[str]) -> Comparison:
    """Compare daily forecasts with those of the peer `name` over `clients` (arguments as in `weekly_errors`)."""
    own_sums, peer_sums, actual_sums = weekly_errors(own, peer, clients)
    gain = gains(own_sums.sum(axis=1), peer_sums.sum(axis=1))
    counted = np.isfinite(gain)
    own_sums, peer_sums, actual_sums = own_sums[counted], peer_sums[counted], actual_sums[counted]
    low, high = bootstrap_interval(own_sums, peer_sums)
    consumed = actual_sums.sum(axis=1)
    return Comparison(
        peer=name,
        clients=int(counted.sum()),
        weeks=own_sums.shape[1],
        wape_mean=float(np.mean(own_sums.sum(axis=1) / consumed)),
        wape_mean_peer=float(np.mean(peer_sums.sum(axis=1) / consumed)),
        gain=float(np.mean(gain[counted])),
        gain_low=low,
        gain_high=high,
        better=int((gain[counted] > 0).sum()),
        clearly_worse=int((1 - gain[counted] > CLEARLY_WORSE).sum()),
        by_client={client: float(value) for client, value in zip(clients, gain, strict=True) if np.isfinite(value)},
    )


def chosen_forecasts(clients: Sequence[str], zone: str) -> pd.DataFrame:
    """Daily forecasts of each client's chosen family in the last pipeline run."""
    chosen = frames.read(common.CHOSEN, "chosen").set_index("client_id")["family"]
    parts = []
    for client in clients:
        hourly = frames.read_client(common.BACKTEST / "forecasts", "forecasts", client)
        parts.append(daily_forecasts(hourly[hourly["model"] == chosen[client]], zone))
    return pd.concat(parts, ignore_index=True)


def of_window(path: Path, window: str) -> Path:
    """Where the same report of a window stands; that of the test slice is `path` itself."""
    return path if window == "test" else path.with_stem(f"{path.stem}_{window}")


def main(window: str = "test") -> None:
    """Compare the files of the last run, write the result and print it."""
    zone = load_params().fleet.timezone
    forecasts = scores.read(of_window(FORECASTS, window)).assign(day=lambda frame: pd.to_datetime(frame["day"]))
    readings = common.INGEST / "readings"
    there = list(dict.fromkeys(forecasts["client_id"]))
    clients = distinct({client: keys.data_digest(frames.read_client(readings, "readings", client)) for client in there})
    name = strongest(scores.read(of_window(SCORES, window)), clients)
    found = compare(chosen_forecasts(clients, zone), forecasts[forecasts["model"] == name], name, clients)
    _write(found, of_window(COMPARISON, window))
    print(
        f"{window}: chosen models against {found.peer}, {found.clients} distinct clients, {found.weeks} weeks:\n"
        f"mean WAPE {100 * found.wape_mean:.1f} % against {100 * found.wape_mean_peer:.1f} %, "
        f"gain {100 * found.gain:.1f} % (95 %: {100 * found.gain_low:.1f} to {100 * found.gain_high:.1f} %), "
        f"{found.better} better, {found.clearly_worse} worse by more than 5 %"
    )


def _write(found: Comparison, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(found), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
