"""What file names tell: files of one meter, a month each."""

import re
from collections.abc import Sequence

from vigia.ingest.readers import without_ending

PATTERN = r"(?P<client>.+?)[ _-]*\d{4}[-_.]?\d{2}(?:[-_.]?\d{2})?"


def client_pattern(names: Sequence[str]) -> str | None:
    """A pattern for names that end in a month or day, where some are alike but for that; else none.

    >>> client_pattern(["norte_2024-01.csv", "norte_2024-02.csv", "sur_2024-01.csv"]) == PATTERN
    True
    >>> client_pattern(["1000000001.csv", "2000000002.csv"])
    """
    matches = [re.fullmatch(PATTERN, without_ending(name)) for name in names]
    clients = [match["client"] for match in matches if match is not None]
    if len(clients) < len(names) or any(not re.search(r"[^\W\d_]", each) for each in clients):
        return None
    return PATTERN if len(set(clients)) < len(clients) else None
