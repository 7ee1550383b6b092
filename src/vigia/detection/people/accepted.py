"""Events that a person accepted as the new normal: they end, and what they brought is usual from then on.

Past-only an event goes on until its verdict was written, and ends at the next midnight with all that it consists of;
nothing before that changes. With the whole history known, the client has another normal from the event's start on.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from vigia.detection.events.merge import Event, merge
from vigia.detection.finding import NEW_NORMAL, SAME_EVENT, Accepted, Finding, Verdict, standing
from vigia.detection.series import Series
from vigia.vocabulary import BY_NAME, class_of

Find = Callable[[Series], list[Finding]]


def without_accepted(series: Series, find: Find, mode: str, join_days: float, wait_hours: int) -> list[Finding]:
    """What `find` finds in a series, but for what was accepted; past-only that ends with its verdict.

    Verdicts are taken in the order in which they were written, because what one ends changes what comes after it.
    """
    if not accepting(series.verdicts):
        return find(series)
    if mode == "two_sided":
        return [part for part in find(series) if not _is_accepted(series, part)]
    found = find(series)
    for verdict in accepting(series.verdicts):
        events = merge(found, join_days, wait_hours)
        accepted = tuple(_accepted(series, find, event, verdict) for event in events if _is_on(series, verdict, event))
        if accepted:
            series = replace(series, accepted=(*series.accepted, *accepted))
            found = _ended(series, find(series))
    return found


def normals(series: Series, channel: str) -> list[int]:
    """Days from which on a channel has another normal, with the whole history known: by the site log or a verdict.

    What is watched may also be a quantity made of several channels, named by its kind.
    """
    class_ = "supply" if channel.startswith("voltage") else "consumption"
    accepted = accepting(standing(series.verdicts), BY_NAME[channel].class_ if channel in BY_NAME else class_)
    days = (round(series.hour_of(each.start) / 24) for each in accepted)
    return sorted({*series.resets, *(day for day in days if 0 < 24 * day < series.hours)})


def accepted_by(series: Series, part: Finding) -> Verdict | None:
    """The verdict with which a finding of `without_accepted` ended, past-only."""
    if part.stop != part.recovery:
        return None
    return next(
        (each for each in accepting(series.verdicts, class_of(part.kind)) if _end(series, each) == part.stop), None
    )


def accepted_rows(series: Series) -> list[dict[str, Any]]:
    """What was accepted, so that nothing disappears without a word: rows of table `issues`."""
    return [
        {
            "client_id": series.client_id,
            "code": "accepted_as_normal",
            "severity": "warns",
            "start": each.start,
            "end": series.at(series.hours),
            "message": f"{each.kind} is usual from then on: accepted as the new normal on {each.recorded_at:%Y-%m-%d}",
        }
        for each in accepting(standing(series.verdicts))
        if 0 <= series.hour_of(each.start) < series.hours
    ]


def _is_on(series: Series, verdict: Verdict, event: Event) -> bool:
    """Whether a verdict is on an event, which goes on or is not raised yet, and no later one replaced it by then."""
    first = event.first
    if class_of(first.kind) != class_of(verdict.kind) or abs(series.at(first.start) - verdict.start) > SAME_EVENT:
        return False
    late, end = _is_late(series, verdict, event), _end(series, verdict)
    by_then = first.alert if late else end
    if verdict not in standing(each for each in series.verdicts if series.hour_of(each.recorded_at) < by_then):
        return False
    return late or any(_goes_on(part, end) for part in event.parts)


def _is_late(series: Series, verdict: Verdict, event: Event) -> bool:
    return event.first.alert > series.hour_of(verdict.recorded_at)


def _accepted(series: Series, find: Find, event: Event, verdict: Verdict) -> Accepted:
    late = _is_late(series, verdict, event)
    end = _end(series, verdict, event.first.alert)
    parts = (part for part in event.parts if (part.alert <= end if late else _goes_on(part, end)))
    names = frozenset((part.watched, part.alert) for part in parts)
    known = () if late else tuple(find(series.head(end)))
    return Accepted(class_of(verdict.kind), not late, end, names, known)


def _ended(series: Series, found: list[Finding]) -> list[Finding]:
    """Findings, of which those that were accepted end then, or are not raised at all."""
    kept = []
    for part in found:
        accepted = next((each for each in series.accepted if each.holds(part.watched, part.alert)), None)
        if accepted is None or class_of(part.kind) != accepted.class_:
            kept.append(part)
        elif accepted.raised:
            kept.append(_cut(part, accepted) if _goes_on(part, accepted.end) else part)
    return kept


def _cut(part: Finding, accepted: Accepted) -> Finding:
    """What was known of a finding when it ended: its score must not tell how long it would have lasted."""
    what = (part.channel, part.kind, part.alert)
    known = next((each for each in accepted.known if (each.channel, each.kind, each.alert) == what), part)
    return replace(known, stop=accepted.end, recovery=accepted.end)


def _goes_on(part: Finding, hour: int) -> bool:
    return part.alert <= hour <= part.stop and part.recovery > hour


def _is_accepted(series: Series, part: Finding) -> bool:
    start = series.at(part.start)
    accepted = accepting(standing(series.verdicts), class_of(part.kind))
    return any(abs(each.start - start) <= SAME_EVENT for each in accepted)


def accepting(verdicts: Iterable[Verdict], *classes: str) -> list[Verdict]:
    """Those that accept an event of these classes, of any if none are given; readings that are wrong stay wrong."""
    wanted = set(classes or ("consumption", "supply")) - {"data"}
    return [each for each in verdicts if each.verdict == NEW_NORMAL and class_of(each.kind) in wanted]


def _end(series: Series, verdict: Verdict, alert: int = 0) -> int:
    """The midnight after a verdict, or after an alert that is later."""
    return 24 * (max(series.hour_of(verdict.recorded_at), alert - 1) // 24 + 1)
