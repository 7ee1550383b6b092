"""What routes ask for: the current release, and the common query parameters."""

from typing import Annotated, Literal

import pandas as pd
from fastapi import Depends, HTTPException, Query, Request
from pydantic import AwareDatetime

from vigia.release import Release


async def current(request: Request) -> Release:
    """The release in operation.

    Raises:
        HTTPException: 503, none is loaded.
    """
    store = request.app.state.store
    release: Release | None = store.release
    if release is None:
        raise HTTPException(503, store.error)
    return release


Current = Annotated[Release, Depends(current)]
Mode = Literal["past_only", "two_sided"]
Limit = Annotated[int, Query(ge=1, le=500)]
When = Annotated[AwareDatetime | None, Query()]


def time(when: AwareDatetime | None) -> pd.Timestamp | None:
    """A query's time as the tables have it."""
    return None if when is None else pd.Timestamp(when)
