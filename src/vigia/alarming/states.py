"""The life of an alert: from which state it may go to which, and what a person has to say with it.

`new -> in_review -> confirmed | dismissed -> closed`, with short cuts from `new`; a closed one is reopened with a note.
An anomaly that was missed is recorded by hand and can be closed.
"""

from datetime import datetime, timedelta

from vigia.errors import ConflictError, VocabularyError
from vigia.vocabulary import people

AFTER: dict[str, tuple[str, ...]] = {
    "new": ("in_review", "confirmed", "dismissed"),
    "in_review": ("confirmed", "dismissed"),
    "confirmed": ("closed",),
    "dismissed": ("closed",),
    "missed": ("closed",),
    "closed": ("in_review",),
}
"""By state, those that may follow."""
OPEN = ("new", "in_review")
"""Somebody has to do something."""
GROWING = 1.1
"""So much more is at stake that it is worth another word."""
REASONS = {"confirmed": people.CONFIRMED_REASONS, "dismissed": people.DISMISSED_REASONS}
"""Reason codes by the state that needs one."""


def check(before: str, after: str, reason_code: str | None, note: str | None, evidence: str | None = None) -> None:
    """Whether an alert may go from a state to another one, with what is said.

    Raises:
        ConflictError: it may not, whatever is said.
        VocabularyError: what is said is not enough, or says nothing here.
    """
    if after not in AFTER.get(before, ()):
        allowed = ", ".join(AFTER.get(before, ())) or "nothing"
        raise ConflictError(f"an alert that is {before} cannot become {after}; it can become {allowed}")
    reasons = REASONS.get(after)
    if reasons is None and reason_code is not None:
        raise VocabularyError(f"{after} has no reason code")
    if reasons is not None and reason_code not in reasons:
        raise VocabularyError(f"{after} needs a reason code, one of {', '.join(reasons)}")
    if after == "confirmed" and not (note or evidence):
        raise VocabularyError("confirmed needs a note or evidence of what was found")
    if (before, after) == ("closed", "in_review") and not note:
        raise VocabularyError("reopening needs a note that says why")


def is_growing(kwh: float | None, told_kwh: float | None) -> bool:
    """Whether a tenth more is at stake than when it was told last.

    >>> is_growing(111.0, 100.0), is_growing(109.0, 100.0), is_growing(5.0, None)
    (True, False, False)
    """
    return kwh is not None and told_kwh is not None and kwh > GROWING * told_kwh


def is_overdue(state: str, since: datetime, now: datetime, days: float) -> bool:
    """Whether an alert is in review for longer than so many days."""
    return state == "in_review" and now - since > timedelta(days=days)
