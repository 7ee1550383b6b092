"""`vigia prune`: what is old is removed."""

from typing import Annotated

import typer

from vigia.config import load_settings


def prune(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only say what would be removed")] = False,
) -> None:
    """Remove old releases, readings that count no more, and what was said in messages, by configs/operation.yaml."""
    from vigia.operate.keeping.prune import prune as removed

    done = removed(load_settings(), really=not dry_run)
    for digest in done.releases:
        typer.echo(f"release {digest}")
    for name in done.registries:
        typer.echo(f"registry file {name}")
    typer.echo(
        f"{'would be removed' if dry_run else 'removed'}: {len(done.releases)} releases, {done.superseded} corrected "
        f"and {done.old} old rows of readings, the content of {done.messages} messages, {done.answers} answers, "
        f"{done.states} states of other code"
    )
