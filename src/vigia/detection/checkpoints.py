"""Checkpoints of what goes on from day to day, so that only what follows a change is looked at again.

The past-only engine is made of watches that take in a day after the other: what one believes after a day follows from
what it read up to then, and from nothing later. So its state may be kept (`Checkpoint`), with a digest of all that was
read, and gone on from in every series in which the same digest comes out. Whether that is so is decided by the content
alone: a corrected reading, another parameter or a verdict that counts before the checkpoint makes another digest, and
an earlier checkpoint is taken, or none.

*Law:* with checkpoints and without them the findings are equal to the bit.
"""

import hashlib
import io
import json
import pickle
import zlib
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy.typing as npt

from vigia.config.base import Section

W = TypeVar("W")
ByDay = Sequence[tuple[npt.NDArray[Any], int]]
"""Arrays, each with so many values a day."""
OURS = "vigia.detection."
FOREIGN = {
    ("collections", "deque"),
    ("numpy", "dtype"),
    ("numpy", "ndarray"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "scalar"),
    ("numpy._core.numeric", "_frombuffer"),
}
"""What a state may hold beside numbers, lists and classes of `vigia.detection`; anything else is not read."""


@dataclass(frozen=True)
class Reads:
    """All that a watch reads: what is the same for all days, what has its day, and values by day.

    Attributes:
        fixed: parameters and the like, as text.
        dated: day from which on something counts, and what it is, as text.
        by_day: arrays, each with so many values a day.
    """

    fixed: str
    dated: Sequence[tuple[int, str]]
    by_day: ByDay

    def digests(self, days: Iterable[int]) -> dict[int, bytes]:
        """By day, the digest of what is read before it; of days up to which not all arrays reach there is none."""
        most = min((len(values) // size for values, size in self.by_day), default=0)
        hashes, seen, found = [hashlib.blake2b(digest_size=16) for _ in self.by_day], 0, {}
        for day in sorted(day for day in set(days) if 0 < day <= most):
            for each, (values, size) in zip(hashes, self.by_day, strict=True):
                each.update(values[seen * size : day * size].tobytes())
            dated = [what for since, what in self.dated if since < day]
            whole = hashlib.blake2b(repr((self.fixed, dated)).encode(), digest_size=16)
            for each in hashes:
                whole.update(each.digest())
            seen, found[day] = day, whole.digest()
        return found


@dataclass(frozen=True)
class Checkpoint:
    """What a watch believed at a midnight.

    Attributes:
        day: that the midnight begins; days before it are taken in.
        read: digest of all that was read before it.
        state: as `state_of` wrote it.
    """

    day: int
    read: bytes
    state: bytes


@dataclass
class Checkpoints:
    """Those of the watches of one client, by the name of what is watched.

    Attributes:
        days: at which new ones are made, beside the end of each run; None = none are made any more.
    """

    days: frozenset[int] | None = frozenset()
    _kept: dict[str, list[Checkpoint]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes of all states."""
        return sum(len(each.state) for kept in self._kept.values() for each in kept)

    def of(self, name: str) -> tuple[Checkpoint, ...]:
        """Those of a watch, in the order in which they were made."""
        return tuple(self._kept.get(name, ()))

    def add(self, name: str, checkpoint: Checkpoint) -> None:
        """Take one in; one that is there already is not kept twice."""
        kept = self._kept.setdefault(name, [])
        if all((each.day, each.read) != (checkpoint.day, checkpoint.read) for each in kept):
            kept.append(checkpoint)

    def only(self, days: Container[int]) -> "Checkpoints":
        """Those of some days, and the latest of each watch; of several of a day the one that was made last."""
        found = Checkpoints(self.days)
        for name, kept in self._kept.items():
            by_day = {each.day: each for each in kept}
            found._kept[name] = [each for day, each in by_day.items() if day in days or day == max(by_day)]
        return found

    def packed(self) -> dict[int, bytes]:
        """As bytes, by day."""
        by_day: dict[int, list[tuple[str, Checkpoint]]] = {}
        for name, kept in sorted(self._kept.items()):
            for each in kept:
                by_day.setdefault(each.day, []).append((name, each))
        return {day: _packed(made) for day, made in by_day.items()}

    @classmethod
    def unpacked(cls, parts: Mapping[int, bytes], days: frozenset[int] = frozenset()) -> "Checkpoints":
        """What `packed` wrote, to be gone on from.

        Args:
            parts: by day.
            days: at which new ones are made.
        """
        found = cls(days)
        for day, content in sorted(parts.items()):
            head, _, states = content.partition(b"\n")
            at = 0
            for name, read, size in json.loads(head):
                found.add(name, Checkpoint(day, bytes.fromhex(read), states[at : at + size]))
                at += size
        return found

    def closed(self) -> "Checkpoints":
        """The same, to be gone on from alone: several threads may read it at once."""
        return Checkpoints(None, self._kept)


def _packed(made: Sequence[tuple[str, Checkpoint]]) -> bytes:
    head = [(name, each.read.hex(), len(each.state)) for name, each in made]
    return json.dumps(head).encode() + b"\n" + b"".join(each.state for _, each in made)


def follow(
    checkpoints: Checkpoints | None,
    name: str,
    reads: Reads,
    days: Sequence[int],
    around: Mapping[str, Any],
    begin: Callable[[], W],
    see: Callable[[W, int], None],
) -> W:
    """A watch that has taken in the days, from the latest checkpoint that read the same, or from the beginning.

    Args:
        checkpoints: of the client; without any all days are taken in.
        name: of what is watched.
        reads: all that the watch reads.
        days: to be taken in, in order.
        around: what the watch refers to and has again when it is gone on with, such as its series, by name.
        begin: makes a watch that has seen nothing.
        see: takes in a day.
    """
    if checkpoints is None:
        watch = begin()
        for day in days:
            see(watch, day)
        return watch
    kept, wanted = checkpoints.of(name), set() if checkpoints.days is None else {*checkpoints.days, days_of(reads)}
    digests = reads.digests({*wanted, *(each.day for each in kept)})
    fitting = [each for each in kept if digests.get(each.day) == each.read]
    last = max(fitting, key=lambda each: each.day, default=None)
    watch = begin() if last is None else read_state(last.state, around)
    first = 0 if last is None else last.day
    due = sorted(day for day in wanted if day in digests and day > first)
    for day in (day for day in days if day >= first):
        while due and day >= due[0]:
            _keep(checkpoints, name, due.pop(0), digests, watch, around)
        see(watch, day)
    for day in due:
        _keep(checkpoints, name, day, digests, watch, around)
    return watch


def days_of(reads: Reads) -> int:
    """Whole days that a watch can read."""
    return min((len(values) // size for values, size in reads.by_day), default=0)


def _keep(
    checkpoints: Checkpoints, name: str, day: int, digests: Mapping[int, bytes], watch: Any, around: Mapping[str, Any]
) -> None:
    checkpoints.add(name, Checkpoint(day, digests[day], state_of(watch, around)))


def state_of(watch: object, around: Mapping[str, Any]) -> bytes:
    """A watch as bytes, without what is around it."""
    out = io.BytesIO()
    _Writer(out, around).dump(watch)
    return zlib.compress(out.getvalue(), 1)


def read_state(state: bytes, around: Mapping[str, Any]) -> Any:
    """What `state_of` wrote, with what is around it now.

    Raises:
        pickle.UnpicklingError: it names anything but the classes of a watch.
    """
    return _Reader(io.BytesIO(zlib.decompress(state)), around).load()


class _Writer(pickle.Pickler):
    """Writes a watch; what is around it is named, wherever it is referred to."""

    def __init__(self, out: io.BytesIO, around: Mapping[str, Any]) -> None:
        super().__init__(out, protocol=5)
        self._around = around
        self._types = tuple({type(value) for value in around.values()})

    def persistent_id(self, obj: Any) -> str | None:  # as the base class has it
        if not isinstance(obj, self._types):
            return None
        same = (name for name, value in self._around.items() if value is obj or _is_copy(value, obj))
        return next(same, None)


def _is_copy(value: object, obj: object) -> bool:
    """Whether both are one section of the parameters: those are frozen, so a copy may stand for the other."""
    return isinstance(value, Section) and isinstance(obj, Section) and value == obj


class _Reader(pickle.Unpickler):
    """Reads a watch, and nothing but the classes that one consists of."""

    def __init__(self, source: io.BytesIO, around: Mapping[str, Any]) -> None:
        super().__init__(source)
        self._around = around

    def persistent_load(self, pid: Any) -> Any:
        if pid not in self._around:
            raise pickle.UnpicklingError(f"nothing around the watch is called {pid}")
        return self._around[pid]

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in FOREIGN:
            return super().find_class(module, name)
        found = super().find_class(module, name) if module.startswith(OURS) and "." not in name else None
        if not isinstance(found, type) or found.__module__ != module:
            raise pickle.UnpicklingError(f"{module}.{name} is no part of a watch")
        return found
