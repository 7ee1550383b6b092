"""What only this store can have written: links that end a subscription, names of messages, bodies of webhooks."""

import base64
import hashlib
import hmac
import re
import secrets
from datetime import datetime

from vigia.store import Connection, marks

SECRET = "secret"
"""Name of the mark that holds the store's secret."""
SECRET_BYTES = 32
TOKEN = re.compile(r"([1-9]\d{0,15})\.([A-Za-z0-9_-]{22})", re.ASCII)
LONGEST_TOKEN = 40


def secret_of(connection: Connection, now: datetime) -> bytes:
    """The secret of a store, made when it is first needed, in a transaction that writes."""
    found = known_secret(connection)
    if found is None:
        found = secrets.token_bytes(SECRET_BYTES)
        marks.put(connection, SECRET, found.hex(), now)
    return found


def known_secret(connection: Connection) -> bytes | None:
    """The secret of a store; none where nothing was signed yet."""
    found = marks.value(connection, SECRET)
    return None if found is None else bytes.fromhex(found)


def token_of(secret: bytes, subscription_id: int) -> str:
    """What allows to end a subscription, and nothing else; it does not run out."""
    return f"{subscription_id}.{_mark(secret, f'unsubscribe/{subscription_id}')}"


def subscription_of(secret: bytes, token: str) -> int | None:
    """The subscription that a token allows to end; none where it is not one of ours."""
    found = TOKEN.fullmatch(token)
    if found is None or not hmac.compare_digest(token_of(secret, int(found[1])), token):
        return None
    return int(found[1])


def message_id(secret: bytes, key: str, domain: str) -> str:
    """The name of a message, always the same one; that of another store's message of the same key is another."""
    return f"<{_mark(secret, f'message/{key}')}@{domain}>"


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Value of `X-Vigia-Signature`: whoever knows the secret can tell that a body, and its time, are ours.

    >>> signature("s", "0", b"{}")[:14]
    'sha256=e79b1f6'
    """
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"sha256={digest}"


def _mark(secret: bytes, text: str) -> str:
    digest = hmac.new(secret, text.encode(), hashlib.sha256).digest()[:16]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
