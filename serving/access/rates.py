"""How often somebody may ask."""

import math
import time

from fastapi import HTTPException
from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter


class Rate:
    """So many requests of each in so many seconds, counted in this process; 0 = any number.

    A window begins with the first request of somebody; what is known of them is forgotten with it.
    """

    def __init__(self, amount: int, seconds: int = 60) -> None:
        self._limit = RateLimitItemPerSecond(amount, seconds) if amount else None
        self._counted = FixedWindowRateLimiter(MemoryStorage())

    def spare(self, name: str) -> bool:
        """Count a request of somebody; whether it is among those that they may make."""
        return self._limit is None or self._counted.hit(self._limit, name)

    def count(self, name: str) -> None:
        """Count a request of somebody.

        Raises:
            HTTPException: 429, it is one too many.
        """
        if self._limit is not None and not self._counted.hit(self._limit, name):
            until = self._counted.get_window_stats(self._limit, name).reset_time
            wait = max(1, math.ceil(until - time.time()))
            raise HTTPException(429, f"too often; come back in {wait} s", {"Retry-After": str(wait)})
