"""A plugin of pytest: writes which functions each test runs and its processor time, or puts the tests in an order."""

import json
import signal
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Generator
from pathlib import Path
from types import CodeType, FrameType

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Either option switches on one half of the plugin."""
    group = parser.getgroup("mutants")
    group.addoption("--record-functions", type=Path, help="write the functions that each test runs to this file")
    group.addoption(
        "--in-order", type=Path, help="run tests as this file says: processor seconds that each may take, by id"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Start recording before tests are collected."""
    if (path := config.getoption("--record-functions")) is not None:
        config.pluginmanager.register(Recorder(path, config.rootpath))
    if (path := config.getoption("--in-order")) is not None:
        config.pluginmanager.register(InOrder(json.loads(path.read_text(encoding="utf-8"))))


class Recorder:
    """Functions by test; those that a shared fixture ran count for every test that uses it.

    Recorded are calls, not lines: Python then calls back once a function, which a test of seconds hardly notices.
    """

    def __init__(self, path: Path, root: Path) -> None:
        self.path, self.root = path, root
        self.tests: dict[str, tuple[float, set[CodeType], list[str]]] = {}
        self.fixtures: dict[str, set[CodeType]] = defaultdict(set)
        self.current: set[CodeType] = set()
        self.seconds = 0.0

    def _called(self, frame: FrameType, _event: str, _argument: object) -> None:
        self.current.add(frame.f_code)

    def pytest_sessionstart(self) -> None:
        """New threads are followed too: the service answers in some."""
        threading.settrace(self._called)
        sys.settrace(self._called)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[object]) -> Generator[None, object, object]:
        """What a fixture of more than one test runs is kept by its name."""
        before, own = self.current, self.current
        if fixturedef.scope != "function":
            own = self.fixtures[fixturedef.argname]
        self.current = own
        try:
            return (yield)
        finally:
            self.current = before

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Gather for one test."""
        self.current = set()
        result = yield
        self.tests[item.nodeid] = (self.seconds, self.current, list(getattr(item, "fixturenames", ())))
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None, object, object]:
        """Time the test itself: in another order another test sets up what they share."""
        started = time.process_time()
        try:
            return (yield)
        finally:
            self.seconds = time.process_time() - started

    def pytest_sessionfinish(self) -> None:
        """Write `{id: [seconds, [file:first line]]}`."""
        sys.settrace(None)
        threading.settrace(None)
        tests = {}
        for name, (seconds, own, fixtures) in self.tests.items():
            codes = own.union(*(self.fixtures[fixture] for fixture in fixtures if fixture in self.fixtures))
            tests[name] = [seconds, sorted({place for code in codes if (place := self._place(code))})]
        self.path.write_text(json.dumps(tests), encoding="utf-8")

    def _place(self, code: CodeType) -> str | None:
        path = Path(code.co_filename)
        inside = path.is_absolute() and path.is_relative_to(self.root)
        return f"{path.relative_to(self.root).as_posix()}:{code.co_firstlineno}" if inside else None


class InOrder:
    """Tests that were told to come first come first; those of other ids (made from a changed table) last."""

    def __init__(self, limits: dict[str, float]) -> None:
        self.limits = limits
        self.ranks = {name: rank for rank, name in enumerate(limits)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Sort."""
        items.sort(key=lambda item: self.ranks.get(item.nodeid, len(self.ranks)))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Processor time that is used up ends the process, in a loop of C too; a busy machine uses up none."""
        signal.setitimer(signal.ITIMER_VIRTUAL, self.limits.get(item.nodeid, max(self.limits.values())))
        try:
            return (yield)
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
