"""What is drawn, counted and left out by the mutation run."""

import math
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.mutants import report
from benchmarks.mutants.mutant import Equivalent, Mutant, Place, draw, is_equivalent, read_equivalents
from benchmarks.mutants.packages import PACKAGES, Package
from benchmarks.mutants.trials import Recorded, order, statement_at
from benchmarks.stages import ROOT

PLACES = [
    Place("a.py", line, column, operator, number, f"x{line} = {line} < {column}")
    for number, (line, column) in enumerate((line, column) for line in range(1, 30) for column in (4, 8))
    for operator in ("Lt_LtE", "Lt_GtE")
]
MUTANT = Mutant("a.py", 5, "Lt_LtE", "-x < 1\n+x <= 1", "x <= 1\n")


def test_the_seed_alone_draws_the_sample() -> None:
    assert draw(PLACES, 1) == draw(reversed(PLACES), 1)
    assert draw(PLACES, 1) != draw(PLACES, 2)


def test_a_spot_is_changed_once() -> None:
    drawn = draw(PLACES, 1)
    assert len(drawn) == len({(place.line, place.column) for place in drawn}) == len(PLACES) / 2
    assert {place.operator for place in drawn} == {"Lt_LtE", "Lt_GtE"}


def test_lines_put_above_leave_the_sample_as_it_is() -> None:
    moved = [replace(place, line=place.line + 7, occurrence=place.occurrence + 3) for place in PLACES]
    before, after = draw(PLACES, 1), draw(moved, 1)
    assert [place.text for place in before] == [place.text for place in after]


def test_the_same_line_twice_is_drawn_as_two() -> None:
    twice = [replace(place, line=place.line + 100) for place in PLACES]
    assert len(draw([*PLACES, *twice], 1)) == len(PLACES)


@pytest.mark.parametrize(
    ("outcomes", "killed", "late", "share"),
    [
        (("killed", "timeout", "survived", "equivalent"), 2, 1, 2 / 3),
        (("survived",), 0, 0, 0.0),
        (("equivalent",), 0, 0, math.nan),
    ],
    ids=["one that never ends is killed", "none killed", "nothing tried"],
)
def test_the_share_is_of_those_that_change_something(
    outcomes: tuple[str, ...], killed: int, late: int, share: float
) -> None:
    (row,) = report.summary([report.Result("publish", MUTANT, outcome) for outcome in outcomes]).to_dict("records")
    assert (row["mutants"], row["killed"], row["timeout"]) == (len(outcomes), killed, late)
    assert row["share"] == pytest.approx(share, nan_ok=True)


def test_survivors_are_named_by_file_line_operator_and_difference() -> None:
    results = [report.Result("publish", MUTANT, "killed"), report.Result("serving", MUTANT, "survived")]
    assert report.survivors(results).to_numpy().tolist() == [["serving", "a.py", 5, "Lt_LtE", MUTANT.diff]]


def test_a_reviewed_change_is_known_wherever_its_line_has_moved(tmp_path: Path) -> None:
    path = tmp_path / "equivalent.csv"
    path.write_text('file,diff,reason\na.py,"-x < 1\n+x <= 1",x is never 1\n', encoding="utf-8")
    known = read_equivalents(path)
    assert known == [Equivalent("a.py", MUTANT.diff, "x is never 1")]
    assert is_equivalent(replace(MUTANT, line=50), known)
    assert not is_equivalent(replace(MUTANT, diff="-x < 1\n+x >= 1"), known)
    assert not is_equivalent(replace(MUTANT, file="b.py"), known)


def test_every_reviewed_change_is_of_a_line_that_is_still_there() -> None:
    for known in read_equivalents():
        lines = {line.strip() for line in (ROOT / known.file).read_text(encoding="utf-8").splitlines()}
        before = {line[1:] for line in known.diff.splitlines() if line.startswith("-")}
        assert before <= lines, known
        assert known.reason, known


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_each_package_and_the_tests_that_guard_it_are_where_they_are_said_to_be(package: Package) -> None:
    assert package.files(ROOT)
    missing = [path for path in package.tests if not (ROOT / path.removeprefix("--ignore=")).exists()]
    assert missing == []


def test_only_tests_that_run_the_changed_statement_are_tried_the_quickest_first() -> None:
    tests = {
        "far": Recorded(0.1, {"b.py": frozenset({7})}),
        "slow": Recorded(9.0, {"a.py": frozenset({1, 7})}),
        "quick": Recorded(1.0, {"a.py": frozenset({7, 8})}),
    }
    assert order(tests, "a.py", range(6, 9)) == ["quick", "slow"]
    assert order(tests, "a.py", range(1, 2)) == ["slow"]


def test_what_an_import_runs_or_no_test_itself_is_tried_with_all_tests() -> None:
    tests = {"far": Recorded(0.1, {}), "slow": Recorded(9.0, {"a.py": frozenset({1})})}
    assert order(tests, "a.py", None) == ["slow", "far"]
    assert order(tests, "a.py", range(5, 6)) == ["slow", "far"]


def test_the_statement_of_a_line_is_the_innermost_one_of_a_function() -> None:
    code = (
        "A = 1\n@cache\ndef outer():\n    def inner():\n        return (\n            1\n        )\n"
        "    try:\n        return inner\n    except ValueError:\n        return None\n"
    )
    found = {line: statement_at(code, line) for line in (1, 2, 4, 6, 9, 10)}
    assert found == {1: None, 2: None, 4: range(4, 5), 6: range(5, 8), 9: range(9, 10), 10: range(10, 11)}
