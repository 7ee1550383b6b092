"""Requests that no page of the dashboard makes, answered before the toolkit fails on them."""

from html import escape
from typing import Any

from tornado.httputil import HTTPServerRequest
from tornado.routing import Matcher
from tornado.web import RequestHandler

from dashboard.words import DEFAULT

LONGEST_QUERY = 4000
"""Characters: all filters at their longest fit, and the websocket still takes the address along."""
OF_TOOLKIT = frozenset({"theme"})
"""Arguments that Panel reads as its own and does not check; those that begin with `bokeh-` are Bokeh's."""
EMBEDDING = "/autoload.js"
"""Where pages that embed this one would fetch it; none does."""


class TooLong(Matcher):
    """The page with a longer address than its filters need."""

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        """Match, with nothing to take from it."""
        return {} if request.path == "/" and len(request.query) > LONGEST_QUERY else None


class OfToolkit(Matcher):
    """The page with arguments that mean something to the toolkit, or the script for pages that embed it."""

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        """Match, with nothing to take from it."""
        named = any(name in OF_TOOLKIT or name.startswith("bokeh-") for name in request.arguments)
        return {} if (request.path == "/" and named) or request.path == EMBEDDING else None


class Refusal(RequestHandler):
    """Says in a sentence why there is no page, and leads to the one that there is."""

    def initialize(self, status: int, sentence: str) -> None:
        """Take what is said."""
        self._status, self._sentence = status, sentence

    def prepare(self) -> None:
        """Answer, whatever the method."""
        self.set_status(self._status)
        link = f'<a href="/">{escape(DEFAULT.shell.to_start)}</a>'
        self.finish(
            f'<!doctype html><html lang="{DEFAULT.locale}"><meta charset="utf-8"><title>Vigía</title>'
            f"<p>{escape(self._sentence)} {link}</p></html>"
        )


REFUSALS = (
    (TooLong(), Refusal, {"status": 414, "sentence": DEFAULT.shell.too_long}),
    (OfToolkit(), Refusal, {"status": 400, "sentence": DEFAULT.shell.bad_address}),
)
"""Rules of a Tornado application, to stand before those of the toolkit."""
