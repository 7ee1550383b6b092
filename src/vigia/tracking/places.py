"""Where runs come from and where they are kept: the commit, the database, the artifacts."""

import subprocess
from pathlib import Path

from vigia.config.settings import SQLITE

SERVED = "mlflow-artifacts"
"""Scheme of artifacts that MLflow's server hands out, from the folder that it was given."""


def git_sha() -> str:
    """Commit of the checkout that runs, `unknown` outside of one; `-dirty` marks uncommitted changes."""
    try:
        sha = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True, timeout=10)
        changed = subprocess.run(["git", "status", "--porcelain", ":/src"], capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return sha.stdout.strip()[:12] + ("-dirty" if changed.stdout.strip() else "")


def absolute_sqlite(uri: str) -> str:
    """A relative SQLite file is taken from the working directory, and its folder is made."""
    if not uri.startswith(SQLITE):
        return uri
    path = Path(uri.removeprefix(SQLITE)).absolute()
    path.parent.mkdir(parents=True, exist_ok=True)
    return f"{SQLITE}{path}"


def artifact_address(artifacts: str, fleet: str) -> str:
    """Where a fleet's artifacts are kept: below an address, or below what MLflow's server serves of a folder.

    >>> artifact_address("s3://bucket/runs/", "norte"), artifact_address("var/mlartifacts", "norte")
    ('s3://bucket/runs/norte', 'mlflow-artifacts:/norte')
    """
    return f"{artifacts.rstrip('/')}/{fleet}" if "://" in artifacts else f"{SERVED}:/{fleet}"


def folder_address(artifacts: str) -> str:
    """Address of a folder, relative to the working directory."""
    return Path(artifacts).absolute().as_uri()
