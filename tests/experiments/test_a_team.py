"""What a team does with DVC: hand a run on, change a parameter by its name, compare, work on a fleet of one's own."""

import json
import time
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
from mlflow import MlflowClient

from tests.support.checkouts import Checkout
from vigia.config import load_params

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def second(first: Checkout) -> Checkout:
    """The checkout of somebody else, who has cloned and pulled."""
    made = first.clone(first.folder.parent / "second")
    made.run("dvc", "pull")
    return made


def test_after_clone_and_pull_there_is_nothing_to_run_and_the_release_can_be_published(second: Checkout) -> None:
    told = second.run("dvc", "repro")
    assert "Running stage" not in told
    assert "up to date" in told
    assert second.changed() == []
    assert "is in operation" in second.vigia("publish")
    assert second.changed() == []


def test_readings_fetched_again_are_the_ones_that_were_pulled(second: Checkout) -> None:
    assert "nothing has changed" in second.vigia("fetch", "demo")
    assert "up to date" in second.run("dvc", "repro")


def test_a_parameter_is_changed_by_its_name_and_what_it_changed_is_compared(second: Checkout) -> None:
    told = second.run("dvc", "exp", "run", "--set-param", "detect.breach_days=1", "--name", "one-day")
    ran = [line.split("'")[1] for line in told.splitlines() if line.startswith("Running stage")]
    assert ran == ["detect", "evaluate", "release"]
    text = (second.folder / "params.yaml").read_text(encoding="utf-8")
    assert "  # Consecutive days outside the band that make an event.\n  breach_days: 1\n" in text
    (change,) = json.loads(second.run("dvc", "params", "diff", "--json").splitlines()[0])["params.yaml"].items()
    assert change == ("detect.breach_days", {"old": 3, "new": 1, "diff": -2})
    metrics = json.loads(second.run("dvc", "metrics", "diff", "--json").splitlines()[0])["reports/metrics.json"]
    assert metrics["events_past_only"]["diff"] > 0
    assert "wape_day_mean" not in metrics
    shown = second.run("dvc", "exp", "show", "--csv", "--no-pager")
    assert "one-day" in shown


def test_plots_of_two_revisions_are_one_page(second: Checkout) -> None:
    before = second.changed()
    second.vigia("plots")
    second.run("dvc", "plots", "diff", "HEAD", "--out", "plots")
    page = (second.folder / "plots" / "index.html").read_text(encoding="utf-8")
    for title in (
        "WAPE of daily totals on the test slice",
        "Coverage less",
        "Best error so far",
        "Past-only",
    ):
        assert title in page
    assert page.count('"rev": "workspace"') > 3
    assert page.count('"rev": "HEAD"') > 3
    assert "<script src=" not in page
    second.run("dvc", "plots", "diff", "HEAD")
    assert [each for each in second.changed() if each not in before] == ["plots/index.html"]


def test_queued_experiments_run_beside_the_workspace_and_log_to_the_checkout_s_own_mlflow(
    first: Checkout, tmp_path: Path
) -> None:
    own = first.clone(tmp_path / "third")
    own.run("dvc", "pull")
    for days in (1, 2):
        change = ("--set-param", f"detect.breach_days={days}")
        own.run("dvc", "exp", "run", "--queue", *change, "--name", f"days-{days}")
    before = own.changed(), (own.folder / "params.yaml").read_bytes()
    own.run("dvc", "queue", "start")
    until = time.monotonic() + 900
    while "Queued" in (told := own.run("dvc", "queue", "status")) or "Running" in told:
        assert time.monotonic() < until, told
        time.sleep(2)
    assert told.count("Success") == 2, told
    own.run("dvc", "queue", "stop")
    assert (own.changed(), (own.folder / "params.yaml").read_bytes()) == before

    shown = pd.read_csv(StringIO(own.run("dvc", "exp", "show", "--csv", "--no-pager", "--hide-workspace")))
    by_name = shown.set_index("Experiment")
    events = by_name.loc[["days-1", "days-2"], "events_past_only"]
    assert list(by_name.loc[events.index, "detect.breach_days"]) == [1, 2]
    assert events["days-1"] > events["days-2"]

    client = MlflowClient(f"sqlite:///{own.folder}/var/mlflow.db")
    (experiment,) = client.search_experiments(filter_string="name = 'demo'")
    runs = client.search_runs([experiment.experiment_id], "tags.level = 'evaluation'")
    found = {run.info.run_name: run for run in runs}
    assert found.keys() == {"days-1", "days-2"}
    for name, run in found.items():
        assert run.info.status == "FINISHED"
        assert run.data.params["detect.breach_days"] == name[-1]
        assert run.data.metrics["scores/events_past_only"] == events[name]
        assert list((own.folder / "var" / "mlartifacts").rglob(f"{run.info.run_id}/artifacts/clients.json"))


def test_a_fleet_of_one_s_own_runs_in_its_folder_and_leaves_the_demo_fleet_as_it_is(
    first: Checkout, tmp_path: Path
) -> None:
    source = tmp_path / "Norte"
    source.mkdir()
    for file in sorted((first.folder / "data" / "raw").glob("*.csv"))[:2]:
        if file.stem.startswith("DATOS"):
            frame = pd.read_csv(file)
            frame.rename(columns={frame.columns[1]: "energia_activa_kWh"}).to_csv(source / file.name, index=False)
    before = first.changed()
    assert "energia_activa_kWh" in first.vigia("fetch", str(source))
    assert first.vigia("fleet", str(source), "--folder").strip() == str(first.folder / "fleets" / "norte")
    assert load_params(first.folder / "fleets" / "norte" / "params.yaml").fleet.name == "norte"
    first.run("dvc", "repro", "screen", inside="fleets/norte")
    assert (first.folder / "fleets" / "norte" / "dvc.lock").is_file()
    assert {each.split("/data/")[0] for each in first.changed() if each not in before} == {
        f"fleets/norte/{name}" for name in ("dvc.lock", "dvc.yaml", "params.yaml", "raw.dvc")
    }
    assert "up to date" in first.run("dvc", "repro")
    told = first.run("dvc", "exp", "run", "-S", "screen.join_days=6", "screen", inside="fleets/norte")
    assert "Running stage 'screen'" in told
    assert list((first.folder / "fleets" / "norte" / "data" / "raw").glob("*.csv"))
