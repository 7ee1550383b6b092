"""A day of one data scientist: clone, pull, publish, change, compare, ask MLflow, forecast elsewhere, go back."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest

from tests.experiments.by_hand import Run, Steps
from tests.experiments.over_rest import Found, OverRest
from tests.support.checkouts import VIGIA, Checkout, tiny_checkout
from tests.support.elsewhere import QUIET, SECONDS, free_ports, new_environment, running
from vigia.evaluate.headline import HEADLINE

pytestmark = [pytest.mark.long, pytest.mark.timeout(3600)]
FLEET = {
    "fetch": {"demo": {"clients": 5}},
    "choose": {"min_validation_days": 1000},
    "detect": {"breach_days": 1},
}
"""All clients are forecast by the fleet model, and a day outside of its band is an alert."""
CHANGE = ("backtest.refit_days", "84", "365")
"""The question of the day: what does it cost to fit a model once, on the first weeks, and never again?"""
NAME = "never-again"
NOTE = "mlflow.note.content"
ASK = """
import importlib.util, sys
import mlflow, pandas as pd
assert importlib.util.find_spec("vigia") is None
model = mlflow.pyfunc.load_model(sys.argv[1])
model.predict(pd.read_csv("readings.csv"), params={"days": 2, "level": 0.9}).to_csv("said.csv", index=False)
"""


@dataclass(frozen=True)
class Servers:
    """Addresses of what `vigia serve` starts."""

    mlflow: OverRest
    service: str


def handed_on(folder: Path, steps: Steps) -> Checkout:
    """The checkout of somebody who has run everything, published, committed and pushed it."""
    made = tiny_checkout(folder / "first", FLEET)
    made.run("dvc", "remote", "add", "--default", "store", str(folder / "store"))
    with steps.step("the first person: vigia fetch, dvc repro"):
        made.vigia("fetch", "demo")
        made.run("dvc", "repro")
    with steps.step("the first person: vigia publish, git commit, dvc push"):
        made.vigia("publish")
        made.git("add", "--all")
        made.git("commit", "--quiet", "--message", "A run of the small fleet")
        made.run("dvc", "push")
    return made


def compared_in_dvc(checkout: Checkout, before: Run, after: Run) -> None:
    """`dvc params diff`, `dvc metrics diff` and `dvc exp show` say what the tables say."""
    name, old, new = CHANGE
    (change,) = json.loads(checkout.run("dvc", "params", "diff", "--json").splitlines()[0])["params.yaml"].items()
    assert change == (name, {"old": int(old), "new": int(new), "diff": int(new) - int(old)})
    told = json.loads(checkout.run("dvc", "metrics", "diff", "--json").splitlines()[0])["reports/metrics.json"]
    assert {figure: (each["old"], each["new"]) for figure, each in told.items()} == {
        figure: (value, after.figures.get(figure))
        for figure, value in before.figures.items()
        if value != after.figures.get(figure)
    }
    assert {"wape_day_mean", "skill_last_day", "events_past_only"} <= told.keys()
    shown = pd.read_csv(StringIO(checkout.run("dvc", "exp", "show", "--csv", "--no-pager", "--hide-workspace")))
    experiment = shown.set_index("Experiment").loc[NAME]
    assert experiment["wape_day_mean"] == after.figures["wape_day_mean"]
    assert experiment[name] == int(new)


@contextmanager
def served(checkout: Checkout, folder: Path) -> Iterator[Servers]:
    """`vigia serve` in a checkout, on ports that are free."""
    service, dashboard, mlflow = free_ports(3)
    ports = {"SERVING": service, "DASHBOARD": dashboard, "TRACKING": mlflow}
    environment = {
        **checkout.environment(),
        **{f"VIGIA_{section}_PORT": str(port) for section, port in ports.items()},
        "BENTOML_HOME": str(folder / "bentoml"),
    }
    ready = [f"http://127.0.0.1:{mlflow}/health", f"http://127.0.0.1:{service}/readyz"]
    with running([*VIGIA, "serve"], ready, checkout.folder, environment, folder / "serve.log"):
        yield Servers(OverRest(f"http://127.0.0.1:{mlflow}"), f"http://127.0.0.1:{service}")


def evaluations_say_what_the_tables_say(mlflow: OverRest, before: Run, after: Run) -> Found:
    """Two evaluations with their figures; who is forecast worse, which alerts come and go; returns the second one."""
    first, second = mlflow.evaluations("demo")
    for run, tables in ((first, before), (second, after)):
        assert run.headline.keys() == set(HEADLINE)
        assert run.headline == pytest.approx({name: tables.figures[name] for name in HEADLINE})
    assert second.info["run_name"] == NAME
    assert second.tags["compared_with"] == first.tags["release"]
    assert dict(second.params.items() - first.params.items()) == {CHANGE[0]: CHANGE[2]}
    assert dict(first.params.items() - second.params.items()) == {CHANGE[0]: CHANGE[1]}

    clients = mlflow.table(second, "clients.json")
    growth = after.growth(before)
    worse = growth[growth > 0]
    assert len(worse) >= 3
    assert list(clients["client_id"][: len(worse)]) == list(worse.index)
    assert list(clients["change"][: len(worse)]) == pytest.approx(list(worse))
    assert f"{len(worse)} clients forecast worse ({worse.index[0]} {worse.iloc[0]:+.1%}" in second.tags[NOTE]

    alerts = mlflow.table(second, "events.json")
    vanish, appear = (
        set(alerts.loc[alerts["fate"] == fate, ["client_id", "kind", "start"]].itertuples(index=False, name=None))
        for fate in ("vanishes", "appears")
    )
    assert set() < before.without_match(after) <= vanish <= before.named()
    assert set() < after.without_match(before) <= appear <= after.named()
    assert len(vanish) - len(appear) == len(before.alerts) - len(after.alerts)
    return second


def forecast_elsewhere(servers: Servers, checkout: Checkout, client: str, folder: Path, steps: Steps) -> None:
    """The champion of a client in an environment of its own requirements says what the service says."""
    folder.mkdir()
    version = servers.mlflow.model_with("champion", f"demo.{client}")
    assert version is not None
    (folder / "requirements.txt").write_text(servers.mlflow.requirements(version), encoding="utf-8")
    bare = {name: value for name, value in os.environ.items() if name != "PYTHONPATH" and not name.startswith("VIGIA_")}
    with steps.step("a new environment of the model's requirements"):
        commands = new_environment(folder / "env", folder / "requirements.txt", bare)
    readings = pd.read_parquet(checkout.folder / "release" / "readings" / f"client_id={client}")
    readings.drop(columns="client_id", errors="ignore").to_csv(folder / "readings.csv", index=False)
    there = {**bare, **QUIET, "MLFLOW_TRACKING_URI": servers.mlflow.address}
    with steps.step("mlflow.pyfunc.load_model and a forecast there"):
        asked = subprocess.run(
            [commands / "python", "-c", ASK, f"models:/demo.{client}@champion"],
            cwd=folder,
            env=there,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
    assert asked.returncode == 0, asked.stderr[-3000:]
    said = pd.read_csv(folder / "said.csv").assign(timestamp=lambda table: pd.to_datetime(table["timestamp"], utc=True))
    assert len(said) == 48
    body = json.dumps({"client_id": client, "horizon_hours": 24, "level": 0.9}).encode()
    request = urllib.request.Request(
        f"{servers.service}/v1/forecast", body, {"Content-Type": "application/json", "Accept": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        points = pd.DataFrame(json.load(answer)["points"])
    points["timestamp"] = pd.to_datetime(points["timestamp"], utc=True)
    both = said.merge(points, on="timestamp", suffixes=("", "_service"))
    assert len(both) == 24
    for value in ("forecast_kwh", "lower_kwh", "upper_kwh"):
        assert both[value].to_numpy() == pytest.approx(both[f"{value}_service"].to_numpy(), abs=1e-4)
    assert (both["lower_kwh"] <= both["forecast_kwh"]).all()
    assert (both["forecast_kwh"] <= both["upper_kwh"]).all()
    assert (both["lower_kwh"] < both["upper_kwh"]).any()


def changed_and_refused(own: Checkout, steps: Steps) -> tuple[Run, Run]:
    """What was pulled is in operation, a parameter is changed, and the gate refuses what comes of it: both runs."""
    with steps.step("vigia publish (what was pulled)"):
        assert "is in operation" in own.vigia("publish")
    before = Run.of(own.folder)
    with steps.step(f"dvc exp run -S {CHANGE[0]}={CHANGE[2]}"):
        own.run("dvc", "exp", "run", "--set-param", f"{CHANGE[0]}={CHANGE[2]}", "--name", NAME)
    after = Run.of(own.folder)
    with steps.step("dvc params diff, metrics diff, exp show"):
        compared_in_dvc(own, before, after)
    with steps.step("vigia publish (refused)"):
        assert "the gate refused release" in own.vigia("publish", fails=True)
    return before, after


def published_by_force_and_taken_back(
    own: Checkout, mlflow: OverRest, refused: Found, client: str, steps: Steps
) -> None:
    """The aliases follow: the challenger becomes the champion, and then the gate lets the former release pass."""
    name = f"demo.{client}"
    challenger = mlflow.model_with("challenger", name)
    assert refused.tags["decision"] == "refused"
    assert challenger is not None
    assert challenger["tags"]["gate_reasons"] == refused.tags["decision_reason"]
    with steps.step("vigia publish --force"):
        assert "is in operation" in own.vigia("publish", "--force")
    forced = mlflow.model_with("champion", name)
    assert forced is not None
    assert forced["version"] == challenger["version"]
    assert mlflow.model_with("challenger", name) is None
    assert [run.tags["decision"] for run in mlflow.evaluations("demo")] == [
        "published",
        "published by force",
    ]

    with steps.step("git checkout, dvc checkout, vigia publish (the gate lets it pass)"):
        own.git("checkout", "--quiet", "--", ".")
        own.run("dvc", "checkout")
        assert "is in operation" in own.vigia("publish")
    again = mlflow.model_with("champion", name)
    assert again is not None
    assert again["tags"]["release"] == refused.tags["compared_with"]
    assert own.changed() == []


def a_day(folder: Path, steps: Steps) -> None:
    """All steps, one after the other."""
    first = handed_on(folder, steps)
    with steps.step("git clone"):
        own = first.clone(folder / "second")
    with steps.step("dvc pull"):
        own.run("dvc", "pull")
    before, after = changed_and_refused(own, steps)
    with ExitStack() as running_on:
        with steps.step("vigia serve, until it answers"):
            servers = running_on.enter_context(served(own, folder))
        with steps.step("MLflow over REST: two runs, figures, clients, alerts"):
            refused = evaluations_say_what_the_tables_say(servers.mlflow, before, after)
        worst = str(after.growth(before).index[0])
        assert f"client {worst}: daily WAPE {after.errors[worst]:.1%}" in refused.tags["decision_reason"]
        forecast_elsewhere(servers, own, worst, folder / "elsewhere", steps)
        published_by_force_and_taken_back(own, servers.mlflow, refused, worst, steps)


def test_a_data_scientist_gets_from_a_clone_to_a_forecast_elsewhere_and_back(tmp_path: Path) -> None:
    steps = Steps()
    try:
        a_day(tmp_path, steps)
    finally:
        (tmp_path / "steps.csv").write_text(steps.table(), encoding="utf-8")
        sys.stdout.write(f"\n{steps.table()}")
