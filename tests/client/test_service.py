"""Both clients on a real service: what is asked, what comes back, and what is refused."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.client.conftest import Office
from tests.support.film import FIRST, Film, midnight
from tests.support.loops import finished
from tests.support.zone import ZONE
from vigia.client import AsyncClient, Client, Conflict, Invalid, NotFound, Stale, frame_of
from vigia.errors import FrameError, VigiaError

LATER = FIRST + pd.Timedelta(days=30)


def later(count: int, first: pd.Timestamp = LATER) -> pd.DataFrame:
    """Hours long after the release, of a client that it may have or not."""
    times = pd.date_range(first, periods=count, freq="h")
    return pd.DataFrame({"timestamp": times, "active_energy_kwh": 5.0, "voltage_fa_v": [None, *[2400.0] * (count - 1)]})


ASKED: dict[str, Callable[[Any], Any]] = {
    "health": lambda service: service.health(),
    "vocabulary": lambda service: service.vocabulary("en"),
    "clients": lambda service: service.clients(sort="wape", limit=2),
    "client": lambda service: service.client("7"),
    "card": lambda service: service.card("7"),
    "contract": lambda service: service.contract("7"),
    "series": lambda service: service.series("7", midnight(-3), midnight(0), resolution="hour"),
    "profile": lambda service: service.profile("7", midnight(-60), midnight(0)),
    "summary": lambda service: service.summary(midnight(-30), midnight(0)),
    "forecast": lambda service: service.forecast("7", horizon_hours=48, level=0.9),
    "thresholds": lambda service: service.thresholds("7", midnight(-7), midnight(0), resolution="day"),
    "events": lambda service: service.events(client_id="7", limit=3),
    "batches": lambda service: service.batches(limit=1),
    "batch": lambda service: service.batch(1),
    "runs": lambda service: service.runs(),
    "latest_run": lambda service: service.latest_run(),
    "drift": lambda service: service.drift(),
    "challenger": lambda service: service.challenger(),
    "alerts": lambda service: service.alerts(open=True, limit=3),
    "site_log": lambda service: service.site_log("7"),
}


@pytest.mark.parametrize("asking", ASKED.values(), ids=ASKED.keys())
def test_both_clients_get_the_same_answer(office: Office, service: Client, asking: Callable[[Any], Any]) -> None:
    async def awaited() -> Any:
        async with AsyncClient(office.address) as other:
            return await asking(other)

    found = asking(service)
    assert found == finished(awaited())
    assert type(found).__module__.startswith("vigia.client.answers")


def test_lists_are_walked_to_their_end_page_by_page(office: Office, service: Client) -> None:
    async def awaited() -> list[str]:
        async with AsyncClient(office.address) as other:
            return [each.alert_id async for each in other.iter_alerts(limit=2)]

    walked = [each.alert_id for each in service.iter_alerts(limit=2)]
    assert len(walked) == service.alerts().total > 4
    assert len(set(walked)) == len(walked)
    assert finished(awaited()) == walked
    assert [each.client_id for each in service.iter_clients(limit=1)] == ["6", "7", "8"]


def test_what_is_asked_of_a_client_that_is_not_there_says_so(service: Client) -> None:
    with pytest.raises(NotFound, match=r"GET /v1/clients/no%2Fbody: no client no/body \(404\)") as caught:
        service.client("no/body")
    assert (caught.value.status, caught.value.detail) == (404, "no client no/body")
    assert isinstance(caught.value, VigiaError)


def test_a_malformed_field_is_named(service: Client) -> None:
    with pytest.raises(Invalid, match="horizon_hours") as caught:
        service.forecast("7", horizon_hours=400)
    assert [each.field for each in caught.value.errors] == ["body.horizon_hours"]


def test_a_verdict_is_given_at_the_version_that_was_seen(service: Client) -> None:
    (line,) = service.alerts(state="new", limit=1).items
    seen = service.alert(line.alert_id)
    assert seen.alert.version == line.version
    taken = service.change(seen, state="in_review", assignee="ana")
    assert (taken.alert.state, taken.alert.assignee, taken.alert.version) == ("in_review", "ana", line.version + 1)
    with pytest.raises(Stale) as stale:
        service.change(seen, note="too late")
    assert stale.value.status == 412
    with pytest.raises(Conflict):
        service.change(taken, state="closed")
    confirmed = service.change(taken, state="confirmed", reason_code="meter", evidence="report 17")
    told = service.history(line.alert_id).items
    assert [each.after for each in told if each.what == "state"] == ["in_review", "confirmed"]
    assert confirmed.alert.reason_code == "meter"
    assert service.change(confirmed, assignee="").alert.assignee is None


def test_many_are_changed_at_once_and_each_says_what_became_of_it(service: Client) -> None:
    first, second = service.alerts(state="new", limit=2).items
    service.change(second, note="meanwhile")
    results = service.change_many([first, second], state="in_review").results
    assert [(each.alert_id, each.status) for each in results] == [(first.alert_id, 200), (second.alert_id, 412)]


def test_what_is_known_of_a_client_is_announced_accepted_and_taken_back(service: Client) -> None:
    entry = service.announce("8", midnight(2), "new furnace", end=midnight(5)).entry
    assert [each.what for each in service.site_log("8").items] == ["new furnace"]
    assert service.withdraw("8", entry.entry_id).items == []
    missed = service.record_missed("8", "level_down", midnight(-3), "seen on site").alert
    assert (missed.state, missed.by_hand) == ("missed", True)
    (line,) = service.alerts(state="new", client_id="8", stake="missing", limit=1).items
    assert service.accept_normal("8", line.alert_id, "new shift").alert.state != "new"
    assert service.accept_no_longer("8", line.alert_id).alert.alert_id == line.alert_id


def test_readings_of_a_frame_are_kept_once_however_often_they_are_sent(service: Client) -> None:
    readings = later(30)
    posted = service.post_readings("new one", readings, key="delivery 1")
    assert (posted.read, posted.accepted, posted.rejected) == (30, 30, 0)
    assert posted.pieces[0].in_release is False
    again = service.post_readings("new one", readings, key="delivery 1")
    assert again.pieces[0].again
    assert again.pieces[0].batch == posted.pieces[0].batch
    by_index = readings.set_index("timestamp").assign(client_id="new one")
    assert service.post_readings("new one", by_index).duplicate == 30
    with pytest.raises(Conflict):
        service.post_readings("new one", readings[:3], key="delivery 1")


def test_a_delivery_has_a_key_of_its_own_only_where_it_may_be_sent_again(service: Client) -> None:
    (by_itself,) = service.post_readings("new one", later(1)).pieces
    (once,) = service.post_readings("new one", later(1), retry=False).pieces
    assert len(by_itself.key or "") == 36
    assert once.key is None


def test_more_readings_than_are_taken_at_once_go_in_pieces(service: Client) -> None:
    early = pd.Timestamp("2020-01-01", tz="UTC")
    rows = later(20_100, early).to_dict("records")
    rows[20_050]["timestamp"] += pd.Timedelta(minutes=5)
    posted = service.post_readings("long one", rows, key="history")
    assert [(each.key, each.read) for each in posted.pieces] == [("history", 20_000), ("history/2", 100)]
    assert (posted.read, posted.accepted, posted.rejected) == (20_100, 20_099, 1)
    assert [each.position for each in posted.rejected_readings] == [20_050]


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ([{"timestamp": pd.Timestamp("2024-07-01"), "active_energy_kwh": 1.0}], "has no offset"),
        ([{"timestamp": "2024-07-01T00:00:00Z"}], "active_energy_kwh is missing"),
        ([{"timestamp": 7, "active_energy_kwh": 1.0}], "7 is no time"),
        ([{"timestamp": "2024-07-01T00:00:00Z", "active_energy_kwh": 1.0, "watts": 1}], "watts is no channel"),
        ([{"timestamp": "2024-07-01T00:00:00Z", "active_energy_kwh": 1.0, "client_id": "8"}], "is of client 8"),
    ],
    ids=["naive", "no energy", "no time", "strange", "another client"],
)
def test_readings_that_cannot_be_meant_are_not_sent(service: Client, rows: list[dict[str, Any]], wrong: str) -> None:
    before = service.batches(limit=1)
    for given in (rows, pd.DataFrame(rows)):
        with pytest.raises(FrameError, match=wrong):
            service.post_readings("7", given)
    assert service.batches(limit=1) == before


def test_no_readings_are_refused_by_the_service(service: Client) -> None:
    with pytest.raises(Invalid, match="readings"):
        service.post_readings("7", [])


def test_a_meter_file_is_asked_about_and_then_sent(service: Client, tmp_path: Path) -> None:
    file = tmp_path / "DATOSCLIENTE7.csv"
    lines = ["Fecha,Active_energy,Reactive_energy,Voltaje_FA,Voltaje_FC"]
    lines += [f"2024-05-20 {hour:02d}:00:00,{hour + 1},1,2400,2400" for hour in range(3)]
    file.write_text("\n".join(lines), encoding="utf-8")
    looked = service.post_file(file, dry_run=True)
    assert (looked.dry_run, looked.accepted, looked.batch) == (True, 3, None)
    assert looked.look is not None
    sent = service.post_file((file.name, file.read_bytes()), key="file 1")
    assert (sent.accepted, sent.clients, sent.key, sent.again) == (3, ["7"], "file 1", False)
    assert service.post_file(file, key="file 1").again


def test_answers_are_tables_in_a_zone(service: Client, film: Film) -> None:
    forecast = service.forecast("7").frame(ZONE)
    assert list(forecast) == ["timestamp", "forecast_kwh", "lower_kwh", "upper_kwh"]
    assert str(forecast["timestamp"].dt.tz) == ZONE
    assert len(forecast) == 24
    should = service.forecast("7", basis="normal").frame()
    assert list(should)[1] == "expected_kwh"
    series = service.series("7", midnight(-3), midnight(0), resolution="hour").frame(ZONE)
    measured = film.between(-3, 0)
    measured = measured[measured["client_id"] == "7"]
    assert list(series["actual_kwh"]) == pytest.approx(list(measured["active_energy_kwh"]))
    assert (series["timestamp"].to_numpy() == measured["timestamp"].to_numpy()).all()
    assert list(service.thresholds("7", midnight(-7), midnight(0)).frame()) == ["timestamp", "lower_kwh", "upper_kwh"]
    alerts = frame_of(service.iter_alerts(limit=3), ZONE)
    assert len(alerts) == service.alerts().total
    assert {"alert_id", "class", "energy_at_stake_kwh"} <= set(alerts)
    assert str(alerts["start"].dt.tz) == ZONE
    events = service.events(client_id="7").frame()
    assert {"event_id", "kind", "energy_at_stake_kwh"} <= set(events)
    assert service.events(client_id="nobody").frame().columns[0] == "event_id"
    assert set(service.clients().frame()["client_id"]) == {"6", "7", "8"}


def test_readings_are_looked_at_without_being_kept(service: Client, film: Film) -> None:
    hours = film.between(1, 9)
    mine = hours[hours["client_id"] == "7"]
    looked = service.detect("7", mine.assign(active_energy_kwh=0.0))
    assert looked.engine == "model"
    assert len(looked.frame()) == len(mine)
    assert looked.frame()["is_anomaly"].sum() > 24
    assert {"kind", "start"} <= set(looked.events_frame())
    follow = service.forecast("7", readings=mine)
    assert follow.issued_at == midnight(9)


def test_calls_made_together_are_answered_together(office: Office) -> None:
    async def together() -> list[str]:
        async with AsyncClient(office.address) as other:
            calls: list[Awaitable[Any]] = [other.card(client) for client in ("6", "7", "8")]
            return [(await each).model.family for each in calls]

    assert len(finished(together())) == 3
