"""What must be the same after a disturbed and an undisturbed run."""

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

WITHOUT = (".lock", "log.txt", "mlflow.db", "candidates.json", ".journal")
"""Ends of names of files that hold times of day, process numbers or seconds: what is in them is compared otherwise."""
QUERIES = {
    "runs": "SELECT t1.value, t2.value, r.status FROM runs r "
    "JOIN tags t1 ON t1.run_uuid = r.run_uuid AND t1.key = 'client_id' "
    "JOIN tags t2 ON t2.run_uuid = r.run_uuid AND t2.key = 'family' WHERE r.lifecycle_stage = 'active'",
    "measures": "SELECT t1.value, t2.value, m.key FROM latest_metrics m "
    "JOIN tags t1 ON t1.run_uuid = m.run_uuid AND t1.key = 'client_id' "
    "JOIN tags t2 ON t2.run_uuid = m.run_uuid AND t2.key = 'family' "
    "JOIN runs r ON r.run_uuid = m.run_uuid AND r.lifecycle_stage = 'active'",
    "campaigns": "SELECT r.status FROM runs r JOIN tags t ON t.run_uuid = r.run_uuid "
    "WHERE t.key = 'level' AND t.value = 'campaign'",
    "versions": "SELECT v.name, v.version, t.value FROM model_versions v "
    "JOIN model_version_tags t ON t.name = v.name AND t.version = v.version AND t.key = 'release'",
    "champions": "SELECT name, alias, version FROM registered_model_aliases",
}
"""What MLflow's database must hold."""


def state(folder: Path) -> dict[str, Any]:
    """Content of files by path, decisions without their time, and what the registry holds; no time, no random id."""
    found: dict[str, Any] = {
        path.relative_to(folder).as_posix(): _content(path)
        for path in sorted(folder.rglob("*"))
        if (path.is_file() or path.is_symlink())
        and not path.name.endswith(WITHOUT)
        and "mlartifacts" not in path.parts
        and not _is_aside(path)
    }
    database = folder / "var" / "mlflow.db"
    if database.is_file():
        with closing(sqlite3.connect(database)) as connection:
            for name, query in QUERIES.items():
                found[name] = sorted(connection.execute(query).fetchall())
    return found


def differences(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """What is in one of two states alone, or otherwise."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def _is_aside(path: Path) -> bool:
    """The studies of a training, whose journals tell how they went."""
    return "train" in path.parts


def _content(path: Path) -> object:
    if path.is_symlink():
        return str(path.readlink())
    content = path.read_bytes()
    if path.name == "decisions.jsonl":
        lines = [json.loads(line) for line in content.decode("utf-8").splitlines()]
        return [{name: value for name, value in line.items() if name != "at"} for line in lines]
    if path.name.endswith(".registry.json"):
        models = json.loads(content)["models"]
        return {client: model["version"] for client, model in models.items()}
    if "seconds" in path.parts:
        return None
    return hashlib.sha256(content).hexdigest()
