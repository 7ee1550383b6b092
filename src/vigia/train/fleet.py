"""Tuning a whole fleet in parallel, keeping what is still valid.

Each client's folder holds the key of what it was made from (readings, mask, parameters, code); while the key holds,
nothing is fitted again, and a killed run goes on with the clients, families and trials that are missing. The fleet
model has a folder of its own, whose key is that of all clients.
"""

from collections.abc import Iterator
from pathlib import Path

from vigia import frames
from vigia.compute import Executor
from vigia.config import Params
from vigia.train.candidates import FLEET_FOLDER, Candidate, read_result
from vigia.train.client import Task, client_key, train_client
from vigia.train.data import ClientData
from vigia.train.shared import FleetTask, fleet_key, train_shared


def train_fleet(data: list[ClientData], params: Params, folder: Path, compute: Executor) -> Iterator[tuple[str, bool]]:
    """Train all clients and the fleet model; yields `(client or "@fleet", fitted now)` as each is done.

    The fleet model and the clients with the longest histories start first, so that no worker waits for a straggler.
    `read_candidates` reads what was found.
    """
    todo: list[Task | FleetTask] = []
    for client in data:
        place = folder / frames.client_folder(client.client_id)
        if read_result(place).get("key") == client_key(client, params):
            yield client.client_id, False
        else:
            todo.append(Task(client, params, place))
    todo.sort(key=lambda task: -len(task.data.readings) if isinstance(task, Task) else 0)
    if read_result(folder / FLEET_FOLDER).get("key") == fleet_key(data, params):
        yield FLEET_FOLDER, False
    else:
        todo.insert(0, FleetTask(data, params, folder / FLEET_FOLDER))
    for task, _ in compute.run(train_task, todo):
        yield task.data.client_id if isinstance(task, Task) else FLEET_FOLDER, True


def train_task(task: Task | FleetTask) -> list[Candidate]:
    """Train one client, or the fleet model."""
    return train_client(task) if isinstance(task, Task) else train_shared(task)
