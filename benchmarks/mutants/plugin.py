"""A plugin of pytest: writes which lines each test runs and its processor time, or puts the tests in an order."""

import json
import signal
import time
from collections import defaultdict
from collections.abc import Generator, Sequence
from pathlib import Path

import pytest
from coverage import Coverage

SOURCES = ("src", "serving")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Either option switches on one half of the plugin."""
    group = parser.getgroup("mutants")
    group.addoption("--record-lines", type=Path, help="write the lines that each test runs to this file")
    group.addoption(
        "--in-order", type=Path, help="run tests as this file says: processor seconds by id, and ids to leave out"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Start recording before tests are collected."""
    if (path := config.getoption("--record-lines")) is not None:
        config.pluginmanager.register(Recorder(path, config.rootpath))
    if (path := config.getoption("--in-order")) is not None:
        config.pluginmanager.register(InOrder(**json.loads(path.read_text(encoding="utf-8"))))


class Recorder:
    """Lines by test; those that a shared fixture ran count for every test that uses it.

    A module's own lines run when it is first imported, by whichever test that was: nobody asks for them.
    """

    def __init__(self, path: Path, root: Path) -> None:
        self.path, self.root = path, root
        self.tests: dict[str, tuple[float, list[str]]] = {}
        self.shared: set[str] = set()
        self.context = ""
        self.seconds = 0.0
        # Without a file of data and of settings: nothing is left behind and nothing else decides.
        self.coverage = Coverage(data_file=None, config_file=False, source=[str(root / name) for name in SOURCES])

    def _switch(self, context: str) -> None:
        self.context = context
        self.coverage.switch_context(context)

    def pytest_sessionstart(self) -> None:
        """New threads are followed too: the service answers in some."""
        self.coverage.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[object]) -> Generator[None, object, object]:
        """What a fixture of more than one test runs is kept by its name."""
        if fixturedef.scope == "function":
            return (yield)
        before = self.context
        self.shared.add(fixturedef.argname)
        self._switch(fixturedef.argname)
        try:
            return (yield)
        finally:
            self._switch(before)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Gather for one test."""
        self._switch(item.nodeid)
        result = yield
        fixtures = [name for name in getattr(item, "fixturenames", ()) if name in self.shared]
        self.tests[item.nodeid] = (self.seconds, fixtures)
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
        """Write `{id: [seconds, {file: [line]}]}`."""
        self.coverage.stop()
        data = self.coverage.get_data()
        lines: dict[str, dict[str, list[int]]] = defaultdict(dict)
        for file in data.measured_files():
            relative = Path(file).relative_to(self.root).as_posix()
            for line, contexts in data.contexts_by_lineno(file).items():
                for context in contexts:
                    lines[context].setdefault(relative, []).append(line)
        tests = {}
        for name, (seconds, fixtures) in self.tests.items():
            own: dict[str, set[int]] = defaultdict(set)
            for context in (name, *fixtures):
                for file, numbers in lines.get(context, {}).items():
                    own[file].update(numbers)
            tests[name] = [seconds, {file: sorted(numbers) for file, numbers in own.items()}]
        self.path.write_text(json.dumps(tests), encoding="utf-8")


class InOrder:
    """The named tests in their order; those of ids that nobody knew (made from a changed table) last."""

    def __init__(self, limits: dict[str, float], left_out: Sequence[str]) -> None:
        self.limits, self.left_out = limits, frozenset(left_out)
        self.ranks = {name: rank for rank, name in enumerate(limits)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Choose and sort."""
        items[:] = [item for item in items if item.nodeid not in self.left_out]
        items.sort(key=lambda item: self.ranks.get(item.nodeid, len(self.ranks)))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Processor time that is used up ends the process, in a loop of C too; a busy machine uses up none."""
        signal.setitimer(signal.ITIMER_VIRTUAL, self.limits.get(item.nodeid, max(self.limits.values())))
        try:
            return (yield)
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
