"""What a digest says, as text, as HTML and as data; whatever the alerts hold, it is one well-formed mail."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.support.told import CLIENTS, NOW, URL, YESTERDAY, alert, occasion
from vigia.operate.messages.digest import MOST, as_data, digest
from vigia.operate.messages.letter import Letter, html_of, text_of
from vigia.operate.messages.mail import written
from vigia.operate.messages.occasion import Client, Occasion
from vigia.operate.messages.queueing import content_of
from vigia.operate.messages.selection import select
from vigia.operate.messages.words import words_of
from vigia.store.alerts import Alert
from vigia.store.messages.outbox import Message
from vigia.store.messages.subscriptions import Wish
from vigia.vocabulary import BY_NAME, Language

LINK = f"{URL}/v1/unsubscribe?token=12.abcdefghijklmnopqrstuv"
HEADERS = {
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Message-ID",
    "Date",
    "From",
    "To",
    "Subject",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
}
ACCUSING = re.compile(r"(?i)fraud|robo|hurt|ilegal|illegal|culp|guilt|steal|theft|tamper|manipul|sospech|suspect")
NEW = {"raised_at": NOW, "told_at": None, "told_kwh": None}


def letter(*alerts: Alert, wish: Wish | None = None, on: Occasion | None = None, since: Any = YESTERDAY) -> Letter:
    wish, on = wish or Wish("mail", "ana@example.com"), on or occasion()
    return digest(select(alerts, (), wish, since, on), wish, on, LINK)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


class Page(HTMLParser):
    """What a page shows and where its links lead; the tags that it has."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.shown: list[str] = []
        self.links: list[str] = []
        self.tags: Counter[str] = Counter()
        self.attributes: set[str] = set()
        self._inside: list[str] = []
        self.feed(html)
        self.close()
        assert not self._inside, "every tag is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes |= {f"{tag} {name}" for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag not in ("meta", "br"):
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._inside.pop() == tag

    def handle_data(self, data: str) -> None:
        if "title" not in self._inside:
            self.shown.append(data)


def some_of_everything() -> list[Alert]:
    ended = NOW - timedelta(hours=12)
    return [
        alert("new", **NEW, kind="zero_run", severity="critical"),
        alert("growing", client_id="2", energy_at_stake_kwh=20_000.0, energy_low_kwh=None),
        alert("ended", client_id="3", end=ended, ended_at=NOW, kind="voltage_sag", stake="supply", state="confirmed"),
        alert("withdrawn", withdrawn_at=NOW, merged_into="new"),
        alert("overdue", client_id="9", state="in_review", state_at=NOW - timedelta(days=9), assignee="luis"),
        alert("closed", state="closed"),
    ]


def test_a_digest_in_spanish_says_what_became_of_each() -> None:
    found = letter(*some_of_everything())
    assert found.subject == ("Vigía (demo) 01/07/2024: 1 nueva, 1 creciendo, 1 terminada, 1 retirada, 1 atrasada")
    text = plain(text_of(found))
    for line in (
        "Desde el 30/06/2024 06:00: 1 nueva, 1 creciendo, 1 terminada, 1 retirada, 1 atrasada.",
        "Datos hasta el 30/06/2024 23:00.",
        "Por verificar: 3 (nueva 2, en revisión 1)",
        "Por gravedad: crítica 1, alta 2",
        "En juego: faltante 44.6 MWh; S/ 26,700",
        "Las demás: confirmada 1, cerrada 1, retirada 1",
        "- Molino Santa Rosa [gravedad crítica]: Consumo en cero, desde el 11/06/2024 06:00; "
        "faltante 12.3 MWh (de 10.1 MWh a 14.5 MWh), S/ 8,900",
        f"  {URL}/?evento=new",
        "- Textil Andina [gravedad alta]: Bajada de nivel, desde el 11/06/2024 06:00; "
        "faltante 20.0 MWh, S/ 8,900; antes 12.3 MWh",
        "- Minera Cerro Alto [gravedad alta]: Tensión baja, del 11/06/2024 06:00 al 30/06/2024 18:00; "
        "suministro 12.3 MWh (de 10.1 MWh a 14.5 MWh), S/ 8,900; confirmada",
        "ATRASADAS: EN REVISIÓN HACE MÁS DE 7 DÍAS (1)",
        "- 9 [gravedad alta]: Bajada de nivel, desde el 11/06/2024 06:00; faltante 12.3 MWh (de 10.1 MWh a 14.5 MWh), "
        "S/ 8,900; en revisión desde el 22/06/2024 06:00; a cargo de luis",
        "Cada anomalía es algo por verificar: no se afirma su causa ni se señala a nadie.",
        f"Dejar de recibir estos mensajes: {LINK}",
    ):
        assert line in text.splitlines(), line


