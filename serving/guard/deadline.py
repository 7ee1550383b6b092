"""The longest that a request may take; BentoML's own limit of 60 s lies behind it and answers in another form."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.problems import problem

SECONDS = 45.0


class Deadline:
    """Answers 504 where nothing was said in time."""

    def __init__(self, app: ASGIApp, seconds: float = SECONDS) -> None:
        self.app = app
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            async with asyncio.timeout(self.seconds) as limit:
                await self.app(scope, receive, noted)
        except TimeoutError:
            if begun or not limit.expired():
                raise
            answer = problem(504, f"not answered within {self.seconds:g} s", {"Retry-After": "30"})
            await answer(scope, receive, send)
