"""Copies of the checkout in which lines are changed and tests run; the checkout itself is only read."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from benchmarks.stages import ROOT, environment

COMPILED = ("src", "serving", "pipelines", "benchmarks")


@contextmanager
def scratch() -> Iterator[Path]:
    """A temporary folder that is gone afterwards, however this process ends: a shell waits for that and removes it."""
    folder = Path(mkdtemp(prefix="vigia-mutants-"))
    command = ["sh", "-c", 'read -r _; rm -rf "$1"', "sh", str(folder)]
    keeper = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
    try:
        yield folder
    finally:
        keeper.communicate()


class Copy:
    """All that git knows of the checkout or would take into it, changes that are not committed included."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._running: subprocess.Popen[str] | None = None
        self._stopped = False
        listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        for name in subprocess.check_output(listed, cwd=ROOT, text=True).split("\0"):
            if name and (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, folder / name)
        # A mutant may be as long as its original and written in the same second: only a digest tells them apart.
        self.run("-m", "compileall", "-q", "--invalidation-mode", "checked-hash", *COMPILED).check_returncode()

    @contextmanager
    def changed(self, file: str, code: str) -> Iterator[None]:
        """The copy with another text in one file."""
        path = self.folder / file
        original = path.read_text(encoding="utf-8")
        path.write_text(code, encoding="utf-8")
        try:
            yield
        finally:
            path.write_text(original, encoding="utf-8")

    def run(
        self, *arguments: str, variables: Mapping[str, str] | None = None, timeout: float | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run this Python on the copy's code, one thread; standard error is with the output.

        Raises:
            InterruptedError: the copy was stopped.
            subprocess.TimeoutExpired: it was killed after `timeout` seconds.
        """
        paths = f"{self.folder / 'src'}{os.pathsep}{self.folder}"
        own = {**environment(), "PYTHONPATH": paths, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        command = [sys.executable, *arguments]
        if self._stopped:
            raise InterruptedError(f"{self.folder} was stopped")
        with subprocess.Popen(
            command,
            cwd=self.folder,
            env={**own, **(variables or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process:
            self._running = process
            try:
                output, _ = process.communicate(timeout=timeout)
            except BaseException:  # an interrupt or a timeout: the child must not outlive it
                process.kill()
                raise
            finally:
                self._running = None
        return subprocess.CompletedProcess(command, process.returncode, output)

    def stop(self) -> None:
        """Kill what runs in the copy and run nothing more, asked by another thread."""
        self._stopped = True
        if self._running is not None:
            self._running.kill()
