"""The catalogue: every language says everything, with the same gaps to fill."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from dashboard.service import Vocabulary
from dashboard.widgets import severity
from dashboard.words import DEFAULT, LANGUAGES, Count, Words, formats
from tests.dashboard.fake_service import vocabulary

GAP = re.compile(r"\{(\w*)\}")
ACCUSING = ("robo", "hurto", "fraude", "ilegal", "theft", "fraud", "steal", "illegal")


def texts(section: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Path and text of every word of a catalogue."""
    for field in fields(section):
        value = getattr(section, field.name)
        where = f"{path}.{field.name}"
        if is_dataclass(value):
            yield from texts(value, where)
        else:
            yield from ((where, text) for text in ([value] if isinstance(value, str) else value))


@pytest.mark.parametrize("words", LANGUAGES.values(), ids=LANGUAGES)
def test_every_language_says_everything(words: Words) -> None:
    assert words.language in LANGUAGES
    assert [where for where, text in texts(words) if not text.strip()] == []


@pytest.mark.parametrize("words", LANGUAGES.values(), ids=LANGUAGES)
def test_every_language_has_the_same_gaps(words: Words) -> None:
    gaps = [[(where, sorted(GAP.findall(text))) for where, text in texts(each)] for each in (DEFAULT, words)]
    assert gaps[0] == gaps[1]


@pytest.mark.parametrize("words", LANGUAGES.values(), ids=LANGUAGES)
def test_words_accuse_nobody(words: Words) -> None:
    written = " ".join(text for _, text in texts(words)).casefold()
    assert not any(word in written for word in ACCUSING)


def test_one_thing_and_several_are_said_differently() -> None:
    count = Count("1 cliente de {name}", "{count} clientes de {name}")
    assert count.of(1).format(name="A") == "1 cliente de A"
    assert count.of(1200).format(name="A") == "1,200 clientes de A"


def test_a_name_that_the_service_does_not_explain_is_shown_as_it_is_called() -> None:
    words = Vocabulary.model_validate(vocabulary("es") | {"colours": ["new", "group"]})
    assert words.short("kinds", "reactive_excess") == "reactive_excess"
    assert words.help("stakes", "prestige") == ""
    assert severity.text("colossal", words) == "○ colossal"


def test_every_severity_of_the_service_has_a_sign_of_its_own() -> None:
    names = Vocabulary.model_validate(vocabulary("es")).ordered("severities")
    assert list(severity.MARKS) == names
    assert len({severity.mark(name).icon for name in [*names, "colossal"]}) == len(names) + 1


@pytest.mark.parametrize("mark", [*severity.MARKS.values(), severity.UNKNOWN], ids=[*severity.MARKS, "unknown"])
def test_white_letters_are_read_on_a_severity(mark: severity.Mark) -> None:
    channels = [int(mark.colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    assert 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) >= 4.5


def test_numbers_and_dates_are_peruvian_in_every_language() -> None:
    assert formats.number(-0.04) == "0"
    assert formats.date_hour("2024-12-31T23:00:00-05:00") == "31/12/2024 23:00"
    assert formats.hours("2024-01-01T00:00:00-05:00", None) is None


@pytest.mark.parametrize(("hours", "said"), [(None, "—"), (12.0, "12 h"), (48.0, "48 h"), (72.0, "3 días")])
def test_lengths_are_hours_to_two_days_and_days_beyond(hours: float | None, said: str) -> None:
    assert formats.duration(hours, DEFAULT.spans) == said
