"""What a view is: a record for the registry, and the page that a session makes of it."""

from collections.abc import Callable
from dataclasses import dataclass

import panel as pn

from dashboard.session import Session
from dashboard.words import Words


class Page:
    """A view in one session. The shell shows and hides it, and says when there is something to do.

    Attributes:
        panel: what is shown.
    """

    panel: pn.viewable.Viewable

    def load(self) -> None:
        """Read everything: on the first visit, and on the next one after the operator asked for fresh data."""
        raise NotImplementedError

    def follow(self) -> None:
        """Show what the session's filters say: the view came into sight, or one of its own filters changed."""
        raise NotImplementedError

    def paint(self, dark: bool) -> None:
        """Fit what a style sheet does not reach, figures above all, to the theme."""


@dataclass(frozen=True)
class View:
    """A view of the dashboard.

    Attributes:
        name: in the address, as `vista`.
        title: in the navigation, of the words of a language.
        make: the page of a session, made on its first visit.
        filters: names in the address that it follows.
        opened_by: the filter that, given in an address without a view, means this one.
    """

    name: str
    title: Callable[[Words], str]
    make: Callable[[Session], Page]
    filters: frozenset[str]
    opened_by: str = ""
