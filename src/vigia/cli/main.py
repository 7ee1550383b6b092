"""The command line: every command of `vigia`, and one clear line for every error that a user can mend."""

import importlib
import sys
from typing import Annotated, Any

import typer

from vigia import __version__
from vigia.cli.extras import extra_of, how_to_install
from vigia.errors import VigiaError

COMMANDS = {
    "fetch": "vigia.cli.fetch:fetch",
    "check": "vigia.cli.check:check",
    "scan": "vigia.cli.scanning.scan:scan",
    "fleet": "vigia.cli.fleet:fleet",
    "params": "vigia.cli.params:params",
    "plots": "vigia.cli.plots:plots",
    "publish": "vigia.cli.publish:publish",
    "rollback": "vigia.cli.publish:rollback",
    "intake": "vigia.cli.operation.intake:intake",
    "daily": "vigia.cli.operation.daily:daily",
    "worker": "vigia.cli.operation.worker:worker",
    "digest": "vigia.cli.operation.digest:digest",
    "send": "vigia.cli.operation.send:send",
    "subscriptions": "vigia.cli.operation.subscriptions:app",
    "watchdog": "vigia.cli.operation.watchdog:watchdog",
    "backup": "vigia.cli.operation.backup:backup",
    "restore": "vigia.cli.operation.restore:restore",
    "prune": "vigia.cli.operation.prune:prune",
    "retrain": "vigia.cli.operation.retrain:retrain",
    "serve": "vigia.cli.serve:serve",
    "keys": "vigia.cli.access.keys:keys",
    "people": "vigia.cli.access.people:people",
    "evaluate": "vigia.cli.evaluate:evaluate",
}


def build(names: list[str]) -> typer.Typer:
    """The application with the commands `names`; a command's module is imported with it, not before."""
    app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__, pretty_exceptions_enable=False)
    app.callback()(_options)
    for name in names:
        module, function = COMMANDS[name].split(":")
        command: Any = getattr(importlib.import_module(module), function)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name)(command)
    return app


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"vigia {__version__}")
        raise typer.Exit


def _options(
    _: Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True, help="print it")] = False,
) -> None: ...


def main() -> None:
    """Run the command that was asked for."""
    asked = [name for name in sys.argv[1:2] if name in COMMANDS]
    try:
        build(asked or list(COMMANDS))()
    except VigiaError as error:
        sys.stderr.write(f"vigia: {error}\n")
        raise SystemExit(1) from error
    except ModuleNotFoundError as error:
        extra = extra_of(error.name or "")
        if extra is None:
            raise
        sys.stderr.write(f"vigia: {error.name} is not installed: {how_to_install(extra)}\n")
        raise SystemExit(1) from error
