"""Names of clients as names of folders, files and registered models: one spelling for all of them."""

import hashlib
from urllib.parse import quote, unquote

from vigia.errors import FrameError

LONGEST = 160
"""Bytes of a name of a client; a file system takes 255, of which endings and what stands before it need some."""
CUT = "+"
"""Before the digest of a name that was cut; no character that `quote` leaves as it is."""


def client_folder(client_id: str) -> str:
    """A client's name as that of a folder, a file or a model, on its own in its folder and never above it.

    Different clients have different names. A name beyond what a file system takes is cut and ends in its digest.

    >>> client_folder("planta norte"), client_folder("MT/001"), client_folder("..")
    ('planta%20norte', 'MT%2F001', '%2E%2E')
    >>> len(client_folder("7" * 300))
    160

    Raises:
        FrameError: the client has no name.
    """
    if not client_id:
        raise FrameError("a client without a name has no place to be kept")
    quoted = quote(client_id, safe="", errors="surrogatepass")
    if not quoted.strip("."):
        quoted = quoted.replace(".", "%2E")
    if len(quoted) <= LONGEST:
        return quoted
    digest = hashlib.sha256(quoted.encode()).hexdigest()
    return f"{quoted[: LONGEST - len(digest) - len(CUT)]}{CUT}{digest}"


def client_of_folder(name: str) -> str | None:
    """The client of a name of `client_folder`; none where it was cut, so that only what is inside tells it.

    >>> client_of_folder("MT%2F001"), client_of_folder(client_folder("7" * 300))
    ('MT/001', None)
    """
    return None if CUT in name else unquote(name, errors="surrogatepass")
