"""Tuning a whole fleet in parallel, keeping what is still valid.

First the studies over all clients, batch by batch, and beside them the fleet model; then each client with its own
trials; at last whose parameters each client takes (`settle`). Each folder holds the key of what it was made from
(readings, mask, parameters, code); while the key holds, nothing is fitted again, and a killed run goes on with the
trials and clients that are missing.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from vigia import frames, keys, tune
from vigia.compute import Executor
from vigia.config import Params
from vigia.models import families
from vigia.train.candidates import FLEET_FOLDER, read_result, write_result
from vigia.train.client import Surveys, Task, client_key, train_client
from vigia.train.data import ClientData
from vigia.train.offers import Offers, read_key, read_offers
from vigia.train.settle import candidate, settle
from vigia.train.shared import FleetTask, fleet_key, train_shared
from vigia.train.surveys import Survey, Surveyor, SurveyTask, evaluate

STUDIES_FILE = "studies.log"
"""All studies in one journal: `optuna-dashboard data/train/studies.log`."""


def train_fleet(
    data: list[ClientData], params: Params, folder: Path, compute: Executor, names: Sequence[str] | None = None
) -> Iterator[tuple[str, bool]]:
    """Train all clients and the fleet model; yields `(client or "@<family>", fitted now)` as each is done.

    Those with an at sign are the studies over all clients, one a tuned family, and the fleet model. The fleet model
    and the clients with the longest histories start first, so that no worker waits for a straggler. `read_candidates`
    reads what was found.

    Args:
        data: all clients.
        params: all parameters.
        folder: where everything is kept.
        compute: where it runs.
        names: of the families to train; all of them by default.
    """
    names = families.names() if names is None else names
    surveyors = [
        Surveyor(each, data, params, folder / f"@{each.name}")
        for each in families.of_clients_tuned()
        if each.name in names
    ]
    fleet_kept = read_result(folder / FLEET_FOLDER).get("key") == fleet_key(data, params)
    waiting = [] if fleet_kept or families.FLEET.name not in names else [FleetTask(data, params, folder / FLEET_FOLDER)]
    studied: set[str] = set()
    while waiting or any(surveyor.batch() for surveyor in surveyors):
        batches = {surveyor.family.name: surveyor.batch() for surveyor in surveyors}
        studied |= {name for name, batch in batches.items() if batch}
        tasks: list[FleetTask | SurveyTask] = [*waiting]
        for surveyor in surveyors:
            tasks += surveyor.tasks(batches[surveyor.family.name]) if batches[surveyor.family.name] else []
        errors: dict[str, dict[str, list[list[float]]]] = {name: {} for name in batches}
        for task, found in compute.run(_begin, tasks):
            if isinstance(task, SurveyTask) and found is not None:
                errors[task.family][task.data.client_id] = found
        for surveyor in surveyors:
            surveyor.tell(batches[surveyor.family.name], errors[surveyor.family.name])
        waiting = []
    if families.FLEET.name in names:
        yield FLEET_FOLDER, not fleet_kept
    surveys = {surveyor.family.name: surveyor.result() for surveyor in surveyors}
    for name in surveys:
        yield f"@{name}", name in studied
    yield from _clients(data, params, folder, compute, surveys, names)
    settle_fleet([client.client_id for client in data], surveys, folder)
    tune.gather(sorted(folder.glob("*/*/stud*.log")), folder / STUDIES_FILE)


def _begin(task: FleetTask | SurveyTask) -> list[list[float]] | None:
    """Train the fleet model, or evaluate a batch of trials on a client."""
    if isinstance(task, SurveyTask):
        return evaluate(task)
    train_shared(task)
    return None


def _clients(
    data: Sequence[ClientData],
    params: Params,
    folder: Path,
    compute: Executor,
    surveys: Surveys,
    names: Sequence[str],
) -> Iterator[tuple[str, bool]]:
    todo = []
    for client in data:
        place = folder / frames.client_folder(client.client_id)
        if read_key(place) == client_key(client, params, surveys):
            yield client.client_id, False
        else:
            todo.append(Task(client, params, place, surveys, tuple(names)))
    todo.sort(key=lambda task: -len(task.data.readings))
    for task, _ in compute.run(train_client, todo):
        yield task.data.client_id, True


def settle_fleet(client_ids: Sequence[str], surveys: Surveys, folder: Path) -> None:
    """Decide whose parameters each client takes, and write its candidates where they have changed."""
    places = {client: folder / frames.client_folder(client) for client in client_ids}
    offers = {client: read_offers(place) for client, place in places.items()}
    settled = {
        family.name: settle(_of(offers, family.name), _tried(surveys, family.name)) for family in families.of_clients()
    }
    for client, place in places.items():
        found = [candidate(each, settled[each.family].get(client)) for each in offers[client]]
        taken = [(each.family, each.tuned_by, each.believed_gain, each.parameters) for each in found]
        key = keys.combine(read_key(place), taken)
        if read_result(place).get("key") != key:
            write_result(place, key, found)


def _of(offers: dict[str, list[Offers]], family: str) -> list[Offers]:
    return [each for own in offers.values() for each in own if each.family == family]


def _tried(surveys: Surveys, family: str) -> list[tune.Tried]:
    survey: Survey | None = surveys.get(family)
    return survey.tried if survey else []
