"""Pages of a list: an opaque cursor says where the next one begins."""

import base64
import re

from serving.problems import FieldError

CURSOR = re.compile(r"from:(\d{1,9})", re.ASCII)


def page_of(cursor: str | None, limit: int, total: int) -> tuple[slice, str | None]:
    """The rows of a page, and the cursor of the next one where there is one.

    Raises:
        FieldError: the cursor is none of ours.

    >>> rows, following = page_of(None, 2, 5)
    >>> rows, page_of(following, 3, 5)
    (slice(0, 2, None), (slice(2, 5, None), None))
    """
    start = 0 if cursor is None else _position(cursor)
    end = start + limit
    return slice(start, end), _encoded(end) if end < total else None


def _encoded(position: int) -> str:
    return base64.urlsafe_b64encode(f"from:{position}".encode()).decode()


def _position(cursor: str) -> int:
    try:
        found = CURSOR.fullmatch(base64.urlsafe_b64decode(cursor.encode()).decode())
    except ValueError:
        found = None
    if found is None:
        raise FieldError("query.cursor", "not one that this service gave")
    return int(found.group(1))
