"""What stands on the page of a client below its filters."""

from collections.abc import Callable
from html import escape

import panel as pn

from dashboard.figures.client import Figures
from dashboard.service import Body, Vocabulary
from dashboard.views.client import parts
from dashboard.views.client.content import Content
from dashboard.widgets import elements, html
from dashboard.widgets.event_table import EventTable
from dashboard.words import Words


class Sheet:
    """Title, figures, card and table: put on the page once, drawn into for each content.

    Args:
        words: the fixed words.
        opened: called with the id of an event that is opened.

    Attributes:
        figures: the charts.
        events: those in the table.
    """

    def __init__(self, words: Words, opened: Callable[[str], None]) -> None:
        self._words = words
        self.events: list[Body] = []
        self.figures = Figures(words.figures)
        self._alert = elements.markup("vigia-alerta-cliente")
        self._message = elements.markup("vigia-mensaje-cliente", html.alert(words.shell.loading, "info"))
        self._title = elements.markup("cliente-titulo")
        self._numbers = elements.markup("cliente-cifras")
        self._card = elements.markup("cliente-ficha")
        self._no_events = elements.markup("vigia-sin-eventos")
        self._table = EventTable("vigia-eventos-cliente", words, opened, clients=False)
        self._table.view.visible = False
        self._title.styles, self._alert.styles = {"flex": "1 1 300px"}, {"flex": "1 1 420px"}

    def layout(self) -> list[pn.viewable.Viewable]:
        """All of it from above to below."""
        heading = elements.markup("eventos-titulo", f"<h2>{escape(self._words.client.events)}</h2>")
        return [
            self._message, pn.FlexBox(self._title, self._alert, min_height=84, gap="0", align_items="center"),
            self._numbers, *self.figures.layout(self._card), heading, self._no_events, self._table.view,
        ]  # fmt: skip

    @property
    def title(self) -> str:
        """Whose and of when the page is, as markup."""
        return self._title.html

    @property
    def message(self) -> str:
        """What is said of it, as markup."""
        return self._message.html

    @property
    def numbers(self) -> str:
        """Figures of the time, as markup."""
        return self._numbers.html

    @property
    def card(self) -> str:
        """The model's card, as markup."""
        return self._card.html

    def draw(self, content: Content, vocabulary: Vocabulary, event_id: str, more: str = "") -> None:
        """Show a content and nothing else.

        Args:
            content: what is known.
            vocabulary: the service's words.
            event_id: the event that is looked at; empty where none is.
            more: another sentence to be said.
        """
        words = self._words
        self.figures.draw(content.answer, content.asked)
        profile, events = content.answer("profile"), content.answer("events")
        self._numbers.html = parts.figures(profile, events, words) if profile else ""
        detail = content.answer("detail")
        self._card.html = parts.model_card(detail, words, vocabulary) if detail else ""
        self.events = content.events
        self._table.show(self.events, vocabulary)
        self._table.view.visible = bool(events)
        self._no_events.html = f'<p class="note">{escape(words.client.no_events)}</p>' if events == [] else ""
        self.name(content, vocabulary, event_id, more)

    def name(self, content: Content, vocabulary: Vocabulary, event_id: str, more: str = "") -> None:
        """Say whose and of when it is, which event is looked at, and what is missing."""
        words, row, asked = self._words, content.row, content.asked
        self._alert.html = html.alert(parts.alarm(row, words), "error") if row is not None and row["alert"] else ""
        event = content.chosen(event_id)
        self._title.html = parts.title(row, asked, event, words, vocabulary) if row and asked else ""
        said = [html.alert(sentence, grade) for sentence, grade in content.sentences(words)]
        if event_id and event is None and content.answer("events") is not None:
            said.append(html.alert(words.client.unknown_event.format(event=event_id), "warning"))
        self._message.html = "".join([*said, html.alert(more, "warning")])
