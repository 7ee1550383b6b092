"""Webhooks: a signed body to an address of the web.

2xx is taken; 429, 5xx and no answer are tried again; everything else, redirects too, is refused for good. Of an answer
its status is kept alone: whoever subscribes an address must not read by it what only this machine can reach.
"""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial

import httpx

from vigia.config.settings import Mail
from vigia.operate.messages.answer import AGAIN, REFUSED, SENT, Answer
from vigia.operate.messages.signing import signature
from vigia.store.messages.outbox import Message

AGAIN_STATUSES = (408, 425, 429)


def body_of(message: Message) -> bytes:
    """What is sent: the content with the message's name, the same bytes each time."""
    content = {"id": message.message_id.strip("<>"), **message.content}
    return json.dumps(content, separators=(",", ":")).encode("ascii")


def send(settings: Mail, message: Message, secret: str, now: datetime) -> Answer:
    """Give a body to its address, in no more time than the settings allow for all of it."""
    body, timestamp = body_of(message), str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "vigia",
        "X-Vigia-Timestamp": timestamp,
        "X-Vigia-Signature": signature(secret, timestamp, body),
    }
    try:
        with ThreadPoolExecutor(1) as thread:  # also where a loop runs already
            posting = partial(_posted, message.address, body, headers, settings.timeout_seconds)
            status = thread.submit(lambda: asyncio.run(posting())).result()
    except (TimeoutError, httpx.TimeoutException):
        return Answer(AGAIN, f"no answer within {settings.timeout_seconds:g} s")
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        return Answer(AGAIN, type(error).__name__)
    text = f"{status} {httpx.codes.get_reason_phrase(status)}".strip()
    if 200 <= status < 300:
        return Answer(SENT, text)
    return Answer(AGAIN if status >= 500 or status in AGAIN_STATUSES else REFUSED, text)


async def _posted(address: str, body: bytes, headers: dict[str, str], seconds: float) -> int:
    """The status of the answer, whose body is not read."""
    async with (
        asyncio.timeout(seconds),
        httpx.AsyncClient(follow_redirects=False, timeout=seconds) as client,
        client.stream("POST", address, content=body, headers=headers) as answer,
    ):
        return answer.status_code
