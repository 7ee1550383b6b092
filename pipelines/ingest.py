"""data/raw -> readings (hourly), native rows, clients, quarantine, issues, site log, verdicts."""

import json
import logging
import shutil

from pipelines import common
from vigia import frames
from vigia.ingest import Ingested, ingest_folder

log = logging.getLogger(__name__)


def main() -> None:
    """Run the stage."""
    params = common.params("ingest")
    result = ingest_folder(common.RAW, params.ingest, params.fleet)
    for name, frame in (("readings", result.readings), ("native", result.native)):
        shutil.rmtree(common.INGEST / name, ignore_errors=True)
        frames.write_by_client(frame, common.INGEST / name)
    for name in ("clients", "quarantine", "issues", "site_log", "verdicts"):
        frames.write(getattr(result, name), common.INGEST / f"{name}.parquet")
    text = json.dumps(result.summary, indent=1, ensure_ascii=False)
    (common.INGEST / "summary.json").write_text(text + "\n", encoding="utf-8")
    _warn(result)


def _warn(result: Ingested) -> None:
    """What was not taken, for a person who watches the run; the tables have it all."""
    for message in result.issues.loc[result.issues["severity"] == "blocks", "message"]:
        log.warning("left out: %s", message)
    if len(result.quarantine):
        log.warning("%d lines are in quarantine; `vigia check %s` says why", len(result.quarantine), common.RAW)


if __name__ == "__main__":
    common.run(main)