def test_a_digest_in_english_has_the_same_numbers_and_dates() -> None:
    found = letter(*some_of_everything(), wish=Wish("mail", "ana@example.com", "en"))
    assert found.subject == "Vigía (demo) 01/07/2024: 1 new, 1 growing, 1 ended, 1 withdrawn, 1 overdue"
    text = plain(text_of(found)).splitlines()
    assert "At stake: less energy than expected 44.6 MWh; S/ 26,700" in text
    assert (
        "- Textil Andina [high severity]: Below its level, since 11/06/2024 06:00; less energy than expected 20.0 MWh, "
        "S/ 8,900; before 12.3 MWh"
    ) in text


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("es", ["Sin novedades desde el 30/06/2024 06:00.", "No hay ninguna anomalía por verificar."]),
        ("en", ["Nothing new since 30/06/2024 06:00.", "There is no anomaly to verify."]),
    ],
)
def test_a_day_without_news_says_so(language: Language, lines: list[str]) -> None:
    found = letter(wish=Wish("mail", "", language))
    assert found.subject.endswith(words_of(language).digest.quiet)
    assert text_of(found).splitlines()[2:4] == lines
    known = letter(alert("a"), wish=Wish("mail", "", language))
    assert lines[0] in text_of(known)
    assert lines[1] not in text_of(known)


def test_the_first_digest_counts_what_happened_before_and_lists_ten() -> None:
    found = letter(*(alert(f"{number:03d}") for number in range(123)), since=None)
    assert found.subject == "Vigía (demo) 01/07/2024: 123 anomalías por verificar"
    assert (
        found.lead[0] == "Este es el primer resumen. Hasta hoy se registraron 123 anomalías y quedan 123 por verificar."
    )
    assert [len(section.items) for section in found.sections] == [10]


def test_a_long_list_is_cut_and_the_rest_counted() -> None:
    found = letter(*(alert(f"{number:03d}", **NEW) for number in range(MOST + 7)))
    assert found.sections[0].title == f"Nuevas ({MOST + 7})"
    assert (len(found.sections[0].items), found.sections[0].more) == (MOST, "y 7 más en el tablero")
    assert "y 7 más en el tablero" in text_of(found)


def test_a_filter_is_said_so_that_nobody_takes_it_for_everything() -> None:
    wish = Wish("mail", "", sector="textil", clients=tuple("123456789"), severity="high")
    assert letter(wish=wish).facts[0] == (
        "Este resumen trata de",
        "clientes del sector textil; clientes Molino Santa Rosa, Textil Andina, Minera Cerro Alto, 4, 5 y 4 más; "
        "gravedad alta o mayor",
    )


def test_names_that_nobody_has_words_for_are_shown_as_they_are_called() -> None:
    odd = alert(
        "a", **NEW, kind="brand_new", severity="dire", stake="heat", client_id="77", state="new", currency="EUR"
    )
    text = plain(text_of(letter(odd)))
    assert "- 77 [gravedad dire]: Brand_new, desde el 11/06/2024 06:00; heat 12.3 MWh" in text
    assert "EUR 8,900" in text


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("since", [YESTERDAY, None], ids=["later", "first"])
def test_text_and_page_say_the_same_with_the_same_links(language: Language, since: Any) -> None:
    found = letter(*some_of_everything(), wish=Wish("mail", "", language, severity="low"), since=since)
    page, text = Page(html_of(found)), text_of(found)
    said = [word.rstrip(":") for word in text.lower().split() if word not in ("-", "--") and "://" not in word]
    shown = [word.rstrip(":") for word in " ".join(page.shown).lower().split()]
    assert shown == said
    assert page.links == re.findall(r"https?://\S+", text)


def test_a_page_loads_nothing_and_has_no_script() -> None:
    html = html_of(letter(*some_of_everything()))
    page = Page(html)
    assert set(page.tags) == {
        *("html", "head", "meta", "title", "body", "div", "h1", "h2", "p", "b", "a", "span", "br")
    }
    assert not re.search(r"url\(|@import|src=", html)
    assert page.attributes <= {
        *("html lang", "meta charset", "meta name", "meta content", "a href"),
        *(f"{tag} style" for tag in page.tags),
    }


def test_without_an_address_of_the_dashboard_there_are_no_links_to_it() -> None:
    found = letter(*some_of_everything(), on=occasion(dashboard_url=""))
    assert Page(html_of(found)).links == [LINK]
    assert re.findall(r"https?://\S+", text_of(found)) == [LINK]


@pytest.mark.parametrize("language", ["es", "en"])
def test_nothing_accuses_anybody(language: Language) -> None:
    everything = [alert(kind, **NEW, kind=kind) for kind in BY_NAME] + some_of_everything()
    wish = Wish("mail", "", language)
    assert not ACCUSING.search(text_of(letter(*everything, wish=wish)))
    assert not ACCUSING.search(" ".join(text for _, text in _texts(words_of(language))))


def test_every_language_fills_the_same_places() -> None:
    places = [
        {name: sorted(re.findall(r"{\w+}", text)) for name, text in _texts(words_of(language))}
        for language in ("es", "en")
    ]
    assert places[0] == places[1]


