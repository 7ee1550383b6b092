"""Telling people: the digest of a day, alarms of the watchdog, and how they are sent.

`selection` says which alerts are told, `digest` puts them into words, `letter` makes text and HTML of it, `queueing`
and `alarm` put messages into the outbox, `sending` empties it.
"""

from vigia.operate.messages.queueing import queue_digests
from vigia.operate.messages.sending import send_due

__all__ = ["queue_digests", "send_due"]
