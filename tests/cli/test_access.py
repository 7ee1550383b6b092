"""`vigia keys` and `vigia people`: who may do what, from the command line."""

from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from vigia.cli.main import build
from vigia.errors import ConflictError, VocabularyError
from vigia.store import Database
from vigia.store.access import audit, keys, passwords, people

PASSWORD = "un caballo de paso"


class Shell:
    """A terminal beside the store of a fleet; what cannot be is raised, as `main` tells it."""

    def __init__(self, folder: Path) -> None:
        self.database = Database(f"sqlite:///{folder / 'norte' / 'vigia.db'}")

    def vigia(self, *words: str, stdin: str | None = None) -> Result:
        found = CliRunner().invoke(build([words[0]]), words, input=stdin)
        if found.exception is not None and not isinstance(found.exception, SystemExit):
            raise found.exception
        return found


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VIGIA_FLEET", "norte")
    monkeypatch.setenv("VIGIA_SERVING_RELEASES", str(tmp_path))
    return Shell(tmp_path)


def test_a_key_alone_is_what_a_script_reads(shell: Shell) -> None:
    made = shell.vigia("keys", "add", "meters", "--role", "writer")
    key = made.stdout.strip()
    assert "not shown again" in made.stderr
    with shell.database.reading() as connection:
        kept = keys.found(connection, key)
    assert kept is not None
    assert (kept.name, kept.role, kept.acts_for_others, kept.created_by) == ("meters", "writer", False, "cli")
    listed = shell.vigia("keys", "list").stdout
    assert kept.prefix in listed
    assert key not in listed
    assert "refused" in shell.vigia("keys", "revoke", kept.prefix).stdout
    with shell.database.reading() as connection:
        assert not keys.any_live(connection)


def test_the_key_of_a_dashboard_acts_for_others(shell: Shell) -> None:
    shell.vigia("keys", "add", "dashboard", "--role", "operator", "--acts-for-others")
    with shell.database.reading() as connection:
        assert keys.listed(connection)[0].acts_for_others


def test_a_key_that_there_is_not_is_told_without_its_secret(shell: Shell) -> None:
    with pytest.raises(ConflictError, match=r"^no key vigia_aaaaaaaa; `vigia keys list` shows them$"):
        shell.vigia("keys", "revoke", "vigia_aaaaaaaa_" + 43 * "A")


def test_a_password_comes_from_the_standard_input_and_never_as_an_argument(shell: Shell) -> None:
    shell.vigia("people", "add", "ana", "--role", "operator", "--language", "en", stdin=f"{PASSWORD}\nmore\n")
    with shell.database.reading() as connection:
        person, kept = people.present(connection, "ana"), people.password(connection, "ana")
    assert person is not None
    assert (person.role, person.language) == ("operator", "en")
    assert passwords.right(PASSWORD, kept)
    assert shell.vigia("people", "add", "eva", "--password", PASSWORD).exit_code == 2
    assert "ana" in shell.vigia("people", "list").stdout


def test_a_person_without_a_password_cannot_log_in_by_one(shell: Shell) -> None:
    shell.vigia("people", "add", "ana", "--no-password")
    with shell.database.reading() as connection:
        assert people.password(connection, "ana") is None


def test_a_person_is_let_in_no_more(shell: Shell) -> None:
    shell.vigia("people", "add", "ana", "--no-password")
    assert "not let in any more" in shell.vigia("people", "remove", "ana").stdout
    with pytest.raises(ConflictError, match="nobody of the name ana"):
        shell.vigia("people", "remove", "ana")


@pytest.mark.parametrize("password", ["", "short\n"])
def test_a_short_password_lets_nobody_in(shell: Shell, password: str) -> None:
    with pytest.raises(VocabularyError, match="10 to 200 letters"):
        shell.vigia("people", "add", "ana", stdin=password)
    assert "ana" not in shell.vigia("people", "list").stdout


def test_each_command_is_a_row_of_the_audit(shell: Shell) -> None:
    prefix = shell.vigia("keys", "add", "meters", "--role", "writer").stdout.strip()[:14]
    shell.vigia("people", "add", "ana", "--no-password")
    with pytest.raises(ConflictError):
        shell.vigia("people", "add", "ana", "--no-password")
    shell.vigia("keys", "revoke", prefix)
    with shell.database.reading() as connection:
        rows = [(each.actor, each.method, each.route, each.object) for each in audit.listed(connection, 10)]
    assert rows == [
        ("cli", "CLI", "vigia keys revoke", prefix),
        ("cli", "CLI", "vigia people add", "ana"),
        ("cli", "CLI", "vigia keys add", prefix),
    ]