def _texts(words: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(words, str):
        assert words
        yield name, words
    elif is_dataclass(words):
        for each in fields(words):
            yield from _texts(getattr(words, each.name), f"{name}.{each.name}")
    else:
        for key, value in words.items():
            yield from _texts(value, f"{name}.{key}")


def test_as_data_numbers_are_whole_and_unknown_ones_null() -> None:
    wish, on = Wish("webhook", "https://example.com"), occasion()
    alerts = [*some_of_everything(), alert("nan", **NEW, energy_at_stake_kwh=float("nan"))]
    selection = select(alerts, (), wish, YESTERDAY, on)
    made = digest(selection, wish, on)
    data = json.loads(json.dumps(as_data(selection, made, text_of(made), on), allow_nan=False))
    assert (data["day"], data["fleet"], data["since"]) == ("2024-07-01", "demo", "2024-06-30T11:00:00+00:00")
    assert data["counts"]["new"] == 2
    assert data["counts"]["by_state"] == {"new": 3, "confirmed": 1, "in_review": 1, "closed": 1}
    new, nan = data["sections"]["new"]
    assert (new["alert_id"], new["energy_at_stake_kwh"], new["link"]) == ("new", 12_300.0, f"{URL}/?evento=new")
    assert (new["client_name"], new["sector"]) == ("Molino Santa Rosa", "alimentos")
    assert nan["energy_at_stake_kwh"] is None
    assert data["text"] == text_of(made)


odd_text = st.one_of(
    st.text(max_size=120),
    st.text(alphabet=st.sampled_from("a<>&\"'\r\n\t\0\x0b\x1c\x85\u2028\u202e\u2066\u200d🏭שع: {}%=?."), max_size=60),
    st.sampled_from(
        (
            "<script>alert(1)</script>",
            "x\r\nBcc: y@example.com\r\n\r\nHola",
            "</title><img src=//x>",
            "\u202egnp.exe",
            "=?utf-8?q?=0ABcc=3A_x?=",
            "{client} {0}",
            "\ud800",
            "👩‍👩‍👧",
            ".",
        )
    ),
)
numbers = st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True))


@settings(deadline=None, max_examples=100)
@given(odd_text, odd_text, odd_text, odd_text, odd_text, numbers, numbers, st.sampled_from(("es", "en")))
@example("<script>alert(1)</script>", "x\r\nBcc: y@example.com", "\u202eשלום", "🏭", "\ud800", 1.0, None, "es")
def test_whatever_alerts_hold_a_digest_is_one_well_formed_mail(
    name: str,
    person: str,
    kind: str,
    alert_id: str,
    fleet: str,
    kwh: float | None,
    money: float | None,
    language: Language,
) -> None:
    odd = {
        "client_id": name,
        "assignee": person,
        "kind": kind,
        "severity": person[:32],
        "currency": kind[:8],
        "energy_at_stake_kwh": kwh,
        "energy_low_kwh": money,
        "energy_high_kwh": kwh,
        "money_at_stake": money,
        "clients": (name, "1", fleet),
    }
    plain_one = alert("1", **NEW)
    alerts = [
        alert(alert_id.encode(errors="replace").decode(), **NEW, **odd),
        alert("2", **odd, state="in_review", state_at=NOW - timedelta(days=9)),
        plain_one,
    ]
    on = occasion(fleet=fleet, clients={**CLIENTS, name: Client(person, kind)})
    wish = Wish("mail", "ana@example.com", language)
    found = letter(*alerts, wish=wish, on=on)
    content = json.loads(json.dumps(content_of(found)))
    raw = written(_message(content), "vigia@example.com")
    mail = message_from_bytes(raw, policy=default)

    assert sorted(mail.keys()) == sorted(HEADERS)
    assert mail.defects == []
    assert (mail["To"], mail["List-Unsubscribe"]) == ("ana@example.com", f"<{LINK}>")
    assert mail["From"].addresses[0].addr_spec == "vigia@example.com"
    parts = list(mail.iter_parts())
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
    assert all(part.defects == [] for part in parts)
    text, html = (part.get_content().replace("\r\n", "\n") for part in parts)
    assert (text, html) == (text_of(found), html_of(found))

    usual = Page(html_of(letter(alert("3", **NEW), alerts[1], plain_one, wish=wish)))
    page = Page(html)
    assert page.tags == usual.tags, "nothing of what was written by others became a tag"
    assert page.attributes == usual.attributes
    said = "".join(page.shown)
    for section in found.sections:
        for item in section.items:
            for piece in (item.title, item.said):
                assert piece in said
                assert any(piece in line for line in text.split("\n"))
    assert len(text.split("\n")) == len(text_of(letter(alert("3", **NEW), *alerts[1:], wish=wish)).split("\n"))


def _message(content: dict[str, str]) -> Message:
    return Message(
        1, "k", "digest", "mail", 1, NOW.date(), "ana@example.com", "<abc@vigia>", content, NOW, NOW, 0, NOW,
        None, None, None,
    )  # fmt: skip
