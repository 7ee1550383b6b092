"""The digests of a day: for whom, of what, once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.operate.messages.conftest import SIX, Office
from tests.support.told import alert
from vigia.config.settings import Operation
from vigia.operate.messages import queueing
from vigia.operate.messages.queueing import last_made, shown
from vigia.store.messages import outbox, subscriptions
from vigia.store.messages.subscriptions import Wish

OLD = {"raised_at": SIX - timedelta(days=9), "told_at": None, "told_kwh": None}


def subjects(office: Office) -> list[str]:
    return [each.content["subject"].partition(": ")[2] for each in office.messages()]


def test_everybody_gets_a_digest_a_day_of_what_they_have_not_been_told(office: Office) -> None:
    office.subscribe()
    office.raised(alert("a", **OLD), alert("b", **OLD, state="closed"))
    assert office.morning(0) == {"queued": 1, "nothing": 0, "off": 0}
    office.raised(alert("c", raised_at=SIX + timedelta(days=1)))
    office.morning(1)
    office.morning(2)
    assert subjects(office) == ["1 anomalía por verificar", "1 nueva", "sin novedades"]
    assert [each.key for each in office.messages()] == [f"digest/2024-07-0{day}/1" for day in (1, 2, 3)]
    assert len({each.message_id for each in office.messages()}) == 3
    assert all(each.message_id.endswith("@example.com>") for each in office.messages())


def test_the_digests_of_a_day_are_made_once(office: Office) -> None:
    office.subscribe()
    office.morning(0)
    office.subscribe("luis@example.com")
    assert office.morning(0) == {"queued": 0, "nothing": 0, "off": 0}
    assert office.morning(-1) == {"queued": 0, "nothing": 0, "off": 0}
    assert len(office.messages()) == 1
    assert last_made(office.database) == SIX


def test_all_of_it_is_written_or_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.subscribe()
    office.raised(alert("a", **OLD))

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(queueing.told, "note", killed)
        with pytest.raises(KeyboardInterrupt):
            office.morning(0)
    assert (office.messages(), office.alert("a").told_at) == ([], None)
    assert office.morning(0)["queued"] == 1


def test_growth_is_measured_from_what_was_told_last(office: Office) -> None:
    office.subscribe()
    office.raised(alert("a", **OLD, energy_at_stake_kwh=100.0))
    office.morning(0)
    assert (office.alert("a").told_kwh, office.alert("a").told_at) == (100.0, SIX)
    for day, kwh in enumerate((108.0, 112.0, 116.0, 125.0), start=1):
        known = office.alert("a")
        office.put(replace(known, facts=replace(known.facts, energy_at_stake_kwh=kwh)))
        office.morning(day)
    assert subjects(office)[1:] == ["sin novedades", "1 creciendo", "sin novedades", "1 creciendo"]


def test_a_stake_that_becomes_known_later_is_what_growth_is_measured_from(office: Office) -> None:
    office.raised(alert("a", **OLD, energy_at_stake_kwh=None), alert("b", **OLD, state="closed"))
    office.morning(0)
    known = office.alert("a")
    assert (known.told_at, known.told_kwh, office.alert("b").told_at) == (SIX, None, None)
    office.put(replace(known, facts=replace(known.facts, energy_at_stake_kwh=50.0)))
    office.morning(1)
    assert office.alert("a").told_kwh == 50.0


def test_whoever_wants_only_news_hears_nothing_on_a_quiet_day(office: Office) -> None:
    office.subscribe(empty=False)
    assert office.morning(0) == {"queued": 0, "nothing": 1, "off": 0}
    office.raised(alert("a", raised_at=SIX + timedelta(days=1)))
    office.morning(1)
    assert office.morning(2)["nothing"] == 1
    office.raised(alert("b", raised_at=SIX + timedelta(days=3)))
    office.morning(3)
    assert subjects(office) == ["1 anomalía por verificar", "1 nueva"]


def test_while_mail_is_off_nothing_piles_up_and_later_it_is_told_what_happened_since(office: Office) -> None:
    office.subscribe()
    office.morning(0)
    host = office.settings.mail.host
    office.but(host="")
    office.raised(alert("a", raised_at=SIX + timedelta(days=1)))
    assert office.morning(1) == {"queued": 0, "nothing": 0, "off": 1}
    office.but(host=host)
    office.morning(2)
    assert subjects(office) == ["sin novedades", "1 nueva"]


def test_what_a_digest_told_that_was_given_up_is_told_again(office: Office) -> None:
    office.subscribe()
    office.morning(0)
    office.raised(alert("a", raised_at=SIX + timedelta(days=1)))
    office.morning(1)
    with office.database.writing() as connection:
        outbox.give_up(connection, office.messages()[1].id, "550 no", office.now)
    office.morning(2)
    assert subjects(office)[1:] == ["1 nueva", "1 nueva"]


@pytest.mark.parametrize("wish", [{"clients": ("2",)}, {"severity": "critical"}], ids=str)
def test_a_filter_holds(office: Office, wish: dict[str, Any]) -> None:
    office.subscribe(**wish, empty=False)
    office.raised(alert("a", **OLD))
    assert office.morning(0)["nothing"] == 1


def test_a_digest_waits_for_the_hour_that_is_set(office: Office) -> None:
    office.settings = office.settings.model_copy(update={"operation": Operation(digest_hour=8)})
    office.subscribe()
    office.morning(0)
    assert office.messages()[0].next_try_at == SIX + timedelta(hours=2)


def test_a_webhook_gets_it_as_data(office: Office) -> None:
    office.subscribe("https://example.com/hook", language="en")
    office.raised(alert("a", **OLD))
    office.morning(0)
    (message,) = office.messages()
    assert (message.channel, message.content["kind"], message.content["counts"]["open"]) == ("webhook", "digest", 1)
    assert message.content["sections"]["top"][0]["alert_id"] == "a"
    assert "1 anomaly to verify" in message.content["subject"]


def test_a_link_ends_its_own_subscription_and_stands_nowhere_without_an_address(office: Office) -> None:
    office.subscribe()
    office.morning(0)
    office.but(service_url="")
    office.morning(1)
    first, second = office.messages()
    assert first.content["unsubscribe"].startswith("http://127.0.0.1:3000/v1/unsubscribe?token=1.")
    assert first.content["unsubscribe"] in first.content["text"]
    assert (second.content["unsubscribe"], "unsubscribe" in second.content["html"]) == ("", False)


def test_what_is_shown_is_neither_queued_nor_told(office: Office) -> None:
    office.raised(alert("a", **OLD))
    letter = shown(office.settings, office.database, Wish("mail", "", "en"), SIX, SIX - timedelta(days=1))
    assert "Nothing new since" in letter.lead[0]
    first = shown(office.settings, office.database, Wish("mail", "", "en"), SIX, None)
    assert first.unsubscribe[1] == ""
    assert "first digest" in first.lead[0]
    assert (office.messages(), office.alert("a").told_at) == ([], None)


def test_a_subscription_that_ended_gets_no_more(office: Office) -> None:
    mine = office.subscribe()
    office.morning(0)
    with office.database.writing() as connection:
        subscriptions.end(connection, mine.id, "ana", office.now)
    assert office.morning(1) == {"queued": 0, "nothing": 0, "off": 0}
    assert office.send(minutes=1).sent == 0
