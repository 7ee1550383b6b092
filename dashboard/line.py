"""A page's questions to the service, one at a time, without holding anybody up."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import panel as pn
from bokeh.document import Document


class Line:
    """Asks one question at a time; a new one puts an end to the former, whose answer is then shown no more.

    The waiting is a task of the event loop, which meanwhile serves this and all other sessions. What is shown is put on
    the page under the lock of its document, as Bokeh demands.
    """

    def __init__(self) -> None:
        self._document: Document | None = pn.state.curdoc
        self._task: asyncio.Task[None] | None = None

    def ask(self, question: Coroutine[Any, Any, None]) -> None:
        """Let a coroutine ask and `show`; it is called off by the next one."""
        self.drop()
        self._task = asyncio.get_running_loop().create_task(question)

    def drop(self) -> None:
        """Call the question off; nothing that it would have shown is shown."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def show(self, draw: Callable[[], None]) -> None:
        """Draw, as the question that is asked now does."""
        document = self._document
        if document is None or document.session_context is None:
            draw()
            return
        drawn: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def locked() -> None:
            if drawn.cancelled():
                return
            try:
                with pn.io.hold(document):
                    draw()
            finally:
                drawn.set_result(None)

        document.add_next_tick_callback(locked)
        await drawn

    @property
    def busy(self) -> bool:
        """Whether a question is open."""
        return self._task is not None and not self._task.done()

    async def settled(self) -> None:
        """Wait until no question is open."""
        while self._task is not None and self.busy:
            await asyncio.wait([self._task])
        if self._task is not None and not self._task.cancelled():
            self._task.result()
