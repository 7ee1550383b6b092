"""The promise, line by line."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from tests.bench.test_measures import row
from vigia.bench.alarms import MONTH_HOURS
from vigia.bench.targets import FIGURES, PROMISE, target_table, wilson
from vigia.simulation.catalogue import CATALOGUE
from vigia.simulation.faults import DAY

CUT = next(line for line in PROMISE if line.kinds == ("constant_cut",))
ZERO = next(line for line in PROMISE if line.kinds == ("zero_block",))
BENIGN = {"benign": True, "fault_id": "outage"}


def alarms(counts: Mapping[str, int], months: float = 10) -> pd.DataFrame:
    row = {
        "params": "now",
        "clean_hours": months * MONTH_HOURS,
        "clean_supply_hours": months * MONTH_HOURS,
        "supply": 0,
    }
    rows = [{**row, "client_id": client, "consumption": count} for client, count in counts.items()]
    hours = {name: len(counts) * months * MONTH_HOURS for name in ("clean_hours", "clean_supply_hours")}
    total = sum(counts.values())
    fleet = {**row, **hours, "client_id": "all", "consumption": total, "a_month": total / (months * len(counts))}
    return pd.DataFrame([*rows, fleet])


def table(cases: list[dict[str, object]], **more: pd.DataFrame) -> pd.DataFrame:
    found = target_table({"cases": pd.DataFrame(cases), "false_alarms": alarms({"1": 1, "2": 0}), **more})
    return found.set_index("line")


def test_every_line_speaks_of_faults_and_figures_that_there_are() -> None:
    assert len({line.what for line in PROMISE}) == len(PROMISE)
    for line in PROMISE:
        assert line.figure in FIGURES
        assert set(line.kinds) <= set(CATALOGUE)
        assert all(CATALOGUE[kind].lengths[1] >= line.hours and not CATALOGUE[kind].benign for kind in line.kinds)


@pytest.mark.parametrize(
    ("change", "counted"),
    [
        ({}, 1),
        ({"hours": 7 * DAY - 1}, 0),
        ({"severity": 0.29}, 0),
        ({"fault_id": "constant_cut_active"}, 0),
        ({"mode": "two_sided"}, 0),
        ({"status": "nothing_changed"}, 0),
    ],
    ids=["as spoken of", "too short", "too shallow", "another fault", "two-sided", "nothing to lose"],
)
def test_a_line_counts_what_it_speaks_of(change: dict[str, object], counted: int) -> None:
    other = row("1", True, fault_id="spike", raised=False)
    line = table([other, row("1", True, **{"hours": 7 * DAY, "severity": 0.3, **change})]).loc[CUT.what]
    assert line["cases"] == counted
    assert line["met"] == (True if counted else None)


def test_a_recall_is_met_from_its_target_on_and_its_interval_says_of_how_many() -> None:
    cases = [row(str(n % 4), n > 0, fault_id="zero_block", hours=DAY, severity=1.0) for n in range(100)]
    line = table(cases).loc[ZERO.what]
    assert (line["reached"], line["target"], line["met"]) == (0.99, 0.99, True)
    assert line["low"] < 0.96
    line = table([*cases, {**cases[0], "client_id": "9"}]).loc[ZERO.what]
    assert not line["met"]
    line = table(cases[1:17]).loc[ZERO.what]
    assert line["reached"] == line["high"] == 1.0
    assert line["low"] == pytest.approx(wilson(1.0, 16)[0])


def test_benign_changes_and_false_alarms_are_to_be_few() -> None:
    cases = [row("1", True), *(row("1", False, **BENIGN, raised=n == 0) for n in range(10))]
    found = table(cases)
    line = found.loc["benign changes raised"]
    assert (line["reached"], line["cases"], line["asked"], line["met"]) == (0.1, 10, "at most", False)
    line = found.loc["false alarms a client-month"]
    assert (line["reached"], line["cases"], line["unit"], line["met"]) == (0.05, 20, "client-months", True)
    assert (line["low"], line["high"]) == pytest.approx((0.0, 0.1))
    assert (found["false_alarms_a_month"] == 0.05).all()


def test_causes_are_those_of_what_is_found() -> None:
    line = table([row("1", True), row("1", True, cause_right=False), row("1", False, cause_right=None)])
    assert (line.loc["cause right, of what is found", ["reached", "cases"]] == [0.5, 2]).all()


@pytest.mark.parametrize(
    ("cuts", "reached", "met"),
    [((0.1, 0.2, np.inf), 0.2, True), ((0.1, 0.3, 0.3), 0.3, False), ((np.nan, np.inf, np.inf), np.inf, False)],
    ids=["one finds nothing", "most find only more", "none finds any"],
)
def test_the_loss_is_that_of_the_median_client(cuts: tuple[float, ...], reached: float, met: bool) -> None:
    loss = pd.DataFrame({"params": "now", "client_id": list("123"), "smallest_14": cuts, "smallest_60": cuts})
    line = table([row("1", True)], detectable_loss=loss).loc["loss found of the median client within 14 days"]
    assert (line["reached"], line["met"], line["cases"]) == (reached, met, sum(~np.isnan(cuts)))
    assert line["low"] <= line["reached"] <= line["high"]


def test_a_line_without_a_case_has_no_figure() -> None:
    line = table([row("1", True)]).loc["loss found of the median client within 60 days"]
    assert np.isnan(line["reached"])
    assert line["met"] is None


def test_each_set_of_parameters_has_all_lines() -> None:
    cases = [row("1", True), row("1", False, params="strict")]
    alarm = pd.concat([alarms({"1": 0}), alarms({"1": 9}).assign(params="strict")])
    found = target_table({"cases": pd.DataFrame(cases), "false_alarms": alarm})
    assert found.groupby("params")["line"].nunique().to_dict() == {"now": len(PROMISE), "strict": len(PROMISE)}
    assert found.groupby("params")["false_alarms_a_month"].first().to_dict() == {"now": 0.0, "strict": 0.9}
