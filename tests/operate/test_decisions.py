"""What people decide, and what becomes of it in what is found from then on."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from tests.support.film import Film, Operation, facts, filmed, midnight, morning_after
from vigia.errors import ConflictError, VocabularyError
from vigia.operate import decisions
from vigia.operate.decisions import By, Judged, Wish
from vigia.store import alerts, records
from vigia.store.alerts import Alert
from vigia.store.tables import VERDICTS

REVIEW = Wish(state="in_review")


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Film:
    return filmed(tmp_path_factory.mktemp("film"), clients=("1", "6"))


@pytest.fixture
def operation(film: Film, tmp_path: Path) -> Iterator[Operation]:
    found = Operation(film, tmp_path / "store")
    found.days(range(1))
    yield found
    found.close()


def change(
    operation: Operation, alert: Alert, wish: Wish, actor: str = "ana", pairs: bool = False, day: int = 0
) -> Alert:
    with operation.database.writing() as connection:
        return decisions.change(connection, alert, wish, By(actor, morning_after(day)), judged(alert), pairs)


def judged(alert: Alert) -> list[Judged]:
    return [Judged(alert.facts.client_id, alert.facts.kind, alert.facts.start)]


def verdicts(operation: Operation) -> list[str]:
    with operation.database.reading() as connection:
        return [str(each.values["verdict"]) for each in records.entries(connection, VERDICTS)]


def test_a_verdict_weighs_in_the_next_events_of_its_kind_and_leaves_no_trace_when_it_is_taken_back(
    operation: Operation, film: Film, tmp_path: Path
) -> None:
    """The level of client 6 falls on the fourth day."""
    other = next(a for a in operation.alerts().values() if a.facts.client_id == "6").facts
    with operation.database.writing() as connection:
        by = By("ana", morning_after(0))
        old = decisions.by_hand(connection, facts_of(other), "visto en campo", by, "1")
    operation.days(range(1, 10))
    fell = [a.facts for a in operation.alerts().values() if a.facts.client_id == "6" and a.facts.kind == "level_down"]
    raised = [each for each in fell if each.first_alert_at and each.first_alert_at > by.now]
    assert raised
    assert all("verdicts:confirmed=1" in str(each.witnesses) for each in raised)
    with operation.database.writing() as connection:
        for each in records.entries(connection, VERDICTS):
            records.withdraw(connection, VERDICTS, each.id, "ana", morning_after(9))
    operation.run(9, again=True)
    plain = Operation(film, tmp_path / "plain")
    plain.days(range(10))
    mine = {name: each for name, each in facts(operation.alerts()).items() if name != old.id}
    assert mine == facts(plain.alerts())
    plain.close()


def facts_of(other: alerts.Facts) -> alerts.Facts:
    """A fall of the level of the same client, months ago, that nothing found."""
    values = {name: getattr(other, name) for name in other.__dataclass_fields__}
    start = midnight(-100).to_pydatetime()
    own = {"events": (), "kind": "level_down", "class_": "consumption", "start": start}
    return alerts.Facts(**{**values, **own, "end": start + pd.Timedelta(days=3), "first_alert_at": None})


def test_two_people_confirm_where_that_is_asked(operation: Operation) -> None:
    alert = next(iter(operation.alerts().values()))
    asked = change(operation, alert, Wish(state="confirmed", reason_code="meter", note="acta"), pairs=True)
    assert (asked.state, asked.second_wanted, verdicts(operation)) == ("new", True, [])
    with pytest.raises(ConflictError, match="waits for a second person"):
        change(operation, asked, REVIEW)
    with operation.database.writing() as connection:
        with pytest.raises(ConflictError, match="must be another one"):
            decisions.second(connection, asked, True, None, By("ana", morning_after(0)), judged(alert))
        done = decisions.second(connection, asked, True, "de acuerdo", By("eva", morning_after(0)), judged(alert))
    assert (done.state, done.reason_code, done.second_wanted) == ("confirmed", "meter", False)
    assert verdicts(operation) == ["confirmed"]
    with operation.database.reading() as connection:
        told = [(each.actor, each.what) for each in alerts.history(connection, alert.id)][1:]
    assert told == [("ana", "asked"), ("eva", "state")]


def test_a_refused_confirmation_leaves_the_alert_where_it_was(operation: Operation) -> None:
    alert = next(iter(operation.alerts().values()))
    asked = change(operation, alert, Wish(state="confirmed", reason_code="meter", note="acta"), pairs=True)
    with operation.database.writing() as connection:
        left = decisions.second(connection, asked, False, "no basta", By("eva", morning_after(0)), judged(alert))
        assert (left.state, left.second_wanted, left.reason_code) == ("new", False, None)
        with pytest.raises(ConflictError, match="no confirmation of it waits"):
            decisions.second(connection, left, True, None, By("eva", morning_after(0)), judged(alert))
    assert verdicts(operation) == []


@pytest.mark.parametrize(
    ("path", "taken"),
    [
        (["in_review", "confirmed", "closed", "in_review", "dismissed"], True),
        (["confirmed", "in_review"], False),
        (["dismissed", "confirmed"], False),
        (["new"], True),
        (["closed"], False),
    ],
)
def test_only_the_ways_through_the_states_that_there_are_can_be_taken(
    operation: Operation, path: list[str], taken: bool
) -> None:
    alert = next(iter(operation.alerts().values()))
    codes = {"confirmed": "meter", "dismissed": "season"}
    wishes = [Wish(state=state, reason_code=codes.get(state), note="nota") for state in path]
    try:
        for wish in wishes:
            alert = change(operation, alert, wish)
    except ConflictError:
        assert not taken
    else:
        assert taken
        assert alert.state == path[-1]


def test_nothing_is_written_where_nothing_is_changed(operation: Operation) -> None:
    alert = next(iter(operation.alerts().values()))
    assert change(operation, alert, Wish()) == alert
    assert change(operation, alert, Wish(state="new", assignee="")) == alert
    with pytest.raises(VocabularyError, match="goes with another state"):
        change(operation, alert, Wish(reason_code="meter"))
