"""What came of an attempt to send something."""

from dataclasses import dataclass
from typing import Literal

SENT: Literal["sent"] = "sent"
AGAIN: Literal["again"] = "again"
REFUSED: Literal["refused"] = "refused"
Outcome = Literal["sent", "again", "refused"]


@dataclass(frozen=True)
class Answer:
    """What the other side said.

    Attributes:
        outcome: it was taken; it should be tried again; it is refused for good.
        text: for people.
        reached: whether there was somebody to give it to: if not, the next message need not be tried now.
    """

    outcome: Outcome
    text: str
    reached: bool = True
