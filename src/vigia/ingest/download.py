"""Files of a public GitHub repository over HTTPS, safely: retries, back-off, checksums, no half files."""

import hashlib
import http.client
import json
import logging
import random
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from vigia import __version__
from vigia.config.sections.fetch import RepositoryParams
from vigia.errors import SourceError

log = logging.getLogger(__name__)

TRY_AGAIN = {408, 425, 429, 500, 502, 503, 504}
LONGEST_WAIT = 60.0


@dataclass(frozen=True)
class RemoteFile:
    """A file of a listing: `sha` is the git blob id, SHA-1 over `blob <size>\\0` and the content."""

    name: str
    url: str
    size: int
    sha: str


def download(
    params: RepositoryParams, folder: Path, suffixes: tuple[str, ...], wait: Callable[[float], None] = time.sleep
) -> list[str]:
    """Bring all files of the repository folder with one of `suffixes` into `folder`; returns their names.

    Every file is checked against size and digest of the listing before it gets its name.

    Raises:
        SourceError: the listing or a file could not be had; the message says which and why.
    """
    files = listing(params, wait)
    wanted = [file for file in files if file.name.lower().endswith(suffixes)]
    if not wanted:
        raise SourceError(f"{params.listing_url} lists no file that ends in {', '.join(suffixes)}")
    for file in wanted:
        content = _get(file.url, params, wait, partial(_fault, file))
        unfinished = folder / f"{file.name}.partial"
        unfinished.write_bytes(content)
        unfinished.replace(folder / file.name)
    return [file.name for file in wanted]


def listing(params: RepositoryParams, wait: Callable[[float], None] = time.sleep) -> list[RemoteFile]:
    """The files of the repository folder.

    Raises:
        SourceError: the address does not answer, or answers something else.
    """
    body = _get(params.listing_url, params, wait, lambda _: None)
    try:
        entries = [entry for entry in json.loads(body) if entry["type"] == "file"]
        return [RemoteFile(_safe(e["name"]), e["download_url"], int(e["size"]), e["sha"]) for e in entries]
    except (ValueError, KeyError, TypeError) as error:
        raise SourceError(f"{params.listing_url} did not answer with a listing of files: {error}") from error


def blob_digest(content: bytes) -> str:
    """The name git gives to a content.

    >>> blob_digest(b"")
    'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391'
    """
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _safe(name: str) -> str:
    if name != Path(name).name or name in ("", ".", ".."):
        raise ValueError(f"unsafe file name {name!r}")
    return name


def _fault(file: RemoteFile, body: bytes) -> str | None:
    if len(body) != file.size:
        return f"{len(body)} of {file.size} bytes arrived"
    return None if blob_digest(body) == file.sha else "the content does not have the digest of the listing"


def _get(
    url: str, params: RepositoryParams, wait: Callable[[float], None], fault: Callable[[bytes], str | None]
) -> bytes:
    """The body of `url`, after as many attempts as allowed."""
    reason = ""
    for attempt in range(params.attempts):
        pause: float | None = None
        try:
            request = urllib.request.Request(url, headers={"User-Agent": f"vigia/{__version__}"})
            with urllib.request.urlopen(request, timeout=params.timeout_seconds) as answer:
                body = bytes(answer.read())
            found = fault(body)
            if found is None:
                return body
            reason = found
        except urllib.error.HTTPError as error:
            reason = f"HTTP {error.code} {error.reason}"
            if error.code not in TRY_AGAIN and not (error.code == 403 and "Retry-After" in error.headers):
                raise SourceError(f"{url}: {reason}") from error
            pause = _seconds(error.headers.get("Retry-After"))
        except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
            reason = f"{getattr(error, 'reason', None) or error or type(error).__name__}"
        log.warning("%s: attempt %d of %d: %s", url, attempt + 1, params.attempts, reason)
        if attempt + 1 < params.attempts:
            backoff = params.first_wait_seconds * 2**attempt * (1 + random.random() / 2)
            wait(min(LONGEST_WAIT, backoff if pause is None else pause))
    raise SourceError(f"{url}: given up after {params.attempts} attempts: {reason}. Is there a network?")


def _seconds(text: str | None) -> float | None:
    return float(text) if text is not None and text.strip().isdecimal() else None
