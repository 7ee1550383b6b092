"""`make mutants`: how many changed lines the tests of four packages notice.

Writes `survivors.csv` and `summary.csv` to `reports/mutants`. The same seed draws the same mutants.
"""

import argparse
import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from queue import SimpleQueue
from typing import TypeVar

from benchmarks.mutants import report
from benchmarks.mutants.copies import Copy, scratch
from benchmarks.mutants.mutant import Mutant, is_equivalent, read_equivalents
from benchmarks.mutants.packages import PACKAGES, Package
from benchmarks.mutants.trials import Guard, record, trial
from pipelines import common

PYTHON = Path(__file__).parent / ".venv" / "bin" / "python"
REPORTS = common.REPORTS / "mutants"
TINY_RELEASE = (
    "import sys; from pathlib import Path; from tests.support.tiny_release import tiny_release;"
    "tiny_release(Path(sys.argv[1]))"
)
Task = TypeVar("Task")
Answer = TypeVar("Answer")


def main() -> None:
    """Draw, record, try, report."""
    names = [package.name for package in PACKAGES]
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--package", nargs="*", choices=names, default=[], help="all unless named")
    parser.add_argument("--sample", type=int, help="mutants a package")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    if not PYTHON.is_file():
        raise SystemExit("the mutation tool has no environment yet: make mutants")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    packages = [package for package in PACKAGES if not asked.package or package.name in asked.package]
    started = time.perf_counter()
    results: list[report.Result] = []
    try:
        with scratch() as folder:
            copies = [Copy(folder / str(number)) for number in range(asked.workers)]
            for result in run(packages, copies, folder, asked.sample, asked.seed):
                results.append(result)
                print(f"{len(results):>4} {result}", flush=True)
    finally:  # an interrupted run shows what it has tried
        write(results)
    print(f"\n{(time.perf_counter() - started) / 60:.0f} minutes; survivors in {REPORTS}\n")
    report.print_table(report.summary(results))


def write(results: Sequence[report.Result]) -> None:
    """Both tables."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    report.survivors(results).to_csv(REPORTS / "survivors.csv", index=False)
    report.summary(results).to_csv(REPORTS / "summary.csv", index=False, float_format="%.4f")


def run(
    packages: Sequence[Package], copies: Sequence[Copy], folder: Path, size: int | None, seed: int
) -> Iterator[report.Result]:
    """All mutants of the sample, tried in the copies at the same time."""
    drawn = [(package, one) for package in packages for one in draw(package, copies[0], size or package.sample, seed)]
    variables = {package.name: prepared(package, copies[0], folder) for package in packages}

    def recorded(copy: Copy, package: Package) -> Guard:
        return record(copy, package, folder, variables[package.name])

    guards = {guard.package.name: guard for _, guard in spread(recorded, packages, copies)}
    for guard in guards.values():
        print(f"{guard.package.name}: {len(guard.tests)} tests, {guard.seconds:.0f} s", flush=True)

    equivalents = read_equivalents()
    tried = []
    for package, one in drawn:
        if is_equivalent(one, equivalents):
            yield report.Result(package.name, one, "equivalent")
        else:
            tried.append((package, one))

    def outcome(copy: Copy, task: tuple[Package, Mutant]) -> str:
        package, mutant = task
        return trial(copy, mutant, guards[package.name])

    for (package, mutant), found in spread(outcome, tried, copies):
        yield report.Result(package.name, mutant, found)


def draw(package: Package, copy: Copy, size: int, seed: int) -> list[Mutant]:
    """The sample of a package, made by the mutation tool in its own environment."""
    command = [str(PYTHON), "-m", "benchmarks.mutants.mutations", str(size), str(seed), *package.files(copy.folder)]
    made = subprocess.run(command, cwd=copy.folder, stdout=subprocess.PIPE, text=True, check=True).stdout
    return [Mutant(**fields) for fields in json.loads(made)]


def prepared(package: Package, copy: Copy, folder: Path) -> dict[str, str]:
    """Variables for the tests of a package: those of the service get the release that the library makes for them.

    It takes longer than most of these tests, and no line of the library is changed while they run.
    """
    if package.name != "serving":
        return {}
    made = copy.run("-c", TINY_RELEASE, str(folder / "release"))
    if made.returncode:
        raise SystemExit(f"no release for the tests of the service:\n{made.stdout[-3000:]}")
    return {"VIGIA_TEST_TINY_RELEASE": str(folder / "release")}


def spread(
    work: Callable[[Copy, Task], Answer], tasks: Sequence[Task], copies: Sequence[Copy]
) -> Iterator[tuple[Task, Answer]]:
    """Each task with its answer as it comes; a copy has one task at a time. An interruption kills what runs."""
    free: SimpleQueue[Copy] = SimpleQueue()
    for copy in copies:
        free.put(copy)

    def one(task: Task) -> Answer:
        copy = free.get()
        try:
            return work(copy, task)
        finally:
            free.put(copy)

    with ThreadPoolExecutor(len(copies)) as pool:
        futures = {pool.submit(one, task): task for task in tasks}
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        except BaseException:  # an interrupt too: what runs in the copies must end before it travels on
            pool.shutdown(wait=False, cancel_futures=True)
            for copy in copies:
                copy.stop()
            raise


if __name__ == "__main__":
    main()
