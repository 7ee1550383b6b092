"""Log lines for machines: an object a line, whatever happens."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from vigia import logs


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Loggers and hook as they were."""
    root = logging.getLogger()
    loggers = [each for each in logging.root.manager.loggerDict.values() if isinstance(each, logging.Logger)]
    before = [(each, each.handlers, each.propagate, each.level) for each in (root, *loggers)]
    hook = sys.excepthook
    yield
    for each, handlers, propagate, level in before:
        each.handlers, each.propagate = handlers, propagate
        each.setLevel(level)
    sys.excepthook = hook
    logging.captureWarnings(False)


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_line_names_what_is_worked_on(capfd: pytest.CaptureFixture[str]) -> None:
    assert logs.set_up("json", "demo", {})
    log = logging.getLogger("vigia.operate")
    with logs.known(day="2024-07-01", run=7), logs.known(client="MT/001"):
        log.info("scored, %d of %d", 1, 2)
    log.warning("on its own\nin two parts", extra={"vigia_request": "abc"})
    logging.getLogger("elsewhere").info("nobody hears it")
    first, second = lines(capfd.readouterr().err)
    assert first.pop("time").endswith("+00:00")
    assert first == {
        "level": "info",
        "logger": "vigia.operate",
        "message": "scored, 1 of 2",
        "fleet": "demo",
        "day": "2024-07-01",
        "run": 7,
        "client": "MT/001",
    }
    assert (second["message"], second["request"]) == ("on its own\nin two parts", "abc")
    assert "client" not in second


def test_an_exception_is_a_line_with_its_traceback(capfd: pytest.CaptureFixture[str]) -> None:
    logs.set_up("json", "demo", {})
    try:
        raise ValueError("of two\nlines")
    except ValueError as error:
        logging.getLogger("vigia").error("it failed: %s", error, exc_info=error)
        sys.excepthook(ValueError, error, error.__traceback__)
    told, uncaught = lines(capfd.readouterr().err)
    assert told["traceback"].endswith("ValueError: of two\nlines")
    assert (uncaught["level"], uncaught["message"]) == ("critical", "ValueError: of two\nlines")


def test_lines_of_other_libraries_are_objects_too(capfd: pytest.CaptureFixture[str]) -> None:
    other = logging.getLogger("another.library")
    other.handlers, other.propagate = [logging.StreamHandler()], False
    logs.set_up("json", "demo", {})
    other.error("it says")
    assert [each["logger"] for each in lines(capfd.readouterr().err)] == ["another.library"]


@pytest.mark.parametrize(("form", "variable", "asked"), [("json", "text", False), ("text", "json", True)])
def test_the_variable_goes_before_the_setting(form: str, variable: str, asked: bool) -> None:
    assert logs.set_up(form, "demo", {"VIGIA_LOG": variable}) is asked
    assert logs.are_lines() is asked


def test_a_command_that_fails_says_so_in_a_line(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from vigia.cli import main; main()", "daily"]
    environment = {**os.environ, "VIGIA_LOG": "json", "VIGIA_FLEET": "nobody"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    (line,) = lines(done.stderr)
    assert (done.returncode, line["level"], line["fleet"]) == (1, "error", "nobody")
    assert line["message"] == "fleet nobody: no release has been published"
    assert "Traceback" in line["traceback"]
