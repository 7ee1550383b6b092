"""Small files after situations that people report, where they lie beside the checkout: what each is taken for.

`reported_situations.json` holds for each case what becomes of its file without any mapping (`outcome`, and with the
proposal and an answer followed, energy, hours and counts), and of the mapping that its author wrote (`given`).
"""

import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from vigia.cli.parameters import print_questions
from vigia.config import Params, load_params
from vigia.errors import IngestError
from vigia.ingest import Ingested, ingest_folder
from vigia.ingest.guess import best_changes, changed, guess
from vigia.scanning.folder import scan_folder

CHECKOUT = Path(__file__).parents[2]
FOLDER = CHECKOUT.parent / "shared" / "cases" / "intake"
CASES: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent / "reported_situations.json").read_text(encoding="utf-8")
)

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the files are not beside this checkout")


def taken(result: Ingested) -> dict[str, Any]:
    """What was taken of a folder."""
    stamps = result.readings["timestamp"]
    names = ("read", "accepted", "rejected", "duplicates")
    return {
        "kwh": round(float(result.readings["active_energy_kwh"].sum()), 3),
        "first_hour": stamps.min().isoformat(),
        "last_hour": stamps.max().isoformat(),
        "counts": {name: sum(row[name] for row in result.summary) for name in names},
    }


@pytest.mark.parametrize("case", sorted(CASES))
def test_without_a_mapping_the_file_is_read_or_asked_about(case: str) -> None:
    expected, folder = CASES[case], FOLDER / case / "in"
    params = Params(fleet=load_params(FOLDER / case / "params.yaml").fleet)
    guesses = guess(folder, params.ingest)
    asks = print_questions(guesses, params.ingest, Console(quiet=True))
    found = changed(params.ingest, best_changes(guesses, params.ingest))
    if not asks and expected["outcome"] == "ask":
        asks = "conflicting_files" in set(ingest_folder(folder, found, params.fleet).issues["code"])
    assert asks == (expected["outcome"] == "ask")
    found = changed(found, expected.get("answer", {}))
    result = ingest_folder(folder, found, params.fleet)
    assert taken(result) == {name: expected[name] for name in ("kwh", "first_hour", "last_hour", "counts")}
    assert set(expected.get("told", [])) == set(result.issues["code"]) - {"no_sector", "short_history"}
    scanned = scan_folder(folder, params.model_copy(update={"ingest": found}))
    assert len(scanned.clients) == result.readings["client_id"].nunique()


@pytest.mark.parametrize("case", sorted(CASES))
def test_the_mapping_of_its_author_is_never_silently_wrong(case: str) -> None:
    expected, folder = CASES[case], FOLDER / case / "in"
    params = load_params(FOLDER / case / "params.yaml")
    try:
        result = ingest_folder(folder, params.ingest, params.fleet)
    except IngestError as error:
        said = str(error)
    else:
        right = taken(result)["kwh"] == expected["kwh"]
        told = set(result.issues["code"]) & {"unit_contradicts", "conflicting_files", "contradicting_rows"}
        said = "read" if right else " ".join(told)
    assert expected["given"] in said


@pytest.mark.parametrize("case", sorted(CASES))
def test_what_is_proposed_for_the_author_s_mapping_reads_it_right(case: str) -> None:
    expected, folder = CASES[case], FOLDER / case / "in"
    params = load_params(FOLDER / case / "params.yaml")
    found = best_changes(guess(folder, params.ingest), params.ingest)
    answers = expected.get("answer", {}) if params.ingest.scale == 1 else {}
    result = ingest_folder(folder, changed(params.ingest, found, answers), params.fleet)
    assert taken(result)["kwh"] == expected["kwh"]


@pytest.mark.parametrize(
    ("case", "found"),
    [
        ("09-register", []),
        ("09b-register-rollover", []),
        ("41b-lump-after-gap", [("zero_run", "data", 0.0)]),
        ("57-step-change-fault", [("level_down", "missing", 13_800.0)]),
    ],
)
def test_what_is_read_right_raises_what_happened_and_nothing_else(
    case: str, found: list[tuple[str, str, float]]
) -> None:
    params = Params(fleet=load_params(FOLDER / case / "params.yaml").fleet)
    mapping = changed(params.ingest, best_changes(guess(FOLDER / case / "in", params.ingest), params.ingest))
    events = scan_folder(FOLDER / case / "in", params.model_copy(update={"ingest": mapping}), ("past_only",)).events
    assert events[["kind", "stake"]].to_numpy().tolist() == [[kind, stake] for kind, stake, _ in found]
    assert events["energy_at_stake_kwh"].tolist() == pytest.approx([energy for _, _, energy in found], rel=0.05)
