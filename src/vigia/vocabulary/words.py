"""A name of the contracts with what people read for it, in the languages of the product."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["es", "en"]
LANGUAGES: tuple[Language, ...] = ("es", "en")


@dataclass(frozen=True)
class Words:
    """The same words in Spanish and in English."""

    es: str
    en: str

    def of(self, language: Language) -> str:
        """In one of the languages.

        >>> Words("pico", "spike").of("es")
        'pico'
        """
        return self.es if language == "es" else self.en


@dataclass(frozen=True)
class Term:
    """A value of an enumeration and its words; `help` says it in half a sentence, where the words need one."""

    name: str
    short: Words
    help: Words | None = None


Terms = dict[str, Term]


def terms(*listed: Term) -> Terms:
    """Terms by name, in order."""
    return {term.name: term for term in listed}
