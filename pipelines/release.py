"""Everything -> release/: one immutable folder with a manifest of digests; a run of evaluation in MLflow."""

from pipelines import common
from vigia.config import load_settings
from vigia.publish.evaluation import evaluation_of
from vigia.publish.operation import current_release
from vigia.release import Stages, build
from vigia.tracking import Tracker, log_evaluation


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
    params = common.params("release")
    build(stages, params, common.RELEASE)
    settings = load_settings()
    in_operation = current_release(settings.serving.releases / params.fleet.name)
    pictures = sorted((common.REPORTS / "pictures").glob("*.png"))
    found = evaluation_of(common.RELEASE, in_operation, params, common.stage_seconds(), pictures)
    log_evaluation(Tracker(settings.tracking, params.fleet.name), found)


if __name__ == "__main__":
    common.run(main)
