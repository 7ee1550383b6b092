"""The release that is served: the link to it, and going back to an earlier one.

Nothing here asks MLflow or loads a model, so that an operator can always go back.
"""

import os
from pathlib import Path

from vigia.errors import PublishError
from vigia.publish import decisions

CURRENT = "current"


def current_release(home: Path) -> Path | None:
    """Folder of the release in operation, if there is one."""
    link = home / "releases" / CURRENT
    return link.resolve() if link.is_symlink() and link.exists() else None


def flip(home: Path, digest: str) -> None:
    """Point `current` to a release in one step: a reader sees the old one or the new one, never none."""
    link = home / "releases" / CURRENT
    partial = link.with_name(f"{CURRENT}.{os.getpid()}")
    partial.unlink(missing_ok=True)
    partial.symlink_to(digest, target_is_directory=True)
    partial.replace(link)


def rollback(home: Path, digest: str | None = None) -> str:
    """Serve an earlier release again; returns its digest.

    Without `digest` it is the one that was in operation before the current one (`decisions.in_operation`), so that
    repeated rollbacks go ever further back. Releases that were removed from disk are passed over.

    Args:
        home: folder of the fleet, `var/<fleet>`.
        digest: beginning of the digest of a release that was in operation at some time. If it lies in the stack, all
            above it is taken off; if it was gone back from, it goes on top again. That of the current release changes
            nothing.

    Raises:
        PublishError: there is no such release, or no single one.
    """
    folder = current_release(home)
    now = folder.name if folder is not None else None
    past = decisions.read(home)
    target = _before(home, now, past) if digest is None else _named(home, digest, past)
    decisions.decide(home, "rolled back", target, now, "asked by the operator")
    flip(home, target)
    return target


def _before(home: Path, now: str | None, past: list[decisions.Decision]) -> str:
    stack = decisions.in_operation(past)
    below = decisions.through(stack, now)[:-1] if now in stack else stack
    earlier = [release for release in below if release != now and _on_disk(home, release)]
    if not earlier:
        served = "no release" if now is None else f"release {now[:12]}"
        raise PublishError(f"{served} is in operation, and none that is still there was before it")
    return earlier[-1]


def _named(home: Path, digest: str, past: list[decisions.Decision]) -> str:
    known = dict.fromkeys(line.release for line in past if line.decision != "refused" and _on_disk(home, line.release))
    found = [release for release in known if release.startswith(digest)]
    if len(found) != 1:
        names = ", ".join(release[:12] for release in known) or "none"
        raise PublishError(f"{digest!r} begins {len(found)} releases that were in operation and are there: {names}")
    return found[0]


def _on_disk(home: Path, release: str) -> bool:
    return (home / "releases" / release / "manifest.json").is_file()
