"""The browser's address and its history. Panel's own `Location` writes the address but hears nothing of Back."""

from collections.abc import Callable

import param
from panel.custom import JSComponent

from dashboard.widgets.elements import ASSETS


class History(JSComponent):
    """Takes no room on the page; it must be on it to work."""

    written = param.Dict(
        {}, doc="`search`, the query to stand in the address, and whether it is to `replace` the last."
    )
    arrived = param.Dict({}, doc="`search` after Back or Forward; `count` tells the same query from no news.")

    _esm = ASSETS / "history.js"

    def write(self, query: str, replace: bool) -> None:
        """Put a query into the address, as a new place or in place of the present one."""
        self.written = {"search": query, "replace": replace}

    def on_arrival(self, callback: Callable[[str], None]) -> None:
        """Call `callback` with the query of the place that Back or Forward led to."""
        self.param.watch(lambda change: callback(str(change.new["search"])), "arrived")


def history() -> History:
    """A history of no size."""
    return History(width=0, height=0, margin=0)
