"""The small page on which somebody stops being told; it loads nothing and needs no script."""

from dataclasses import dataclass
from html import escape

from fastapi.responses import HTMLResponse

from vigia.store.messages.subscriptions import Subscription

POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"


@dataclass(frozen=True)
class PageWords:
    """Words of the page in one language."""

    title: str
    question: str
    button: str
    done: str
    somewhere: str


WORDS = {
    "es": PageWords(
        "Mensajes de Vigía",
        "¿Dejar de enviar los mensajes de Vigía a {address}?",
        "Dejar de recibirlos",
        "Ya no se envían los mensajes de Vigía a {address}.",
        "esa dirección",
    ),
    "en": PageWords(
        "Messages of Vigía",
        "Stop sending the messages of Vigía to {address}?",
        "Stop them",
        "The messages of Vigía are no longer sent to {address}.",
        "that address",
    ),
}


def page(subscription: Subscription, token: str) -> HTMLResponse:
    """The question with a button, or that it is done; an address of the web may hold a secret and is not shown."""
    wish = subscription.wish
    words = WORDS[wish.language]
    address = wish.address if wish.channel == "mail" else words.somewhere
    said = words.question if subscription.ended_at is None else words.done
    button = f'<form method="post" action="?token={escape(token)}"><button>{escape(words.button)}</button></form>'
    return HTMLResponse(
        f'<!DOCTYPE html>\n<html lang="{wish.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(words.title)}</title><style>"
        "body{max-width:32rem;margin:15vh auto;padding:0 1rem;font:1.1rem/1.5 system-ui,sans-serif;color:#1a202c}"
        "button{font:inherit;padding:.75rem 1.25rem;border:0;border-radius:6px;background:#0b57a4;color:#fff}"
        f"</style></head><body><h1>{escape(words.title)}</h1><p>{escape(said.format(address=address))}</p>"
        f"{button if subscription.ended_at is None else ''}</body></html>\n",
        headers={"Content-Security-Policy": POLICY},
    )
