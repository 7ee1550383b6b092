"""A run beside the release in operation: who is forecast worse, and which alerts would come and go."""

import pandas as pd
import pytest

from tests.support.bare_release import FIRST_DAY, Spell, event_table
from vigia.evaluate.against import alerts_against, clients_against
from vigia.evaluate.headline import HEADLINE, headline, of_metrics


def scores(**errors: float) -> pd.DataFrame:
    rows = [
        {"client_id": client, "model": model, "chosen": model == "fleet", "wape_day": error, "coverage_95_hour": 0.95}
        for client, error in errors.items()
        for model in ("fleet", "seasonal")
    ]
    return pd.DataFrame(rows)


def events(*spells: Spell) -> pd.DataFrame:
    return event_table(spells, "1")


def test_an_alert_that_overlaps_one_in_operation_stays_and_others_come_or_go() -> None:
    found = alerts_against(events(("a", 11, 20), ("b", 60, None)), events(("x", 10, 15), ("y", 40, 50)))
    assert found[["fate", "event_id", "id_in_operation"]].fillna("-").to_numpy().tolist() == [
        ["appears", "b", "-"],
        ["vanishes", "-", "y"],
        ["stays", "a", "x"],
    ]
    assert found.columns[:4].tolist() == ["client_id", "fate", "kind", "start"]
    assert found["start"].tolist() == [FIRST_DAY + pd.Timedelta(days=days) for days in (60, 40, 11)]


def test_without_a_release_in_operation_every_alert_appears_and_nobody_is_compared() -> None:
    alerts = alerts_against(events(("a", 11, 20)), None)
    assert alerts["fate"].tolist() == ["appears"]
    table = clients_against(scores(**{"1": 0.1, "2": 0.2}), None, alerts)
    assert table[["client_id", "appears", "vanishes"]].to_numpy().tolist() == [["1", 1, 0], ["2", 0, 0]]
    assert table["change"].isna().all()


def test_who_got_worse_comes_first_and_who_is_new_or_gone_last() -> None:
    alerts = alerts_against(events(("a", 11, 20)), events(("y", 40, 50)))
    new, old = {"1": 0.10, "2": 0.30, "3": 0.2, "new": 0.1}, {"1": 0.20, "2": 0.20, "3": 0.2, "gone": 0.1}
    table = clients_against(scores(**new), scores(**old), alerts)
    assert table["client_id"].tolist()[:3] == ["2", "3", "1"]
    assert table["change"].tolist()[:3] == pytest.approx([0.5, 0.0, -0.5])
    assert set(table["client_id"][3:]) == {"new", "gone"}
    assert table.columns[:4].tolist() == ["client_id", "change", "wape_day", "wape_day_in_operation"]
    one = table.set_index("client_id").loc["1"]
    assert (one["appears"], one["vanishes"], one["stays"]) == (1, 1, 0)


def test_skill_is_above_zero_where_the_chosen_models_beat_yesterday_said_again() -> None:
    rows = [
        {"client_id": client, "model": model, "chosen": model == "fleet", "wape_day": error, "coverage_95_hour": 0.93}
        for client in "12"
        for model, error in (("fleet", 0.09), ("last_day", 0.12), ("last_week", 0.06))
    ]
    found = headline(pd.DataFrame(rows), events(("a", 11, 20), ("b", 60, None)), client_days=2 * 365.25)
    assert found == pytest.approx(
        {"skill_last_day": 0.25, "skill_last_week": -0.5, "coverage_gap": -0.02, "events_client_month": 2 / 24}
    )
    assert list(of_metrics({**found, "wape_day_mean": 0.09, "bench_recall": 0.9, "clients": 2})) == list(HEADLINE)
