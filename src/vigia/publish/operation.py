"""The release that is served: the link to it, how it is changed, and going back to an earlier one.

Nothing here asks MLflow or loads a model, so that an operator can always go back. A change is noted in `pending.json`
before the flip and written down in the list of decisions after it, so that a process that was killed in between leaves
enough for the next one to say what happened (`settle`).
"""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vigia.errors import PublishError, ReleaseError
from vigia.lock import WAIT_SECONDS, locked
from vigia.publish import decisions
from vigia.release.layout import CURRENT, current_link, verify

LOCK = "operation.lock"
PENDING = "pending.json"


@contextmanager
def operating(home: Path, what: str, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Be the only one that changes a fleet's operation, and begin with what a killed one left, put in order.

    Args:
        home: folder of the fleet, `var/<fleet>`.
        what: is done, for the message to whom must wait.
        wait_seconds: for another one to end.

    Raises:
        LockedError: another one is at work.
        PublishError: the disk does not take what must be written. What was written is true, and the next call goes on.
    """
    with locked(home / LOCK, what, wait_seconds):
        try:
            settle(home)
            yield
        except OSError as error:
            served = linked_release(home)
            now = "no release is" if served is None else f"release {served[:12]} is"
            raise PublishError(
                f"{what} could not end: {error}; {now} in operation. Try again when this is mended"
            ) from error


def current_release(home: Path) -> Path | None:
    """Folder of the release in operation, if there is one."""
    link = current_link(home)
    return link.resolve() if link.is_symlink() and link.exists() else None


def linked_release(home: Path) -> str | None:
    """Digest of the release that `current` points to, whether its folder is there or not."""
    link = current_link(home)
    return link.readlink().name if link.is_symlink() else None


def change(home: Path, line: decisions.Decision) -> None:
    """Bring the release of a line into operation, and write the line down when that is done."""
    text = json.dumps(vars(line), ensure_ascii=False)
    partial = home / f"{PENDING}.partial"
    with partial.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(home / PENDING)
    flip(home, line.release)
    decisions.add(home, line)
    (home / PENDING).unlink()


def settle(home: Path) -> None:
    """Put in order what a killed process left: half a line, a flip without its line, copies that were never finished.

    Raises:
        PublishError: the list of decisions is damaged elsewhere than at its end.
    """
    decisions.mend(home)
    pending = home / PENDING
    if pending.is_file():
        line = decisions.parsed(pending.read_bytes())
        if line is not None and linked_release(home) == line.release and decisions.read(home)[-1:] != [line]:
            decisions.add(home, line)
        pending.unlink()
    releases = home / "releases"
    for left in [*releases.glob("*.partial"), *releases.glob(f"{CURRENT}.*")]:
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left)
        else:
            left.unlink()


def flip(home: Path, digest: str) -> None:
    """Point `current` to a release in one step: a reader sees the old one or the new one, never none."""
    link = current_link(home)
    partial = link.with_name(f"{CURRENT}.{os.getpid()}")
    partial.unlink(missing_ok=True)
    partial.symlink_to(digest, target_is_directory=True)
    partial.replace(link)


def rollback(home: Path, digest: str | None = None, wait_seconds: float = WAIT_SECONDS) -> str:
    """Serve an earlier release again; returns its digest.

    Without `digest` it is the one that was in operation before the current one (`decisions.in_operation`), so that
    repeated rollbacks go ever further back. Releases that were removed from disk or damaged are passed over.

    Args:
        home: folder of the fleet, `var/<fleet>`.
        digest: beginning of the digest of a release that was in operation at some time. If it lies in the stack, all
            above it is taken off; if it was gone back from, it goes on top again. That of the current release changes
            nothing.
        wait_seconds: for another one to end.

    Raises:
        PublishError: there is no such release, or no single one.
        LockedError: another process is publishing or going back.
    """
    with operating(home, "going back", wait_seconds):
        now, past = linked_release(home), decisions.read(home)
        target = _before(home) if digest is None else _named(home, digest, past)
        if target != now or decisions.in_operation(past)[-1:] != [now]:
            change(home, decisions.made("rolled back", target, now, "asked by the operator"))
        return target


def release_before(home: Path) -> str | None:
    """The release that a rollback would go back to: whole, and in operation before; none where there is none."""
    now, stack = linked_release(home), decisions.in_operation(decisions.read(home))
    below = decisions.through(stack, now)[:-1] if now in stack else stack
    return next((each for each in reversed(below) if each != now and _is_whole(home, each)), None)


def _before(home: Path) -> str:
    before = release_before(home)
    if before is None:
        now = linked_release(home)
        served = "no release" if now is None else f"release {now[:12]}"
        raise PublishError(f"{served} is in operation, and none that is still there was before it")
    return before


def _named(home: Path, digest: str, past: list[decisions.Decision]) -> str:
    known = dict.fromkeys(line.release for line in past if line.decision != "refused" and _on_disk(home, line.release))
    found = [release for release in known if release.startswith(digest)]
    if len(found) != 1:
        names = ", ".join(release[:12] for release in known) or "none"
        raise PublishError(f"{digest!r} begins {len(found)} releases that were in operation and are there: {names}")
    if not _is_whole(home, found[0]):
        raise PublishError(f"release {found[0][:12]} is damaged and cannot be served")
    return found[0]


def _on_disk(home: Path, release: str) -> bool:
    return (home / "releases" / release / "manifest.json").is_file()


def _is_whole(home: Path, release: str) -> bool:
    try:
        verify(home / "releases" / release)
    except (ReleaseError, OSError):
        return False
    return True
