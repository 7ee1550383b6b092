"""Keeping a store: copies of it that a restore reads back into either engine, and what is removed of it when it is old.

`rows` are rows of any revision, as values and as lines; `copies` writes and reads whole stores; `pruning` removes.
"""

from vigia.store.keeping.copies import Copied, copy, is_empty, move_aside, restore

__all__ = ["Copied", "copy", "is_empty", "move_aside", "restore"]
