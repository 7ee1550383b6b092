"""Wall and processor time of every stage on the demo fleet, in a folder of its own."""

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
STAGES = ("ingest", "screen", "train", "choose", "backtest", "calibrate", "detect", "evaluate", "release")


def environment() -> dict[str, str]:
    """Variables for a process that works in another folder with this checkout's code."""
    quiet = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true", "BENTOML_DO_NOT_TRACK": "True"}
    return {**os.environ, **quiet, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "TF_CPP_MIN_LOG_LEVEL": "2"}


def prepare(folder: Path) -> None:
    """Parameters and settings of the checkout, and a fresh demo fleet."""
    shutil.copyfile(ROOT / "params.yaml", folder / "params.yaml")
    shutil.copytree(ROOT / "configs", folder / "configs")
    run(folder, "-c", "from vigia.cli import main; main()", "fetch", "demo")


def run(folder: Path, *arguments: str) -> None:
    """Run this Python in `folder`; its output is shown only where it fails."""
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr[-3000:]}")


def stage_times(folder: Path) -> Iterator[tuple[str, float, float]]:
    """`(stage, wall seconds, processor seconds)` of each stage as it ends."""
    for stage in STAGES:
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        run(folder, "-m", f"pipelines.{stage}")
        wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
        yield stage, wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def trials(folder: Path) -> dict[str, tuple[int, float]]:
    """Number of trials and seconds of tuning by family."""
    found: dict[str, tuple[int, float]] = {}
    for path in sorted((folder / "data" / "train").glob("*/candidates.json")):
        for candidate in json.loads(path.read_text(encoding="utf-8"))["candidates"]:
            count, seconds = found.get(candidate["family"], (0, 0.0))
            found[candidate["family"]] = (count + len(candidate["trials"]), seconds + candidate["seconds"])
    return found
