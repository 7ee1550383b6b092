"""Who asks and what they may: every route says which right it needs (`may`), one door looks at it (`door`)."""

from serving.access.actor import Actor
from serving.access.may import may

__all__ = ["Actor", "may"]
