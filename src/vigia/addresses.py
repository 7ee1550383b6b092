"""Addresses of mail and of the web, as far as something can be sent to them; whatever passes is safe in a header."""

import re
from urllib.parse import urlsplit

LONGEST = 1024
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_MAIL = re.compile(rf"(?=[^@]{{1,64}}@.{{1,253}}\Z){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")
_SHOWN = re.compile(r"[!-~]+")


def mail_address(text: str) -> str:
    """The address, as it is.

    Raises:
        ValueError: it is none; domains with other letters are written as `xn--...`.

    >>> mail_address("ana@example.com")
    'ana@example.com'
    """
    if not _MAIL.fullmatch(text):
        raise ValueError("no mail address; one is like ana@example.com")
    return text


def web_address(text: str) -> str:
    """The address, as it is: `http` or `https`, with a host, and without a user or password, which would be shown.

    Raises:
        ValueError: it is none.

    >>> web_address("https://example.com/hook?for=vigia")
    'https://example.com/hook?for=vigia'
    """
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        good = False
    if not good or not _SHOWN.fullmatch(text) or set('<>"\\^`{|}') & set(text) or len(text) > LONGEST:
        raise ValueError("no web address; one is like https://example.com/hook")
    if "@" in parts.netloc or parts.fragment:
        raise ValueError("a web address without a user, a password or a fragment (#) is wanted")
    return text


def base_address(text: str) -> str:
    """A web address that paths are added to, without its last slash.

    Raises:
        ValueError: it is none, or has a question (`?`).

    >>> base_address("https://vigia.example.com/")
    'https://vigia.example.com'
    """
    if "?" in web_address(text):
        raise ValueError("paths are added to this address, so it has no question (?)")
    return text.rstrip("/")
