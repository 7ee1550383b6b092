"""Operation: what came since a release was made, taken together with it.

A release says what is normal, the store what happened since. Here the two become one picture (`growth`), with the
release's models, masks and thresholds and without a refit; a release is never changed. No HTTP.
"""

from vigia.operate.growth import Growth
from vigia.operate.known import known_of
from vigia.operate.places import store_of

__all__ = ["Growth", "known_of", "store_of"]
