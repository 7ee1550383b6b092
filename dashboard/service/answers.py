"""Answers of the service as the views read them."""

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Body = dict[str, Any]
Group = Literal["kinds", "stakes", "severities", "states", "families"]


class Term(BaseModel):
    """A name of the service's contracts with its words."""

    model_config = ConfigDict(frozen=True)

    name: str
    short: str | None = None
    help: str | None = None


class Vocabulary(BaseModel):
    """The words of what the service names, in one language; each group in the service's order.

    Empty until the service was asked: a name without words is shown as it is called.
    """

    model_config = ConfigDict(frozen=True)

    kinds: tuple[Term, ...] = ()
    stakes: tuple[Term, ...] = ()
    severities: tuple[Term, ...] = ()
    states: tuple[Term, ...] = ()
    families: tuple[Term, ...] = ()

    def short(self, group: Group, name: str) -> str:
        """A name in a few words.

        >>> Vocabulary(kinds=(Term(name="spike", short="pico"),)).short("kinds", "spike")
        'pico'
        >>> Vocabulary().short("kinds", "spike")
        'spike'
        """
        return next((term.short for term in self._terms(group) if term.name == name and term.short), name)

    def help(self, group: Group, name: str) -> str:
        """A name in half a sentence; empty where none is needed."""
        return next((term.help or "" for term in self._terms(group) if term.name == name), "")

    def ordered(self, group: Group, met: Iterable[str] = ()) -> list[str]:
        """All names of a group in order, and after them those that were met and are not known.

        >>> Vocabulary(states=(Term(name="new", short="nueva"),)).ordered("states", ["frozen", "new"])
        ['new', 'frozen']
        """
        known = [term.name for term in self._terms(group)]
        return known + sorted(set(met) - set(known))

    def _terms(self, group: Group) -> tuple[Term, ...]:
        terms: tuple[Term, ...] = getattr(self, group)
        return terms
