"""`make peers`: peers forecast the windows of the last pipeline run, and are compared with the chosen models.

Writes `peer_forecasts.csv`, `peer_scores.csv` and, where the run has forecasts, `comparison.json` to `reports/peers`;
for the windows before the test slice with the window's name.
"""

import subprocess
import tempfile
import time
from pathlib import Path

import pandas as pd

from benchmarks import stages
from benchmarks.peers import compare, export, scores
from pipelines import common
from vigia import splits
from vigia.config import load_params

PYTHON = Path(__file__).parent / ".venv" / "bin" / "python"


def main() -> None:
    """Export, forecast, score, compare: all peers on the test slice, the boosted one on the windows before it too."""
    readings = common.INGEST / "readings"
    if not PYTHON.is_file():
        raise SystemExit("the peers have no environment yet: make peers")
    if not common.clients():
        raise SystemExit(f"no readings under {readings}: make pipeline")
    compare.FORECASTS.parent.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    found = {window: _scored(readings, window) for window in splits.WINDOWS}
    print(f"{time.perf_counter() - started:.0f} s in all\n")
    _print_table(found["test"], common.REPORTS / "forecast_scores.csv")
    if common.CHOSEN.is_file() and (common.BACKTEST / "forecasts").is_dir():
        for window in found:
            print()
            compare.main(window)


def _scored(readings: Path, window: str) -> pd.DataFrame:
    """Scores of the peers on a window, written with their forecasts."""
    forecasts = compare.of_window(compare.FORECASTS, window)
    with tempfile.TemporaryDirectory() as scratch:
        totals = Path(scratch) / "totals.csv"
        export.fleet_totals(readings, load_params(), window).to_csv(totals, index=False)
        command = [str(PYTHON), "-m", "benchmarks.peers.forecast", str(totals), str(forecasts)]
        command += [] if window == "test" else ["--boosted"]
        variables = {**stages.environment(), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        subprocess.run(command, env=variables, check=True)
    found = scores.client_scores(scores.read(forecasts))
    found.to_csv(compare.of_window(compare.SCORES, window), index=False, float_format="%.6f")
    return found


def _print_table(found: pd.DataFrame, own: Path) -> None:
    table = scores.side_by_side(found, scores.read(own) if own.is_file() else None)
    print(f"{'WAPE of daily totals':<24}{'clients':>8}{'days':>8}{'mean %':>8}{'median %':>10}")
    for model, clients, days, mean, median in table.to_numpy().tolist():
        print(f"{model:<24}{clients:>8}{days:>8}{100 * mean:>8.1f}{100 * median:>10.1f}")


if __name__ == "__main__":
    main()
