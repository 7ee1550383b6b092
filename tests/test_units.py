"""Units of systemd that are offered as an example are good as they are, but for their paths."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

UNITS = sorted((Path(__file__).parents[1] / "docs" / "systemd").iterdir())
PROGRAM = "/opt/vigia/.venv/bin/vigia"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_units_are_what_systemd_takes(tmp_path: Path) -> None:
    for unit in UNITS:
        (tmp_path / unit.name).write_text(unit.read_text(encoding="utf-8").replace(PROGRAM, "/bin/true"))
    found = sorted(str(path) for path in tmp_path.iterdir())
    done = subprocess.run(["systemd-analyze", "verify", *found], capture_output=True, text=True, check=False)
    own = [line for line in done.stderr.splitlines() if "vigia" in line]
    assert (done.returncode, own) == (0, [])


def test_every_timer_has_its_service_and_every_command_is_the_products() -> None:
    names = {unit.name for unit in UNITS}
    timers = {name.removesuffix(".timer") for name in names if name.endswith(".timer")}
    assert {f"{name}.service" for name in timers} | {"vigia.service"} == {n for n in names if n.endswith(".service")}
    text = "\n".join(unit.read_text(encoding="utf-8") for unit in UNITS)
    commands = re.findall(rf"(?m)^ExecStart={PROGRAM} (\w+)", text)
    assert sorted(commands) == ["backup", "daily", "prune", "serve", "watchdog"]
