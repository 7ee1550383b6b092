"""How long an answer is waited for, and when a call is sent again."""

import random
from dataclasses import dataclass
from typing import Any

from vigia.client.call import Call
from vigia.client.errors import ClientError


@dataclass(frozen=True)
class Patience:
    """Times of a client, in seconds.

    Attributes:
        timeout: longest wait for one whole answer. The service gives up by itself after 45 s.
        retries: how often a call is sent again that may be: one that only asks, or one with an `Idempotency-Key`.
        first_wait: before the first of them; each later wait is twice as long, and up to a half is taken off by chance,
            so that many clients do not come back at once.
        longest_wait: no wait is longer. Where the service asks for a longer one, the call ends with its error.
    """

    timeout: float = 60.0
    retries: int = 2
    first_wait: float = 0.5
    longest_wait: float = 30.0

    def wait(self, call: Call[Any], error: ClientError, attempt: int) -> float | None:
        """Seconds until a call is sent again; none where it is not.

        Args:
            call: what was asked.
            error: what it ended with.
            attempt: how often it was sent before this time.
        """
        if not (call.may_repeat and error.may_pass) or attempt >= self.retries:
            return None
        if error.retry_after is not None:
            return error.retry_after if error.retry_after <= self.longest_wait else None
        longest = min(self.first_wait * 2.0**attempt, self.longest_wait)
        return longest * random.uniform(0.5, 1.0)
