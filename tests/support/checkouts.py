"""Checkouts of this project as a team has them: copies of what is here under git, with DVC, run by commands."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
WHO = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org")
TINY = {
    "fetch": {"demo": {"clients": 3, "months": 9}},
    "train": {"xgboost_trials": 2, "xgboost_own_trials": 1, "lstm_trials": 1, "fleet_trials": 1, "origins": 2},
    "backtest": {"refit_days": 84, "folds": 2},
    "calibrate": {"renew_days": 28},
}
"""Parameters that make a run of all stages a matter of a minute."""
SECONDS = 1200
VIGIA = (sys.executable, "-c", "from vigia.cli import main; main()")
"""The command `vigia`, with the code of the folder that stands first on the path."""


@dataclass(frozen=True)
class Checkout:
    """A folder with the code of this project, in which commands are run as people run them."""

    folder: Path

    def environment(self) -> dict[str, str]:
        """Variables of a shell in which this checkout is installed, and nothing is set of Vigía, git and DVC."""
        quiet = {"MLFLOW_DISABLE_TELEMETRY": "true", "DVC_NO_ANALYTICS": "1", "TF_CPP_MIN_LOG_LEVEL": "2"}
        bare = {name: value for name, value in os.environ.items() if not name.startswith(("VIGIA_", "GIT_", "DVC_"))}
        paths = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": f"{self.folder / 'src'}{os.pathsep}{self.folder}",
            "DVC_SITE_CACHE_DIR": str(self.folder.parent / "site"),
        }
        return {**bare, **quiet, **paths}

    def run(self, *command: str, inside: str = ".", fails: bool = False) -> str:
        """What a command prints; it must end well, or badly where it `fails`."""
        done = subprocess.run(
            command,
            cwd=self.folder / inside,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        assert (done.returncode != 0) == fails, f"{' '.join(command)}:\n{done.stdout[-2000:]}\n{done.stderr[-3000:]}"
        return done.stdout + done.stderr

    def git(self, *arguments: str) -> str:
        """What git prints."""
        return self.run("git", *WHO, *arguments)

    def vigia(self, *arguments: str, inside: str = ".", fails: bool = False) -> str:
        """What a command of Vigía prints."""
        return self.run(*VIGIA, *arguments, inside=inside, fails=fails)

    def changed(self) -> list[str]:
        """Files that git sees as changed or new."""
        return sorted(line[3:] for line in self.git("status", "--porcelain", "--untracked-files=all").splitlines())

    def clone(self, folder: Path) -> "Checkout":
        """Another checkout of what is committed here."""
        self.git("clone", "--quiet", str(self.folder), str(folder))
        return Checkout(folder)


def tiny_checkout(folder: Path, parameters: Mapping[str, Any] | None = None) -> Checkout:
    """This project as it is here, committed or not, with a small demo fleet, in a repository of its own.

    Args:
        folder: to be made.
        parameters: other ones than those of `TINY`, by section.
    """
    made = Checkout(folder)
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file() and not name.startswith("tests/"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    params = yaml.safe_load((folder / "params.yaml").read_text(encoding="utf-8"))
    for changes in (TINY, parameters or {}):
        for section, values in changes.items():
            for name, value in values.items():
                params[section][name] = {**params[section][name], **value} if isinstance(value, dict) else value
    (folder / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False), encoding="utf-8")
    made.vigia("params", "--write")
    made.git("init", "--quiet", "--initial-branch=main")
    for kept in ("dvc.lock", "reports/metrics.json"):
        (folder / kept).unlink(missing_ok=True)
    made.git("add", "--all")
    made.git("commit", "--quiet", "--message", "Code and parameters of a small fleet")
    return made
