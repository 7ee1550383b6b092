"""`vigia daily`, `backup`, `restore` and `prune` as commands, on a fleet in operation."""

import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.film import FLEET, Film, Operation, filmed
from vigia.publish.decisions import decide
from vigia.publish.operation import linked_release


def vigia(film: Film, folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command on the fleet, with its store in a folder."""
    environment = {
        **os.environ,
        "VIGIA_FLEET": FLEET,
        "VIGIA_SERVING_RELEASES": str(film.var),
        "VIGIA_STORE_ADDRESS": f"sqlite:///{folder / 'vigia.db'}",
        **more,
    }
    command = [sys.executable, "-c", "from vigia.cli import main; main()", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.timeout(300)
def test_a_fleet_is_run_backed_up_restored_and_pruned_from_the_command_line(tmp_path: Path) -> None:
    film, folder = filmed(tmp_path / "film", clients=("1", "7")), tmp_path / "store"
    served = str(linked_release(film.var / FLEET))
    decide(film.var / FLEET, "published", served, None, "first release")
    with closing(Operation(film, folder)) as operation:
        operation.post(film.between(0, 1))

    daily = vigia(film, folder, "daily", "--now", "2024-04-03T11:00:00", VIGIA_LOG="json")
    assert (daily.returncode, daily.stdout) == (0, "")
    lines = [json.loads(line) for line in daily.stderr.splitlines()]
    assert {line["fleet"] for line in lines} == {FLEET}
    scored = [line for line in lines if "client" in line]
    assert {(line["client"], line["day"], line["run"]) for line in scored} == {
        ("1", "2024-04-03", 1),
        ("7", "2024-04-03", 1),
    }
    assert lines[-1]["message"] == f"2024-04-03: finished, with release {served[:12]}"

    made = vigia(film, folder, "backup", str(tmp_path / "backups"), "--keep", "1")
    assert made.returncode == 0, made.stderr
    place = Path(made.stdout.strip())
    assert place.parent == tmp_path / "backups"

    again = vigia(film, folder, "restore", str(place))
    assert again.returncode == 1
    assert again.stderr.startswith("vigia: nothing is restored over what is there: ")
    elsewhere = {"VIGIA_SERVING_RELEASES": str(tmp_path / "new"), "VIGIA_STORE_ADDRESS": ""}
    restored = vigia(film, folder, "restore", str(place), **elsewhere)
    assert restored.returncode == 0, restored.stderr
    assert f"release {served[:12]} in operation" in restored.stdout
    done = vigia(film, folder, "daily", "--now", "2024-04-03T11:00:00", **elsewhere)
    assert "2024-04-03: done already" in done.stdout

    pruned = vigia(film, folder, "prune", "--dry-run", **elsewhere)
    assert pruned.stdout == (
        "would be removed: 0 releases, 0 corrected and 0 old rows of readings, the content of 0 messages, 0 answers, "
        "0 states of other code\n"
    )
