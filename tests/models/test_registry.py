"""What holds of every record of a family, and that reading records costs no library."""

import subprocess
import sys
from operator import attrgetter
from pathlib import Path

import pytest
from optuna.trial import FixedTrial

from vigia.backtest.shared import RELEASED
from vigia.config.sections.backtest import BacktestParams
from vigia.config.sections.train import TrainParams
from vigia.errors import ModelError
from vigia.models import families
from vigia.models.families import BASELINE, COMBINATION, FAMILIES, FLEET
from vigia.models.families.combination import MEMBERS
from vigia.models.families.record import Family
from vigia.models.families.seasonal import Seasonal
from vigia.release.layout import SHARED_MODEL
from vigia.train.candidates import FLEET_FOLDER
from vigia.vocabulary import Words

HEAVY = ("xgboost", "onnxruntime", "tensorflow", "optuna", "mlflow", "matplotlib")


@pytest.mark.parametrize("what", ["name", "short.es", "short.en", "colour", "tie_break"])
def test_no_two_families_share_what_tells_them_apart(what: str) -> None:
    values = [attrgetter(what)(family) for family in FAMILIES]
    assert len(set(values)) == len(values)
    assert "" not in values


def test_one_family_is_of_all_clients_and_one_joins_others() -> None:
    assert [family for family in FAMILIES if family.scope == "fleet"] == [FLEET]
    assert [family for family in FAMILIES if family.scope == "combination"] == [COMBINATION]
    assert set(MEMBERS) < set(families.names())
    assert BASELINE in families.of_clients()


@pytest.mark.parametrize("family", [each for each in FAMILIES if each != COMBINATION], ids=lambda each: each.name)
def test_a_family_that_is_fitted_can_be_read_again(family: Family) -> None:
    assert family.fit is not None
    assert family.load is not None


@pytest.mark.parametrize("family", families.tuned(), ids=lambda each: each.name)
def test_the_defaults_are_a_point_of_the_space(family: Family) -> None:
    assert family.space is not None
    assert family.space(FixedTrial(family.defaults)) == family.defaults


def test_the_shared_model_stands_in_the_same_folder_from_training_to_release() -> None:
    assert FLEET_FOLDER == RELEASED == SHARED_MODEL == f"@{FLEET.name}"


@pytest.mark.parametrize(
    ("family", "trials"), [("seasonal", 1), ("xgboost", 11), ("autoregression", 1), ("lstm", 12), ("fleet", 13)]
)
def test_a_tuned_family_has_a_budget_of_its_own_and_another_one_trial(family: str, trials: int) -> None:
    train = TrainParams(xgboost_trials=11, lstm_trials=12, fleet_trials=13)
    assert families.named(family).trials(train) == trials


@pytest.mark.parametrize("family", families.of_clients(), ids=lambda each: each.name)
def test_a_client_s_family_is_refitted_on_the_common_schedule_but_for_the_network(family: Family) -> None:
    plan = BacktestParams(refit_days=21, lstm_refit_days=77)
    assert family.refit_days(plan) == (77 if family.name == "lstm" else 21)


def test_the_steadiest_of_equals_is_the_combination_and_the_network_the_last() -> None:
    known = ("combination", "fleet", "xgboost", "autoregression", "seasonal", "lstm")
    assert [family.name for family in families.steadiest_first() if family.name in known] == list(known)


def test_people_read_names_in_both_languages() -> None:
    assert families.words()["fleet"] == Words("modelo de flota", "fleet model")
    assert set(families.words()) == set(families.names())


def test_what_is_no_family_or_is_not_fitted_says_so() -> None:
    with pytest.raises(ModelError, match="unknown family 'oracle'"):
        families.named("oracle")
    with pytest.raises(ModelError, match="joins other families"):
        families.fit("combination", None, None, {}, 1)  # type: ignore[arg-type] # nothing is read


def loaded_after(code: str) -> set[str]:
    """Heavy libraries that a fresh interpreter holds after `code`."""
    report = f"{code}\nimport sys\nprint(*[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, timeout=120, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "code",
    [
        "from vigia.models import families; families.words()",
        "import vigia.cli.scanning.scan, vigia.cli.check, vigia.scanning.folder",
        "import vigia.choose, vigia.release.reader",
    ],
    ids=["records", "scan and check", "choice and reader"],
)
def test_records_need_no_library(code: str) -> None:
    assert loaded_after(code) == set()


def test_a_model_is_read_without_the_libraries_of_other_families(tmp_path: Path) -> None:
    Seasonal().save(tmp_path)
    assert (
        loaded_after(f"from pathlib import Path; from vigia.models import load; load(Path({str(tmp_path)!r}))") == set()
    )
