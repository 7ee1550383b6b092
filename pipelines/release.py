"""Everything -> release/: one immutable folder with a manifest of digests."""

from pipelines import common
from vigia.release import Stages, build


def main() -> None:
    """Run the stage."""
    stages = Stages(
        tables={
            "clients": common.INGEST / "clients.parquet",
            "quarantine": common.INGEST / "quarantine.parquet",
            "site_log": common.INGEST / "site_log.parquet",
            "verdicts": common.INGEST / "verdicts.parquet",
            "candidates": common.CANDIDATES,
            "chosen": common.CHOSEN,
            "thresholds": common.CALIBRATE / "thresholds.parquet",
            "events": common.DETECT / "events.parquet",
            "event_channels": common.DETECT / "event_channels.parquet",
        },
        by_client={
            "readings": common.READINGS,
            "mask": common.MASK,
            "expected": common.BACKTEST / "expected",
            "forecasts": common.BACKTEST / "forecasts",
            "bands": common.CALIBRATE / "bands",
            "scores": common.DETECT / "scores",
        },
        issues=[
            common.INGEST / "issues.parquet",
            common.SCREEN / "issues.parquet",
            common.BACKTEST / "issues",
            common.DETECT / "issues.parquet",
        ],
        models=common.BACKTEST / "models",
        cards=common.REPORTS / "cards",
        reports=[
            common.REPORTS / name
            for name in (
                "forecast_scores.csv",
                "forecast_windows.csv",
                "events.csv",
                "event_channels.csv",
                "metrics.json",
            )
        ],
    )
    build(stages, common.params("release"), common.RELEASE)


if __name__ == "__main__":
    common.run(main)
