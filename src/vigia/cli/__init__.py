"""The command `vigia`: one file a command."""

from vigia.cli.main import main

__all__ = ["main"]
