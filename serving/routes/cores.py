"""How many heavy requests run at a time."""

import os
from typing import Annotated

from anyio import CapacityLimiter
from fastapi import Depends, Request


async def cores(request: Request) -> CapacityLimiter:
    """As many heavy requests at a time as there are cores; more only take the interpreter from each other."""
    state = request.app.state
    if not hasattr(state, "cores"):
        state.cores = CapacityLimiter(os.cpu_count() or 1)
    limiter: CapacityLimiter = state.cores
    return limiter


Cores = Annotated[CapacityLimiter, Depends(cores)]
