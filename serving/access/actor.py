"""Who asks."""

from dataclasses import dataclass
from typing import Literal

Right = Literal["reader", "operator", "admin", "writer", "acting"]
"""What a route may need. `writer`: posts readings. `acting`: speaks for people, as the dashboard does."""
RIGHTS: dict[str, frozenset[Right]] = {
    "reader": frozenset({"reader"}),
    "operator": frozenset({"reader", "operator"}),
    "admin": frozenset({"reader", "operator", "admin"}),
    "writer": frozenset({"writer"}),
}
"""What each role allows."""


def lesser(one: str, other: str) -> str:
    """The role that allows less.

    >>> lesser("admin", "operator")
    'operator'
    """
    return min(one, other, key=lambda role: len(RIGHTS[role]))


@dataclass(frozen=True)
class Actor:
    """Who asks, as a route sees it.

    Attributes:
        name: of the key, or `local` where the service is open.
        role: what is allowed: that of the key, or what both allow where it acts for somebody.
        person: for whom it acts; none = for itself.
    """

    name: str
    role: str
    person: str | None = None

    @property
    def who(self) -> str:
        """Who answers for what is done: the person, or the key that acts for nobody.

        >>> Actor("panel", "operator", "ana").who, Actor("local", "admin").who
        ('ana', 'local')
        """
        return self.person or self.name


LOCAL = Actor("local", "admin")
"""Somebody on this machine, where the service is open."""
