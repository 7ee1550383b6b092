"""A table that can be read: a file, or one inside an archive."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from vigia.errors import IngestError


@dataclass(frozen=True)
class Source:
    """Where it is.

    Attributes:
        path: the file.
        name: as people are told: below the folder that was asked for, with the archive's name before a member's.
        member: its name inside the file; empty where the file is the table.
    """

    path: Path
    name: str
    member: str = ""

    @property
    def bytes_on_disk(self) -> int:
        """Size of the file; 0 where it is gone."""
        try:
            return self.path.stat().st_size
        except OSError:
            return 0


def as_text(name: str) -> str:
    """A file's name that is text, also where its bytes are none of UTF-8, as in archives of older systems.

    >>> as_text("medidor ñ.csv"), as_text(b"caf\\xe9.csv".decode("utf-8", "surrogateescape"))
    ('medidor ñ.csv', 'café.csv')
    """
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return name.encode("utf-8", "surrogateescape").decode("cp1252", "replace")
    return name


def digest_of(source: Source) -> str:
    """SHA-256 of the file's bytes, and of the member's name where it is one of several.

    Raises:
        IngestError: the file cannot be read.
    """
    try:
        with source.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
    except OSError as error:
        raise IngestError(f"{source.name}: the file cannot be read ({error.strerror})") from error
    if source.member:
        digest.update(source.member.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
