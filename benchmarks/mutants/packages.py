"""The packages whose tests are tried, and the tests that guard each of them."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Package:
    """Source folder, what pytest is given, and how many mutants are tried unless asked otherwise."""

    name: str
    source: str
    tests: tuple[str, ...]
    sample: int

    def files(self, root: Path) -> list[str]:
        """Its files below `root`, relative to it; files without code of their own have no mutants."""
        return sorted(path.relative_to(root).as_posix() for path in (root / self.source).rglob("*.py"))


ABOUT_CALIBRATION = ("calibrate", "offsets", "residuals", "short_histories")

PACKAGES = (
    Package("detection", "src/vigia/detection", ("src/vigia/detection", "tests/detection", "tests/scanning"), 60),
    Package(
        "calibrate",
        "src/vigia/calibrate",
        ("src/vigia/calibrate", *(f"tests/modelling/test_{name}.py" for name in ABOUT_CALIBRATION)),
        60,
    ),
    Package("publish", "src/vigia/publish", ("src/vigia/publish", "tests/publishing"), 60),
    # The service as a process of its own takes half a minute to start and shows nothing more of its answers.
    Package("serving", "serving", ("serving", "tests/serving", "--ignore=tests/serving/test_process.py"), 60),
)
