"""data/raw -> readings (hourly), native rows, clients, quarantine, issues."""

import json
import shutil

from pipelines import common
from vigia import frames
from vigia.config import load_params
from vigia.ingest import ingest_folder


def main() -> None:
    """Run the stage."""
    common.start_logging()
    params = load_params()
    result = ingest_folder(common.RAW, params.ingest, params.fleet)
    for name, frame in (("readings", result.readings), ("native", result.native)):
        shutil.rmtree(common.INGEST / name, ignore_errors=True)
        frames.write_by_client(frame, common.INGEST / name)
    for name in ("clients", "quarantine", "issues"):
        frames.write(getattr(result, name), common.INGEST / f"{name}.parquet")
    text = json.dumps(result.summary, indent=1, ensure_ascii=False)
    (common.INGEST / "summary.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
