"""Keys, people, passwords and the audit, on both engines."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from vigia.errors import ConflictError, StoreError, VocabularyError
from vigia.store import Database
from vigia.store.access import audit, keys, passwords, people
from vigia.store.access.audit import Entry
from vigia.store.tables import AUDIT, KEYS, PEOPLE

NOW = datetime(2024, 7, 1, 12, 0, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
PASSWORD = "un caballo de paso"


def test_a_key_is_found_by_its_text_of_which_nothing_but_the_beginning_is_kept(database: Database) -> None:
    with database.writing() as connection:
        made, key = keys.add(connection, "panel", "operator", True, "cli", NOW)
        assert keys.found(connection, key) == made == keys.listed(connection)[0]
        kept = str(connection.execute(select(KEYS)).mappings().one())
    assert key.startswith(made.prefix)
    assert len(key) - len(made.prefix) >= 43  # 256 bits
    assert key.removeprefix(made.prefix) not in kept
    assert key not in repr(made)


@pytest.mark.parametrize(
    "changed",
    [
        lambda key: key[:-1] + ("a" if key[-1] != "a" else "b"),
        lambda key: key[:-1],
        lambda key: key + "a",
        lambda key: key.upper(),
        lambda key: key[:14],
        lambda key: key[:0],
        lambda key: "vigia_aaaaaaaa" + key[14:],
        lambda key: key + "\n",
        lambda key: "é" + key,
        lambda key: "\x00" + key,
    ],
)
def test_what_is_almost_a_key_is_none(database: Database, changed: object) -> None:
    assert callable(changed)
    with database.writing() as connection:
        _, key = keys.add(connection, "panel", "operator", True, "cli", NOW)
        assert keys.found(connection, changed(key)) is None


def test_a_revoked_key_is_known_as_such_and_stays_revoked_since_the_first_time(database: Database) -> None:
    with database.writing() as connection:
        made, key = keys.add(connection, "meters", "writer", False, "cli", NOW)
        assert keys.any_live(connection)
        assert keys.revoke(connection, made.prefix, NOW) is not None
        assert not keys.any_live(connection)
        assert keys.any_made(connection)
        again = keys.revoke(connection, made.prefix, LATER)
        assert again == keys.found(connection, key)
        assert again is not None
        assert again.revoked_at == NOW
        assert keys.revoke(connection, "vigia_aaaaaaaa", NOW) is None


def test_a_store_without_a_key_says_so(database: Database) -> None:
    with database.reading() as connection:
        assert not keys.any_made(connection)
        assert not keys.any_live(connection)


def test_the_last_use_of_a_key_is_written_once_a_minute(database: Database) -> None:
    times = [NOW, NOW + timedelta(seconds=59), NOW + timedelta(seconds=61)]
    with database.writing() as connection:
        made, key = keys.add(connection, "meters", "writer", False, "cli", NOW)
        written = []
        for when in times:
            keys.used(connection, made.prefix, when)
            found = keys.found(connection, key)
            assert found is not None
            written.append(found.last_used_at)
    assert written == [times[0], times[0], times[2]]


@pytest.mark.parametrize(
    ("name", "role", "acts", "said"),
    [
        ("", "reader", False, "no name"),
        ("Ana María", "reader", False, "no name"),
        ("a" * 101, "reader", False, "no name"),
        ("local", "reader", False, "calls itself so"),
        ("meters", "owner", False, "no role 'owner'; there are reader, operator, admin, writer"),
        ("meters", "writer", True, "acts for nobody"),
    ],
)
def test_a_key_that_would_mislead_is_not_made(database: Database, name: str, role: str, acts: bool, said: str) -> None:
    with pytest.raises(VocabularyError, match=said), database.writing() as connection:
        keys.add(connection, name, role, acts, "cli", NOW)


def test_a_person_is_let_in_changed_ended_and_comes_back_as_somebody_new(database: Database) -> None:
    with database.writing() as connection:
        people.add(connection, "ana", "operator", "es", "kept", "cli", NOW)
        changed = people.change(connection, "ana", role="admin", language="en")
        assert changed == people.present(connection, "ana")
        assert changed is not None
        assert (changed.role, changed.language, people.password(connection, "ana")) == ("admin", "en", "kept")
        with pytest.raises(ConflictError, match="there already"):
            people.add(connection, "ana", "reader", "es", None, "cli", LATER)
        ended = people.end(connection, "ana", LATER)
        assert ended is not None
        assert ended.ended_at == LATER
        assert people.present(connection, "ana") is people.password(connection, "ana") is None
        assert people.end(connection, "ana", LATER) is people.change(connection, "ana", role="reader") is None
        assert connection.execute(select(PEOPLE.c.password)).scalar_one() is None
        people.add(connection, "ana", "reader", "es", None, "cli", LATER)
        assert [(each.role, each.ended_at) for each in people.listed(connection)] == [("reader", None)]


def test_a_writer_is_no_role_of_a_person(database: Database) -> None:
    with pytest.raises(VocabularyError, match=r"there are reader, operator, admin$"), database.writing() as connection:
        people.add(connection, "ana", "writer", "es", None, "cli", NOW)


def test_a_key_and_a_person_never_share_a_name(database: Database) -> None:
    with database.writing() as connection:
        people.add(connection, "ana", "operator", "es", None, "cli", NOW)
        people.end(connection, "ana", NOW)
        keys.add(connection, "panel", "operator", True, "cli", NOW)
        with pytest.raises(ConflictError, match="is a person"):
            keys.add(connection, "ana", "operator", False, "cli", NOW)
        with pytest.raises(ConflictError, match="is the name of a key"):
            people.add(connection, "panel", "operator", "es", None, "cli", NOW)


def test_a_password_is_kept_by_argon2_and_only_itself_is_right() -> None:
    kept = passwords.hashed(PASSWORD)
    assert kept.startswith("$argon2id$")
    assert passwords.right(PASSWORD, kept)
    assert not passwords.right(PASSWORD + " ", kept)
    assert not passwords.right("", kept)
    assert not passwords.right(PASSWORD, None)
    assert not passwords.right("the password of nobody", None)


def test_the_end_of_an_endless_password_is_not_left_away() -> None:
    kept = passwords.hashed("x" * passwords.MOST)
    assert passwords.right("x" * passwords.MOST, kept)
    assert not passwords.right("x" * (passwords.MOST + 1), kept)


@pytest.mark.parametrize("password", ["", "x" * (passwords.LEAST - 1), "x" * (passwords.MOST + 1)])
def test_a_password_that_is_too_short_or_too_long_is_refused(password: str) -> None:
    with pytest.raises(VocabularyError, match="10 to 200 letters"):
        passwords.hashed(password)


def test_what_argon2_did_not_write_is_no_wrong_password() -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        passwords.right(PASSWORD, "plain")


def test_the_audit_is_read_in_pages_the_latest_first_and_never_changed(database: Database) -> None:
    entries = [
        Entry(NOW + timedelta(minutes=number), "panel", "POST", "/v1/alerts", 201, "ana", "vigia_aaaaaaaa", str(number))
        for number in range(5)
    ]
    with database.writing() as connection:
        for entry in entries:
            audit.add(connection, entry)
    with database.reading() as connection:
        first = audit.listed(connection, 3)
        assert first + audit.listed(connection, 3, first[-1].id) == entries[::-1]
    for statement in (update(AUDIT).values(actor="somebody"), delete(AUDIT), text("DELETE FROM audit")):
        with pytest.raises(DBAPIError, match="append-only"), database.writing() as connection:
            connection.execute(statement)
