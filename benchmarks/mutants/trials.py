"""One mutant against those tests of its package that run the changed statement, the quickest first."""

import ast
import json
import signal
import subprocess
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.mutants.copies import Copy
from benchmarks.mutants.mutant import Mutant
from benchmarks.mutants.packages import Package

PLUGINS = ("no:cacheprovider", "pytest_timeout", "_hypothesis_pytestplugin", "benchmarks.mutants.plugin")
PYTEST = (
    "-m",
    "pytest",
    "-x",
    "-q",
    "--tb=line",
    "--timeout=0",
    *(f"-p{name}" for name in PLUGINS),
    "--hypothesis-seed=0",
)
NO_OTHER_PLUGIN = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
"""Those of libraries, found by pytest, cost more than many a test; examples are drawn alike for all mutants."""
PATIENCE = 5
"""A test that takes so many times its usual processor time, and `GRACE` seconds more, does not end."""
GRACE = 180.0
"""For what tests share: whichever comes first sets it up."""
HANGS = 1800.0
"""Seconds more than so many times the usual ones after which something waits for what never comes."""


@dataclass(frozen=True)
class Recorded:
    """A test of the unchanged code: processor seconds without what it sets up, and the lines that it ran by file."""

    seconds: float
    lines: Mapping[str, frozenset[int]]

    def ran(self, file: str, lines: Collection[int]) -> bool:
        """Whether it ran one of these lines."""
        return not self.lines.get(file, frozenset()).isdisjoint(lines)


@dataclass(frozen=True)
class Guard:
    """The tests of a package as the unchanged code ran them, and variables that they need."""

    package: Package
    tests: Mapping[str, Recorded]
    seconds: float
    variables: Mapping[str, str] = field(default_factory=dict)


def record(copy: Copy, package: Package, scratch: Path, variables: Mapping[str, str]) -> Guard:
    """Run the tests on the unchanged code.

    Raises:
        SystemExit: a test fails without any change, or none runs the package's code in the copy.
    """
    path = scratch / f"{package.name}.json"
    started = time.perf_counter()
    done = copy.run(*PYTEST, f"--record-lines={path}", *package.tests, variables={**variables, **NO_OTHER_PLUGIN})
    if done.returncode:
        raise SystemExit(f"{package.name}: tests fail without any change:\n{done.stdout[-3000:]}")
    found = json.loads(path.read_text(encoding="utf-8"))
    tests = {
        name: Recorded(seconds, {file: frozenset(numbers) for file, numbers in lines.items()})
        for name, (seconds, lines) in found.items()
    }
    if not any(file.startswith(package.source) for test in tests.values() for file in test.lines):
        raise SystemExit(f"{package.name}: no test runs a line of {package.source}")
    return Guard(package, tests, time.perf_counter() - started, variables)


def statement_at(code: str, line: int) -> range | None:
    """Lines of the innermost statement of a function around a line, None for a line that an import runs.

    Of a statement with others inside, such as a loop, it is the part before them. A default value and a decorator
    are run by an import.

    >>> code = "A = 1\\n\\ndef f(x=2):\\n    for y in [\\n        x,\\n    ]:\\n        return y\\n"
    >>> [statement_at(code, line) for line in (1, 3, 5, 7)]
    [None, None, range(4, 7), range(7, 8)]
    """
    functions = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    statements = (_head(node) for function in functions for node in _statements(function))
    return max((lines for lines in statements if line in lines), key=lambda lines: lines.start, default=None)


def _statements(node: ast.AST) -> list[ast.stmt | ast.ExceptHandler]:
    return [each for each in ast.walk(node) if each is not node and isinstance(each, ast.stmt | ast.ExceptHandler)]


def _head(node: ast.stmt | ast.ExceptHandler) -> range:
    after = (node.end_lineno or node.lineno) + 1
    return range(node.lineno, min((each.lineno for each in _statements(node)), default=after))


def order(tests: Mapping[str, Recorded], file: str, statement: Collection[int] | None) -> list[str]:
    """Ids of the tests that can notice a change of a statement, quick ones first.

    For a line that an import runs, and for a statement that was run in no test's own process, these are all tests;
    those that run something of the file come first.
    """
    if statement is not None and (running := [name for name, test in tests.items() if test.ran(file, statement)]):
        return sorted(running, key=lambda name: tests[name].seconds)
    return sorted(tests, key=lambda name: (file not in tests[name].lines, tests[name].seconds))


def trial(copy: Copy, mutant: Mutant, guard: Guard) -> str:
    """`killed`, `timeout` or `survived`."""
    code = (copy.folder / mutant.file).read_text(encoding="utf-8")
    ids = order(guard.tests, mutant.file, statement_at(code, mutant.line))
    listed = copy.folder.with_name(f"{copy.folder.name}.json")
    limits = {name: GRACE + PATIENCE * guard.tests[name].seconds for name in ids}
    left_out = [name for name in guard.tests if name not in limits]
    listed.write_text(json.dumps({"limits": limits, "left_out": left_out}), encoding="utf-8")
    variables = {**guard.variables, **NO_OTHER_PLUGIN, "PYTHONDONTWRITEBYTECODE": "1"}
    with copy.changed(mutant.file, mutant.code):
        try:
            done = copy.run(
                *PYTEST,
                f"--in-order={listed}",
                f"--basetemp={copy.folder}.tmp",
                *dict.fromkeys(name.partition("::")[0] for name in ids),
                variables=variables,
                timeout=HANGS + PATIENCE * guard.seconds,
            )
        except subprocess.TimeoutExpired:
            return "timeout"
    if done.returncode == 0:
        return "survived"
    return "timeout" if done.returncode == -signal.SIGVTALRM else "killed"
