"""One mutant against the tests of its package: first those that run the changed function, of them the quickest."""

import ast
import json
import signal
import subprocess
import time
from collections.abc import Mapping
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
    """A test of the unchanged code: processor seconds without what it sets up, and functions as `file:first line`."""

    seconds: float
    functions: frozenset[str]


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
    done = copy.run(*PYTEST, f"--record-functions={path}", *package.tests, variables={**variables, **NO_OTHER_PLUGIN})
    if done.returncode:
        raise SystemExit(f"{package.name}: tests fail without any change:\n{done.stdout[-3000:]}")
    found = json.loads(path.read_text(encoding="utf-8"))
    tests = {name: Recorded(seconds, frozenset(functions)) for name, (seconds, functions) in found.items()}
    if not any(place.startswith(package.source) for test in tests.values() for place in test.functions):
        raise SystemExit(f"{package.name}: no test runs a function of {package.source}")
    return Guard(package, tests, time.perf_counter() - started, variables)


def function_at(code: str, line: int) -> int | None:
    """First line (that of its decorators) of the innermost function around a line, None outside of all.

    >>> function_at("A = 1\\n\\n@cache\\ndef f(x):\\n    return x\\n", 5)
    3
    """
    around = [
        (node.end_lineno or 0, min([node.lineno, *(each.lineno for each in node.decorator_list)]))
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return max((first for last, first in around if first <= line <= last), default=None)


def order(tests: Mapping[str, Recorded], function: str | None) -> list[str]:
    """Ids of all tests: those that run `function` first, and quick ones before slow ones."""
    return sorted(tests, key=lambda name: (function not in tests[name].functions, tests[name].seconds))


def trial(copy: Copy, mutant: Mutant, guard: Guard) -> str:
    """`killed`, `timeout` or `survived`."""
    code = (copy.folder / mutant.file).read_text(encoding="utf-8")
    first = function_at(code, mutant.line)
    ids = order(guard.tests, None if first is None else f"{mutant.file}:{first}")
    listed = copy.folder.with_name(f"{copy.folder.name}.json")
    listed.write_text(json.dumps({name: GRACE + PATIENCE * guard.tests[name].seconds for name in ids}))
    variables = {**guard.variables, **NO_OTHER_PLUGIN, "PYTHONDONTWRITEBYTECODE": "1"}
    with copy.changed(mutant.file, mutant.code):
        try:
            done = copy.run(
                *PYTEST,
                f"--in-order={listed}",
                f"--basetemp={copy.folder}.tmp",
                *guard.package.tests,
                variables=variables,
                timeout=HANGS + PATIENCE * guard.seconds,
            )
        except subprocess.TimeoutExpired:
            return "timeout"
    if done.returncode == 0:
        return "survived"
    return "timeout" if done.returncode == -signal.SIGVTALRM else "killed"
