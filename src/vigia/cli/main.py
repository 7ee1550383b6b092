"""The command line: every command of `vigia`, and one clear line for every error that a user can mend."""

import importlib
import sys
from typing import Any

import typer

from vigia.errors import VigiaError

COMMANDS = {
    "fetch": "vigia.cli.fetch:fetch",
    "check": "vigia.cli.check:check",
    "scan": "vigia.cli.scan:scan",
    "fleet": "vigia.cli.fleet_name:fleet",
    "publish": "vigia.cli.publish:publish",
    "rollback": "vigia.cli.publish:rollback",
    "serve": "vigia.cli.serve:serve",
    "evaluate": "vigia.cli.evaluate:evaluate",
}


def build(names: list[str]) -> typer.Typer:
    """The application with the commands `names`; a command's module is imported with it, not before."""
    app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__, pretty_exceptions_enable=False)
    app.callback()(lambda: None)
    for name in names:
        module, function = COMMANDS[name].split(":")
        command: Any = getattr(importlib.import_module(module), function)
        app.command(name)(command)
    return app


def main() -> None:
    """Run the command that was asked for."""
    asked = [name for name in sys.argv[1:2] if name in COMMANDS]
    try:
        build(asked or list(COMMANDS))()
    except VigiaError as error:
        sys.stderr.write(f"vigia: {error}\n")
        raise SystemExit(1) from error
