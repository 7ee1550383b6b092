"""`make peers`: peers forecast the test slice of the last pipeline run, and are compared with the chosen models.

Writes `peer_forecasts.csv`, `peer_scores.csv` and, where the run has forecasts, `comparison.json` to `reports/peers`.
"""

import subprocess
import tempfile
import time
from pathlib import Path

import pandas as pd

from benchmarks import stages
from benchmarks.peers import compare, export, scores
from pipelines import common
from vigia.config import load_params

PYTHON = Path(__file__).parent / ".venv" / "bin" / "python"


def main() -> None:
    """Export, forecast, score, compare."""
    readings = common.INGEST / "readings"
    if not PYTHON.is_file():
        raise SystemExit("the peers have no environment yet: make peers")
    if not common.clients():
        raise SystemExit(f"no readings under {readings}: make pipeline")
    compare.FORECASTS.parent.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        totals = Path(scratch) / "totals.csv"
        export.fleet_totals(readings, load_params()).to_csv(totals, index=False)
        command = [str(PYTHON), "-m", "benchmarks.peers.forecast", str(totals), str(compare.FORECASTS)]
        variables = {**stages.environment(), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        subprocess.run(command, env=variables, check=True)
    print(f"{time.perf_counter() - started:.0f} s in all\n")
    found = scores.client_scores(scores.read(compare.FORECASTS))
    found.to_csv(compare.SCORES, index=False, float_format="%.6f")
    own = common.REPORTS / "forecast_scores.csv"
    _print_table(found, own)
    if common.CHOSEN.is_file() and (common.BACKTEST / "forecasts").is_dir():
        print()
        compare.main()


def _print_table(found: pd.DataFrame, own: Path) -> None:
    table = scores.side_by_side(found, scores.read(own) if own.is_file() else None)
    print(f"{'WAPE of daily totals':<24}{'clients':>8}{'days':>8}{'mean %':>8}{'median %':>10}")
    for model, clients, days, mean, median in table.to_numpy().tolist():
        print(f"{model:<24}{clients:>8}{days:>8}{100 * mean:>8.1f}{100 * median:>10.1f}")


if __name__ == "__main__":
    main()
