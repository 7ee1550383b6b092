"""What `vigia scan` tells: how many events of which kind, the open ones that matter most, and what was not read."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from vigia import frames
from vigia.scanning.collected import ScannedFolder
from vigia.vocabulary import kind_of
from vigia.vocabulary.events import MODES, STAKES

SHOWN_CLIENTS = 8
SHOWN_EVENTS = 8
SHOWN_REASONS = 12
EARLY = pd.Timedelta(days=7)
ISSUES = {
    "explained_by_site_log": "explained by the site log, so not raised",
    "accepted_as_normal": "accepted as the new normal, so not raised from then on",
    "little_history": "too little history to judge levels well",
    "gap": "holes in the readings",
    "incomplete_hours": "hours without all of their readings",
    "negative_energy": "negative active energy",
    "same_file": "the same content in several files",
    "conflicting_files": "files that contradict each other",
}


def print_report(console: Console, found: ScannedFolder, modes: tuple[str, ...], out: Path | None) -> None:
    """Print the summary of a scan; `out` is where its tables were written."""
    print_unread(console, found, out)
    last = max(found.data_until.values())
    clients = f"{len(found.clients):,} client" + ("s" if len(found.clients) != 1 else "")
    console.print(f"{clients}, readings until {last:%Y-%m-%d %H:%M}", style="bold", markup=False)
    console.print(left_out(found), markup=False)
    if found.events.empty:
        console.print("no event: nothing departs from what these clients usually do", markup=False)
    else:
        console.print(counts(found.events, modes))
        mode = modes[0]
        for stake, title in ((term.name, term.short.en) for term in STAKES.values()):
            _print_open(console, found, mode, stake, title)
    if out is not None:
        console.print(f"tables are in {out}: {', '.join(sorted(path.name for path in out.iterdir()))}", markup=False)


def left_out(found: ScannedFolder) -> str:
    """The shares of rows and of hours that nothing can be said of: without them "no event" says little."""
    read, lost = (sum(counts.get(name, 0) for counts in found.files) for name in ("read", "rejected"))
    span, known = (sum(pair[place] for pair in found.hours.values()) for place in (0, 1))
    rows = f"{lost:,} of {read:,} rows were not taken ({lost / read if read else 0:.1%})"
    return f"{rows}; {span - known:,} of {span:,} hours have no active energy ({(span - known) / span:.1%})"


def counts(events: pd.DataFrame, modes: tuple[str, ...]) -> Table:
    """Events, open ones and clients by class and kind, in each mode."""
    table = Table("class", "what")
    for mode in modes:
        for name in (f"{MODES[mode].short.en}:\nevents", "open", "clients"):
            table.add_column(name, justify="right", vertical="bottom")
    for (class_, kind), part in events.groupby(["class", "kind"], sort=True):
        cells = [cell for mode in modes for cell in _count(part[part["mode"] == mode])]
        table.add_row(str(class_), kind_of(str(kind)).short.en, *cells)
    table.add_section()
    table.add_row("all", "", *(cell for mode in modes for cell in _count(events[events["mode"] == mode])))
    return table


def _count(part: pd.DataFrame) -> tuple[str, str, str]:
    if part.empty:
        return "-", "", ""
    return str(len(part)), str(int(part["end"].isna().sum())), str(part["client_id"].nunique())


def _print_open(console: Console, found: ScannedFolder, mode: str, stake: str, title: str) -> None:
    """The open events of a stake that matter most, one line each; events of one cause are one line."""
    events = found.events
    mine = events[(events["mode"] == mode) & (events["stake"] == stake) & events["end"].isna()]
    if mine.empty:
        return
    rank = mine["severity"].map({name: place for place, name in enumerate(frames.SEVERITIES)})
    at_stake = mine["money_at_stake"].fillna(mine["energy_at_stake_kwh"]).fillna(0.0)
    mine = mine.assign(rank=rank, worth=at_stake, group=mine["group_id"].fillna(mine["event_id"]))
    mine = mine.sort_values(["rank", "worth", "start"], ascending=[True, False, True])
    members = mine.groupby("group")["client_id"].agg(list)
    lines = mine.drop_duplicates("group")
    table = Table(title=f"open: {title}", title_justify="left", title_style="bold", pad_edge=False)
    for name in ("client", "severity", "since", "first alert", "at stake"):
        table.add_column(name, no_wrap=name != "client", justify="right" if name == "at stake" else "left")
    table.add_column("why", min_width=36)
    for row in lines.head(SHOWN_EVENTS).to_dict("records"):
        alert = f"{row['first_alert_at']:%Y-%m-%d}" if pd.notna(row["first_alert_at"]) else ""
        who = listed(found.clients[client] for client in members[row["group"]])
        cells = (who, row["severity"], f"{row['start']:%Y-%m-%d}", alert, _worth(row), row["reason_en"])
        table.add_row(*(Text(str(cell)) for cell in cells))
    console.print(table)
    rest = len(lines) - SHOWN_EVENTS
    if rest > 0:
        console.print(f"and {rest} more", markup=False)


def _worth(row: dict[Any, Any]) -> str:
    if pd.notna(row["money_at_stake"]):
        return f"{row['money_at_stake']:,.0f} {row['currency'] if pd.notna(row['currency']) else ''}".strip()
    return f"{row['energy_at_stake_kwh']:,.0f} kWh" if pd.notna(row["energy_at_stake_kwh"]) else ""


def print_unread(console: Console, found: ScannedFolder, out: Path | None) -> None:
    """What was not read, and what to know of the rest; nothing disappears without a word."""
    issues, last = found.issues, max(found.data_until.values())
    for message, part in issues[issues["severity"] == "blocks"].groupby("message", sort=False):
        who = listed(part["client_id"].unique())
        console.print(f"blocks client {who}: {message}", style="red", markup=False)
    for code, part in issues[issues["severity"] == "warns"].groupby("code", sort=False):
        who = listed(client for client in part["client_id"].unique() if client)
        if str(code) not in ISSUES and not who:
            for message in part["message"].head(SHOWN_REASONS):
                console.print(f"warns  {message}", markup=False)
            continue
        what = ISSUES.get(str(code)) or str(part["message"].iloc[0])
        times = f" ({len(part)})" if len(part) > 1 else ""
        console.print(f"warns  {f'client {who}: ' if who else ''}{what}{times}", markup=False)
    early = {client: when for client, when in found.data_until.items() if when < last - EARLY}
    if early:
        who = listed(f"{client} ({early[client]:%Y-%m-%d})" for client in sorted(early, key=frames.client_order))
        console.print(f"warns  readings end early: client {who}", markup=False)
    for row in found.rejected[:SHOWN_REASONS]:
        text = f"{row.count} rows: {row.reason} (first in line {row.first_line})"
        console.print(f"reject {row.file}: {text}", markup=False)
    hidden = found.rejected[SHOWN_REASONS:]
    if hidden:
        rows = sum(row.count for row in hidden)
        console.print(f"reject {rows} rows more, of {len({row.file for row in hidden})} files", markup=False)
    if out is None and (len(issues) or found.rejected):
        console.print("       each with its dates and lines: --out <folder>", markup=False)


def listed(names: Iterable[str]) -> str:
    """The first names, and how many more there are."""
    known = list(names)
    rest = len(known) - SHOWN_CLIENTS
    return ", ".join(known[:SHOWN_CLIENTS]) + (f" and {rest} more" if rest > 0 else "")
