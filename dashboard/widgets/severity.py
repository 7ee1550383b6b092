"""How a severity is marked: by icon and colour beside its word, never by colour alone."""

from html import escape
from types import MappingProxyType
from typing import NamedTuple

from dashboard.service import Vocabulary


class Mark(NamedTuple):
    """Icon and colour of a severity; white letters are read on it."""

    icon: str
    colour: str


MARKS = MappingProxyType(
    {
        "critical": Mark("▲▲", "#b3261e"),
        "high": Mark("▲", "#a34700"),
        "medium": Mark("◆", "#7a5900"),
        "low": Mark("●", "#3d5a80"),
    }
)
UNKNOWN = Mark("○", "#5f6368")


def mark(name: str) -> Mark:
    """The mark of a severity; a neutral one where the service has a new one."""
    return MARKS.get(name, UNKNOWN)


def text(name: str, vocabulary: Vocabulary) -> str:
    """Icon and word."""
    return f"{mark(name).icon} {vocabulary.short('severities', name)}"


def chip(name: str, vocabulary: Vocabulary, after: str = "") -> str:
    """Icon and word on the colour, as markup; `after` is appended to the word."""
    label = escape(f"{text(name, vocabulary)}{after}")
    return f'<span class="chip" style="background:{mark(name).colour}">{label}</span>'
