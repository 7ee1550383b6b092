"""Commands by which people are told: as they are typed, on a release and a store of their own."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.support.bare_release import FLEET, bare_release, bare_training
from tests.support.servers import HOST, MailServer, mail_server, receiver
from tests.support.told import alert
from vigia.cli.main import COMMANDS, build
from vigia.config import load_settings
from vigia.errors import VigiaError
from vigia.operate import store_of
from vigia.operate.messages import queue_digests
from vigia.publish.operation import flip
from vigia.store import alerts, runs

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command; what a user can mend is one sentence, as of `main`."""
    releases = tmp_path / "var" / FLEET / "releases"
    digest = bare_release(releases / "fresh", bare_training(tmp_path / "train", ["1", "2"]))
    (releases / "fresh").rename(releases / digest)
    flip(tmp_path / "var" / FLEET, digest)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VIGIA_FLEET", FLEET)
    monkeypatch.setenv("VIGIA_SERVING_RELEASES", str(tmp_path / "var"))

    def run(*arguments: str) -> Result:
        found = CliRunner().invoke(build(list(COMMANDS)), arguments)
        if found.exception is not None and not isinstance(found.exception, SystemExit | VigiaError):
            raise found.exception
        return found

    return run


@pytest.fixture
def server(run: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A mail server that the settings name."""
    with mail_server() as found:
        for name, value in {"HOST": HOST, "PORT": found.port, "SECURITY": "none", "SENDER": "v@example.com"}.items():
            monkeypatch.setenv(f"VIGIA_MAIL_{name}", str(value))
        yield found


def test_an_address_is_subscribed_listed_and_ended(run: Run) -> None:
    added = run("subscriptions", "add", "ana@example.com", "--language", "en", "--client", "2", "--severity", "high")
    line = "1: mail to ana@example.com, in en, clients 2, severity high or above"
    assert (added.stdout, added.stderr) == (f"{line}\n", "mail is off: configs/mail.yaml names no host\n")
    assert run("subscriptions", "list").stdout == f"{line}\n"
    assert run("subscriptions", "end", "1").stdout.startswith(f"{line}, ended 20")
    assert run("subscriptions", "list").stdout == ""
    assert "by vigia subscriptions" in run("subscriptions", "list", "--ended").stdout


def test_the_secret_of_a_webhook_is_printed_once(run: Run) -> None:
    added = run("subscriptions", "add", "https://example.com/hook", "--only-news")
    first, second = added.stdout.splitlines()
    assert first == "1: webhook to https://example.com/hook, in es, only news"
    secret = second.removeprefix("secret, shown once: ")
    assert len(secret) > 40
    assert secret not in run("subscriptions", "list").stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("add", "ana"), "'ana': no mail address; one is like ana@example.com"),
        (("add", "https://a:b@example.com"), "without a user"),
        (("add", "ana@example.com", "--client", "9"), "no client '9'"),
        (("add", "ana@example.com", "--sector", "textil"), "no sector 'textil'; there are none"),
        (("add", "ana@example.com", "--severity", "huge"), "no severity 'huge'; there are critical"),
        (("add", "ana@example.com", "--language", "fr"), "no language 'fr'; there are es, en"),
        (("end", "9"), "no subscription 9"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else "",
)
def test_what_cannot_be_is_one_sentence(run: Run, arguments: tuple[str, ...], told: str) -> None:
    found = run("subscriptions", *arguments)
    assert isinstance(found.exception, VigiaError)
    assert told in str(found.exception)


def test_a_digest_is_shown_without_being_sent(run: Run, tmp_path: Path) -> None:
    database = store_of(load_settings())
    with database.writing() as connection:
        alerts.add(connection, [alert("a")], [])
    database.close()
    shown = run("digest", "--show", "en").stdout
    assert "1 anomaly to verify" in shown.splitlines()[0]
    assert "?evento=a" in shown
    assert run("digest", "--html", "page.html").stdout == ""
    assert "Por verificar" in (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "Nothing new" in run("digest", "--show", "en", "--since", "2024-07-01").stdout
    assert isinstance(run("digest", "--show", "fr").exception, VigiaError)
    assert run("send", "--list", "5").stdout == ""


def test_what_is_due_is_sent_and_listed(run: Run, server: MailServer) -> None:
    run("subscriptions", "add", "ana@example.com")
    settings = load_settings()
    database = store_of(settings)
    queue_digests(settings, database, datetime.now(UTC))
    database.close()
    sent = run("send").stdout.splitlines()
    assert sent[-1] == "1 sent, 0 to be tried again, 0 refused, 0 held"
    assert [each["To"] for each in server.mails] == ["ana@example.com"]
    assert "ana@example.com: sent 20" in run("send", "--list", "5").stdout
    assert run("send").stdout == "0 sent, 0 to be tried again, 0 refused, 0 held\n"


def test_the_watchdog_alarms_by_exit_code_and_mail_once_a_day(
    run: Run, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIA_MAIL_ADMINISTRATOR", "admin@example.com")
    monkeypatch.setenv("VIGIA_MAIL_ADMINISTRATOR_LANGUAGE", "en")
    found = run("watchdog")
    assert found.exit_code == 1
    assert found.stdout.splitlines()[:2] == [
        "no_daily_run: No daily run has ended well yet.",
        next(
            line for line in found.stdout.splitlines() if line.startswith("readings_stopped: The last reading of all")
        ),
    ]
    assert {each["Subject"].partition(": ")[2] for each in server.mails} == {
        "the daily run was not done",
        "no client's readings arrive",
    }
    again = run("watchdog")
    assert (again.exit_code, len(server.mails)) == (1, 2)
    assert "0 new messages" in again.stdout


def test_where_nothing_is_wrong_the_watchdog_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"RUN_HOURS": "1", "SILENT_HOURS": "10000000"}.items():
        monkeypatch.setenv(f"VIGIA_OPERATION_{name}", value)
    database = store_of(load_settings())
    with database.writing() as connection:
        begun = runs.begin(connection, datetime.now(UTC).date(), datetime.now(UTC))
        runs.note(connection, begun.id, finished_at=datetime.now(UTC) - timedelta(minutes=1))
    database.close()
    found = run("watchdog")
    assert (found.exit_code, found.stdout) == (0, "nothing is wrong\n")


def test_the_watchdog_tells_a_webhook(run: Run) -> None:
    with receiver() as hook:
        run("subscriptions", "add", hook.url)
        assert run("watchdog").exit_code == 1
        bodies = [json.loads(body) for _, _, body in hook.came]
    assert {each["problem"] for each in bodies} == {"no_daily_run", "readings_stopped"}
