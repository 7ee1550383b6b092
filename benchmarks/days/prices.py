"""`python -m benchmarks.days.prices RELEASE`: seconds and memory of a day, by clients and by length of the history."""

import argparse
import tempfile
from pathlib import Path

from benchmarks.days.costs import copied, cost_of


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="benchmarks.days.prices")
    parser.add_argument("release", type=Path)
    parser.add_argument("--clients", default="24,200", help="of the releases that are made, separated by commas")
    parser.add_argument("--history", default="", help="days that are kept of the history, separated by commas")
    asked = parser.parse_args()
    wanted: list[tuple[int, int | None]] = [(int(count), None) for count in asked.clients.split(",") if count]
    wanted += [(24, int(days)) for days in asked.history.split(",") if days]
    for count, days in wanted:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            found = cost_of(copied(asked.release, count, root, days), root)
            print(
                f"{found.clients} clients, {days or 'all'} days of history: first day {found.first_seconds:.1f} s, "
                f"a later one {found.seconds:.2f} s, {found.most_bytes / 1e6:.0f} MB at most a process",
                flush=True,
            )


if __name__ == "__main__":
    main()
