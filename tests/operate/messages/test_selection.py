"""Which alerts a digest tells of."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.told import NOW, YESTERDAY, alert, occasion
from vigia.operate.messages.selection import Selection, select
from vigia.store.alerts import Alert, Change
from vigia.store.messages.subscriptions import Wish

BEFORE, HOUR = YESTERDAY - timedelta(days=3), timedelta(hours=1)
ANA = Wish("mail", "ana@example.com")


def told(*alerts: Alert, wish: Wish = ANA, changes: tuple[Change, ...] = (), since: Any = YESTERDAY) -> Selection:
    return select(alerts, changes, wish, since, occasion())


def names(found: Selection) -> dict[str, list[str]]:
    return {name: [each.id for each in alerts] for name, alerts in found.sections.items() if alerts}


@pytest.mark.parametrize(
    ("section", "changes"),
    [
        ("new", {"raised_at": NOW, "told_at": None, "told_kwh": None}),
        ("new", {"raised_at": NOW, "end": NOW - HOUR, "ended_at": NOW}),
        ("growing", {"energy_at_stake_kwh": 13_600.0}),
        ("ended", {"end": NOW - HOUR, "ended_at": NOW}),
        ("ended", {"end": NOW - HOUR, "ended_at": NOW, "state": "confirmed"}),
        ("withdrawn", {"withdrawn_at": NOW}),
        ("withdrawn", {"withdrawn_at": NOW, "merged_into": "b"}),
        ("overdue", {"state": "in_review", "state_at": NOW - timedelta(days=8)}),
        (None, {}),
        (None, {"raised_at": YESTERDAY}),
        (None, {"raised_at": NOW, "withdrawn_at": NOW}),
        (None, {"raised_at": NOW, "state": "dismissed"}),
        (None, {"raised_at": NOW, "state": "missed", "release": None}),
        (None, {"energy_at_stake_kwh": 13_400.0}),
        (None, {"energy_at_stake_kwh": 13_600.0, "state": "closed"}),
        (None, {"end": BEFORE, "ended_at": BEFORE}),
        (None, {"end": NOW - HOUR, "ended_at": NOW, "state": "dismissed"}),
        (None, {"withdrawn_at": NOW, "state": "dismissed"}),
        (None, {"state": "in_review", "state_at": NOW - timedelta(days=6)}),
    ],
)
def test_an_alert_is_told_in_the_section_of_what_became_of_it(section: str | None, changes: dict[str, Any]) -> None:
    found = told(alert("a", **changes))
    assert names(found) == ({section: ["a"]} if section else {})
    assert found.news == (section is not None)


def test_an_alert_that_is_in_review_for_too_long_and_grows_is_told_as_both() -> None:
    both = alert("a", energy_at_stake_kwh=20_000.0, state="in_review", state_at=NOW - timedelta(days=8))
    assert names(told(both)) == {"growing": ["a"], "overdue": ["a"]}


def test_what_returned_after_it_was_told_as_withdrawn_is_new_again() -> None:
    changes = (Change("a", NOW, "vigia daily", "returned"), Change("b", BEFORE, "vigia daily", "returned"))
    assert names(told(alert("a"), alert("b"), changes=changes)) == {"new": ["a"]}


def test_an_alert_that_became_grave_enough_is_new_to_whoever_wants_grave_ones_alone() -> None:
    graver = (Change("a", NOW, "d", "severity", "low", "medium"), Change("a", NOW, "d", "severity", "medium", "high"))
    wish = Wish("mail", "ana@example.com", severity="high")
    assert names(told(alert("a", severity="high"), wish=wish, changes=graver)) == {"new": ["a"]}
    assert names(told(alert("a", severity="high"), changes=graver)) == {}
    assert names(told(alert("a", severity="medium"), wish=wish, changes=graver)) == {}


@pytest.mark.parametrize(
    ("wish", "wanted"),
    [
        (ANA, {"1", "2", "both", "strange"}),
        (Wish("mail", "", sector="textil"), {"2", "both"}),
        (Wish("mail", "", clients=("1",)), {"1", "both"}),
        (Wish("mail", "", clients=("9",)), {"strange"}),
        (Wish("mail", "", severity="critical"), {"2", "strange"}),
        (Wish("mail", "", severity="low"), {"1", "2", "both", "strange"}),
        (Wish("mail", "", sector="textil", severity="critical"), {"2"}),
    ],
    ids=["all", "sector", "client", "strange client", "critical", "low", "sector and severity"],
)
def test_a_filter_lets_through_what_it_names_and_counts_nothing_else(wish: Wish, wanted: set[str]) -> None:
    found = told(
        alert("1", raised_at=NOW, client_id="1"),
        alert("2", raised_at=NOW, client_id="2", severity="critical"),
        alert("both", raised_at=NOW, client_id="1", clients=("1", "2")),
        alert("strange", raised_at=NOW, client_id="9", severity="never seen"),
        wish=wish,
    )
    assert {each.id for each in found.sections["new"]} == wanted
    assert (found.totals.all, found.totals.open) == (len(wanted), len(wanted))


def test_at_first_all_that_happened_is_counted_and_not_listed() -> None:
    history = [alert(f"{number:03d}", state="closed") for number in range(50)]
    found = told(*history, alert("a"), alert("b", raised_at=NOW, energy_at_stake_kwh=20_000.0), since=None)
    assert (names(found), found.news) == ({}, True)
    assert (found.totals.all, found.totals.open, found.totals.states["closed"]) == (52, 2, 50)
    assert [each.id for each in found.top] == ["b", "a"]
    assert not told(*history, since=None).news


def test_the_ten_open_ones_with_most_at_stake_come_first_whatever_is_not_known() -> None:
    many = [alert(f"{number:02d}", money_at_stake=None, energy_at_stake_kwh=float(number)) for number in range(12)]
    odd = [
        alert("rich", money_at_stake=5.0),
        alert("closed", money_at_stake=1e9, state="closed"),
        alert("gone", money_at_stake=1e9, withdrawn_at=BEFORE),
        alert("nan", money_at_stake=float("nan"), energy_at_stake_kwh=float("inf")),
    ]
    assert [each.id for each in told(*odd, *many).top] == ["rich", *(f"{number:02d}" for number in range(11, 2, -1))]


def test_totals_add_up_what_is_at_stake_of_the_open_ones_by_stake() -> None:
    totals = told(
        alert("a"),
        alert("b", stake="surplus", energy_at_stake_kwh=5.0, money_at_stake=None),
        alert("c", state="closed"),
        alert("d", withdrawn_at=NOW),
        alert("e", state="in_review", severity="low"),
    ).totals
    assert totals.energy_kwh == {"missing": 24_600.0, "surplus": 5.0}
    assert totals.money == {"PEN": 17_800.0}
    assert (totals.states, totals.withdrawn) == ({"new": 2, "closed": 1, "in_review": 1}, 1)
    assert totals.severities == {"high": 2, "low": 1}
